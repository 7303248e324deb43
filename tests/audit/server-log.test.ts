/** What is read in PostgreSQL's log: records, what a statement was without its values, and which role there is after it. */
import { expect, test } from 'vitest';
import { describeStatement, effectOf, readHead, readRecords } from '../../worker/server-log.ts';

test.each([
  [`select 'a', E'it\\'s', $$body 'x'$$, $t$ $$ $t$, 12.5, x'ff', t1.c2, $1 from "Odd'name" -- 'secret'`, `select ?, ?, ?, ?, ?, ?, t1.c2, $1 from "Odd'name"`],
  [`update users set name = 'O''Hara', n=5 /* pin 1234 */ where id='open`, `update users set name = ?, n=? where id=?`],
  [`SELECT U&'d\\0061t' , 'multi\nline'`, `SELECT ? , ?`],
])('%s keeps no value', (statement, bare) => {
  expect(describeStatement(statement).statement).toBe(bare);
});

test.each([
  ['a', `set role tenant_aurora`, { kind: 'set', role: 'tenant_aurora', reads: false }],
  ['a', `SET SESSION ROLE TO 'tenant_aurora';`, { kind: 'set', role: 'tenant_aurora', reads: false }],
  ['a', 'set role none', { kind: 'set', role: '', reads: false }],
  ['a', `select count(*), max(name) from brands where id in (1, 2) and name = 'set role x'`, { kind: 'kept', reads: true }],
  ['a', `select 'set role x'`, { kind: 'kept', reads: false }],
  ['a', 'begin', { kind: 'kept', reads: false }],
  ['no', 'set role x; select 1', { kind: 'lost', reads: true }],
  ['no', 'reset role', { kind: 'lost', reads: false }],
  ['no', 'rollback', { kind: 'lost', reads: false }],
  ['no', 'set local role tenant_aurora', { kind: 'lost', reads: false }],
  ['no', `select query_to_xml('select set_con' || 'fig(…)', true, true, '')`, { kind: 'lost', reads: true }],
  ['no', `select "set_config"('role', 'x', false)`, { kind: 'lost', reads: true }],
  ['no', `select '\\'' , set_config('role','x',false), '\\''`, { kind: 'lost', reads: true }],
  ['no', 'select 1 /* /* */ */', { kind: 'lost', reads: true }],
  ['no', 'fetch all c', { kind: 'lost', reads: true }],
  ['no', 'execute p', { kind: 'lost', reads: true }],
  ['no', '', { kind: 'lost', reads: true }],
])('there is %s role to be sure of after %j', (_, statement, effect) => {
  expect(effectOf(statement)).toEqual(effect);
});

test('nothing that a login left in the log is passed over, and what somebody’s code wrote is not taken for a statement', () => {
  const entry = (more: Record<string, unknown>) => `${JSON.stringify({ user: 'lane', dbname: 'db', session_id: '1.1', error_severity: 'LOG', ...more })}\n`;
  const { records, unreadable } = readRecords(
    entry({ message: 'statement: select 1' }) + entry({ message: 'something new: select 2' }) + 'no record\n' + entry({ message: 'duration: 1.5 ms' }) +
      entry({ message: 'statement: set role tenant_aurora', statement: 'do $$ … $$', context: 'PL/pgSQL function' }) + entry({ message: 'x', user: 'other' }) +
      entry({ message: 'the value is 7', error_severity: 'ERROR', state_code: '22P02', statement: 'select 3' }) +
      entry({ message: 'terminating', error_severity: 'FATAL', state_code: '57P01' }) + entry({ message: 'careful', error_severity: 'WARNING' }),
    (login) => login === 'lane',
  );
  expect(records.map(({ statement, exact, error }) => [statement, exact, error])).toEqual([
    ['select 1', true, null], ['', false, null], ['do $$ … $$', false, null], ['select 3', true, '22P02'],
  ]);
  expect(unreadable).toBe(1);
  expect(describeStatement('')).toMatchObject({ command: '?', statement: '' });
  const line = entry({ message: `statement: select ${'é'.repeat(100)}`, application_name: 'psql' });
  for (const end of [90, 120, 121, 122]) {
    expect(readHead(line.slice(0, end), ['tenant_aurora'], () => true).records).toMatchObject([{ login: 'lane', exact: false, text: expect.stringContaining('tenant_aurora') }]);
  }
  expect(readHead('garbage', [], () => true)).toEqual({ records: [], unreadable: 1 });
});
