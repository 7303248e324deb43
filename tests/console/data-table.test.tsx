// @vitest-environment jsdom
import { act, screen, within } from '@testing-library/react';
import { userEvent } from '@testing-library/user-event';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { DataTable } from '../../admin/components/data-table.tsx';
import type { QueryLike } from '../../admin/components/query-states.tsx';
import { useTableState } from '../../admin/components/table-state.ts';
import { Toolbar } from '../../admin/components/table-toolbar.tsx';
import { Problem } from '../../admin/session/problem.ts';
import { show } from './render.tsx';

interface Brand {
  readonly id: string;
  readonly name: string;
}

interface Answer {
  readonly rows: readonly Brand[];
  readonly total: number;
}

const columns = [
  { id: 'name', header: 'Name', sortable: true, rowHeader: true, cell: ({ name }: Brand) => name },
  { id: 'id', header: 'Id', cell: ({ id }: Brand) => id },
];

function Brands({ query }: { readonly query: QueryLike<Answer> }) {
  const state = useTableState({ sort: { column: 'id', descending: false }, filters: ['status'] });
  return (
    <>
      <Toolbar state={state} searchLabel="Search brands" filters={[{ name: 'status', label: 'Status', any: 'Any', choices: [{ value: 'active', label: 'Active' }] }]} />
      <DataTable label="Brands" query={query} rows={(data) => data.rows} total={(data) => data.total} rowId={({ id }) => id} columns={columns} state={state} empty="Nothing here yet" />
    </>
  );
}

const refetch = vi.fn<() => void>();
const answered = (data: Answer): QueryLike<Answer> => ({ data, error: null, refetch });
const waiting: QueryLike<Answer> = { data: undefined, error: null, refetch };
const two = answered({ rows: [{ id: 'a', name: 'Aurora' }, { id: 'b', name: 'Borealis' }], total: 60 });

afterEach(() => {
  vi.useRealTimers();
  refetch.mockClear();
});

describe('a list', () => {
  test('shows its rows, with the name of each as its header', () => {
    show(<Brands query={two} />);
    expect(within(screen.getByRole('table', { name: 'Brands' })).getByRole('rowheader', { name: 'Aurora' })).toBeTruthy();
    expect(screen.getAllByText('1–2 of 60')).toHaveLength(2);
  });

  test('shows its columns while it waits, and after ten seconds says that it takes long', () => {
    vi.useFakeTimers();
    show(<Brands query={waiting} />);
    expect(screen.getByRole('columnheader', { name: /Name/ })).toBeTruthy();
    expect(screen.queryByText('Data loading taking longer than expected')).toBeNull();
    act(() => void vi.advanceTimersByTime(9_999));
    expect(screen.queryByText('Data loading taking longer than expected')).toBeNull();
    act(() => void vi.advanceTimersByTime(1));
    expect(screen.getByText('Data loading taking longer than expected')).toBeTruthy();
  });

  test('that failed says what to do, and tries again', async () => {
    show(<Brands query={{ data: undefined, error: new Problem('UNAVAILABLE', 'No connection is free.', { requestId: 'r-1' }), refetch }} />);
    expect(screen.getByRole('alert').textContent).toMatch(/not available right now.*No connection is free.*Request r-1/s);
    await userEvent.click(screen.getByRole('button', { name: 'Try again' }));
    expect(refetch).toHaveBeenCalledTimes(1);
  });

  test('without rows shows what to do first; with a filter, that nothing matches and a way out', async () => {
    const none = answered({ rows: [], total: 0 });
    show(<Brands query={none} />).unmount();
    show(<Brands query={none} />);
    expect(screen.getByText('Nothing here yet')).toBeTruthy();
    const filtered = show(<Brands query={none} />, { at: '/?q=zzz&status=active' });
    expect(screen.getByText('Nothing matches')).toBeTruthy();
    await userEvent.click(screen.getByRole('button', { name: 'Clear search and filters' }));
    expect(filtered.address()).toBe('/');
  });

  test('keeps page, sort, search and filters in the address', async () => {
    const { address } = show(<Brands query={two} />, { at: '/?page=2' });
    await userEvent.click(screen.getByRole('button', { name: 'Next page' }));
    expect(address()).toBe('/?page=3');
    await userEvent.click(screen.getByRole('button', { name: 'Name' }));
    expect(address()).toBe('/?sort=name');
    expect(screen.getByRole('columnheader', { name: 'Name' }).getAttribute('aria-sort')).toBe('ascending');
    await userEvent.click(screen.getByRole('button', { name: 'Name' }));
    expect(address()).toBe('/?sort=-name');
    await userEvent.selectOptions(screen.getByRole('combobox', { name: 'Status' }), 'active');
    expect(address()).toBe('/?sort=-name&status=active');
    await userEvent.type(screen.getByRole('searchbox', { name: 'Search brands' }), 'aur');
    await vi.waitFor(() => expect(address()).toBe('/?sort=-name&status=active&q=aur'));
  });

  test('takes no nonsense from the address', () => {
    show(<Brands query={two} />, { at: '/?page=-3&rows=1000000&sort=--' });
    expect(screen.getAllByText('1–2 of 60')).toHaveLength(2);
    expect(screen.getByRole('combobox', { name: 'Rows per page' })).toHaveProperty('value', '25');
  });
});
