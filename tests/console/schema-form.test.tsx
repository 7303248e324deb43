// @vitest-environment jsdom
import { useState } from 'react';
import { screen, within } from '@testing-library/react';
import { userEvent } from '@testing-library/user-event';
import { describe, expect, test } from 'vitest';
import { differences } from '../../admin/components/schema-form/diff.ts';
import { SchemaForm } from '../../admin/components/schema-form/schema-form.tsx';
import { flawsOf } from '../../admin/components/schema-form/schema.ts';
import type { Schema } from '../../admin/components/schema-form/schema.ts';
import { SETTING_SCHEMAS } from '../../database/setting-schemas.ts';
import { settingCases } from '../settings/corpus.ts';
import { show } from './render.tsx';

const schemas = new Map<string, Schema>(SETTING_SCHEMAS.map(({ key, schema }) => [key, schema as unknown as Schema]));
const schemaOf = (key: string): Schema => schemas.get(key) ?? {};

describe('what is wrong with a value', () => {
  test('is for each case what the database and the API find, at the same place', () => {
    for (const { key, value, at } of settingCases) {
      const flaws = flawsOf(schemaOf(key), value, `settings.${key}`);
      expect({ key, value, at: flaws[0]?.field ?? null }).toEqual({ key, value, at });
    }
  });
});

/** A form as a page has it; what it holds stands below as JSON. */
function Form({ section, initial, locked = [] }: { readonly section: string; readonly initial: unknown; readonly locked?: readonly string[] }) {
  const [value, setValue] = useState(initial);
  const schema = schemaOf(section);
  return (
    <>
      <SchemaForm schema={schema} value={value} onChange={setValue} at={`settings.${section}`} flaws={flawsOf(schema, value, `settings.${section}`)} locked={locked} />
      <output>{JSON.stringify(value)}</output>
    </>
  );
}
const held = (): unknown => JSON.parse(screen.getByRole('status').textContent ?? '');

describe('a form of a schema', () => {
  test('has a field for each value with its description, says what is wrong as one types, and holds what is right', async () => {
    const user = userEvent.setup();
    show(<Form section="businessRules" initial={{ approvalsRequired: 1 }} />);
    const approvals = screen.getByRole('textbox', { name: 'Approvals required (optional)' });
    expect(screen.getByText(/must approve an agreement/)).toBeTruthy();
    await user.clear(approvals);
    await user.type(approvals, '9');
    expect(screen.getByText('From 1 to 5.')).toBeTruthy();
    await user.clear(approvals);
    await user.type(approvals, '1.5');
    expect(screen.getByText('This has to be a whole number.')).toBeTruthy();
    await user.clear(approvals);
    await user.type(approvals, '3');
    expect(screen.queryByText(/From 1 to 5|whole number/)).toBeNull();
    expect(held()).toEqual({ approvalsRequired: 3 });
  });

  test('leaves out what is emptied, and says null where that is allowed', async () => {
    const user = userEvent.setup();
    show(<Form section="branding" initial={{ primaryColor: '#112233' }} />);
    await user.clear(screen.getByRole('textbox', { name: 'Primary color (optional)' }));
    expect(held()).toEqual({ primaryColor: null });
  });

  test('adds to a list and takes away from it', async () => {
    const user = userEvent.setup();
    show(<Form section="integrations" initial={{ webhooks: [] }} />);
    await user.click(screen.getByRole('button', { name: 'Add to webhooks' }));
    const item = within(screen.getByRole('group', { name: 'Webhooks 1' }));
    await user.type(item.getByRole('textbox', { name: 'Id' }), 'erp');
    await user.type(item.getByRole('textbox', { name: 'URL' }), 'https://hooks.example/in');
    expect(item.getByText('Choose at least one.')).toBeTruthy();
    await user.click(item.getByRole('checkbox', { name: 'approval.decided' }));
    await user.click(item.getByRole('checkbox', { name: /^Enabled/ }));
    expect(held()).toEqual({ webhooks: [{ id: 'erp', url: 'https://hooks.example/in', events: ['approval.decided'], enabled: true }] });
    expect(screen.queryByRole('alert')).toBeNull();
    await user.click(screen.getByRole('button', { name: 'Remove Webhooks 1' }));
    expect(held()).toEqual({ webhooks: [] });
  });

  test('takes switches by name, and no name that the schema refuses or that is there', async () => {
    const user = userEvent.setup();
    show(<Form section="features" initial={{ beta: false }} />);
    const name = screen.getByRole('textbox', { name: 'Name of a new switch' });
    const add = screen.getByRole<HTMLButtonElement>('button', { name: 'Add' });
    await user.type(name, 'Not a name');
    expect(add.disabled).toBe(true);
    await user.clear(name);
    await user.type(name, 'beta');
    expect(screen.getByText('Another one has the same.')).toBeTruthy();
    expect(add.disabled).toBe(true);
    await user.clear(name);
    await user.type(name, 'artworkReview');
    await user.click(add);
    await user.click(screen.getByRole('checkbox', { name: 'beta' }));
    expect(held()).toEqual({ beta: true, artworkReview: true });
  });

  test('shows what is locked and lets nobody change it', () => {
    show(<Form section="businessRules" initial={{ approvalsRequired: 2, endingNoticeDays: 30 }} locked={['settings.businessRules.approvalsRequired']} />);
    expect(screen.getByRole<HTMLInputElement>('textbox', { name: 'Approvals required (optional)' }).disabled).toBe(true);
    expect(screen.getByRole<HTMLInputElement>('textbox', { name: 'Ending notice days (optional)' }).disabled).toBe(false);
  });
});

describe('differences', () => {
  test('are named by their places, also where something came or went', () => {
    expect(differences({ a: 1, b: { c: [1, 2] }, gone: true }, { a: 1, b: { c: [1, 3] }, came: null })).toEqual([
      { at: 'b.c.1', before: 2, after: 3 },
      { at: 'gone', before: true, after: undefined },
      { at: 'came', before: undefined, after: null },
    ]);
    expect(differences({ a: [1] }, { a: [1, 2] })).toEqual([{ at: 'a', before: [1], after: [1, 2] }]);
    expect(differences({ a: { b: 1 } }, { a: { b: 1 } })).toEqual([]);
  });
});
