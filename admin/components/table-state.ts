/** Page, sort, search and filters of a list, kept in the address: a list can be sent, gone back to and reloaded. */
import { useCallback } from 'react';
import { useSearchParams } from 'react-router';

export interface Sort {
  readonly column: string;
  readonly descending: boolean;
}

export interface TableState {
  /** From 1. */
  readonly page: number;
  readonly pageSize: number;
  readonly sort: Sort;
  readonly search: string;
  /** The value of a filter; empty when it isn't set. */
  filter(name: string): string;
  readonly filtered: boolean;
  setPage(page: number): void;
  setPageSize(size: number): void;
  setSort(sort: Sort): void;
  setSearch(search: string): void;
  setFilter(name: string, value: string): void;
  clear(): void;
}

export const PAGE_SIZES = [25, 50, 100] as const;

export interface TableDefaults {
  readonly sort: Sort;
  readonly pageSize?: number;
  /** Names of the filters of this list. */
  readonly filters?: readonly string[];
}

const RESERVED = ['q', 'page', 'rows', 'sort'] as const;

/** What the address asks a list for. */
export type TableView = Pick<TableState, 'page' | 'pageSize' | 'sort' | 'search' | 'filter' | 'filtered'>;

/** Reads it; with a prefix, of the page's second list. */
export function tableView(params: URLSearchParams, { sort: standard, pageSize = PAGE_SIZES[0], filters = [] }: TableDefaults, prefix = ''): TableView {
  const get = (name: string): string => params.get(prefix + name) ?? '';
  const given = get('sort');
  const rows = Number(get('rows'));
  return {
    page: Math.max(1, Math.trunc(Number(get('page')) || 1)),
    pageSize: PAGE_SIZES.find((size) => size === rows) ?? pageSize,
    sort: given === '' ? standard : { column: given.replace(/^-/, ''), descending: given.startsWith('-') },
    search: get('q'),
    filter: get,
    filtered: get('q') !== '' || filters.some((name) => get(name) !== ''),
  };
}

/** The state of the list of this page. A page with two lists gives the second a prefix for its parameters. */
export function useTableState(defaults: TableDefaults, prefix = ''): TableState {
  const { sort: standard, pageSize: standardSize = PAGE_SIZES[0], filters = [] } = defaults;
  const [params, setParams] = useSearchParams();
  const change = useCallback(
    (changes: Readonly<Record<string, string>>, replace = true) =>
      setParams(
        (before) => {
          const after = new URLSearchParams(before);
          for (const [name, value] of Object.entries(changes)) {
            if (value === '') after.delete(prefix + name);
            else after.set(prefix + name, value);
          }
          return after;
        },
        { replace, preventScrollReset: true },
      ),
    [setParams, prefix],
  );

  return {
    ...tableView(params, defaults, prefix),
    // A step on is worth going back over; typing isn't.
    setPage: (page) => change({ page: page <= 1 ? '' : String(page) }, false),
    setPageSize: (size) => change({ rows: size === standardSize ? '' : String(size), page: '' }),
    setSort: ({ column, descending }) =>
      change({ sort: column === standard.column && descending === standard.descending ? '' : `${descending ? '-' : ''}${column}`, page: '' }),
    setSearch: (search) => change({ q: search, page: '' }),
    setFilter: (name, value) => {
      if ((RESERVED as readonly string[]).includes(name)) throw new Error(`${name} is the list's own parameter`);
      change({ [name]: value, page: '' });
    },
    clear: () => change(Object.fromEntries(['q', 'page', ...filters].map((name) => [name, '']))),
  };
}
