import { describe, expect, it } from 'vitest';
import { complaintsAboutImports } from '../../scripts/check/boundaries.ts';
import { complaintsAboutText } from '../../scripts/check/hygiene.ts';
import { complaintsAboutSql } from '../../scripts/check/sql-rules.ts';

const file = 'sql/functions/platform/close_gate.sql';
const good = `-- Closes a gate; it's called by members of tenantry_operator. Never "set search_path from current" here.
create or replace function platform.close_gate(
  id text
)
returns text
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
begin
  return 'as enum, citext, references platform.gates';
end
$$;
comment on function platform.close_gate(text) is 'Closes a gate.';
revoke all on function platform.close_gate(text) from public;
grant execute on function platform.close_gate(text) to :ROLE_OPERATOR;
`;

describe('the SQL rules', () => {
  it('accept a function written as the style says, whatever its comments and strings contain', () => {
    expect(complaintsAboutSql(file, good)).toEqual([]);
  });

  it.each([
    ['no purpose', good.replace(/^--.*\n/, ''), ':1 the first line'],
    ['another name than the file', good.replaceAll('close_gate', 'shut_gate'), 'the function of this file is platform.close_gate'],
    ['two functions', `${good}create or replace function platform.close_gate() returns int language sql stable return 1;\n`, 'one function a file, found 2'],
    ['no volatility', good.replace('volatile\n', ''), 'volatility is stated'],
    ['another order', good.replace('language plpgsql\nvolatile', 'volatile\nlanguage plpgsql'), 'the order is language'],
    ['a definer without a path', good.replace(/^set search_path.*\n/m, ''), '`security definer` only with'],
    ['a definer with public on its path', good.replace('= pg_catalog, pg_temp', '= public'), '`security definer` only with'],
    ['a definer with more on its path', good.replace('pg_catalog, pg_temp', 'pg_catalog, pg_temp, public'), '`security definer` only with'],
    ['a definer with a temp schema first', good.replace('pg_catalog, pg_temp', 'pg_temp, pg_catalog'), '`security definer` only with'],
    ['a path frozen to one tenant', good.replace('= pg_catalog, pg_temp', 'from current'), 'freezes to one tenant'],
    ['no comment', good.replace(/comment on.*\n/, ''), '`comment on function` is missing'],
    ['no revoke', good.replace(/revoke all.*\n/, ''), '`revoke all … from public` is missing'],
    ['a grant before the revoke', good.replace(/(revoke.*\n)(grant.*\n)/, '$2$1'), 'the order is comment, revoke, grant'],
    ['a grant to PUBLIC', good.replace('to :ROLE_OPERATOR', 'to public'), 'only tenantry_shared and platform_probe grant'],
    ['a function that is only created', good.replace('create or replace', 'create'), '`create or replace`'],
  ])('refuse %s', (_what, text, complaint) => {
    expect(complaintsAboutSql(file, text).join('\n')).toContain(complaint);
  });

  it.each([
    ['create type mood as enum (\'a\');', 'no enum types'],
    ['create table t (email citext);', 'no citext'],
    ['drop owned by tenant_x;', 'no `drop owned`'],
    ['grant select on all tables in schema x to y;', 'no grant on ALL'],
    ['alter default privileges in schema x revoke execute on functions from public;', 'a revoke from public in default privileges works without `in schema` only'],
    ['create table t (\n  a int references u (id),\n  b int references v on delete cascade\n);', ':2 a foreign key says `on delete`'],
    ['alter table t add foreign key (a, b) references u (a, b) deferrable;', 'a foreign key says `on delete`'],
  ])('refuse in any file: %s', (text, complaint) => {
    expect(complaintsAboutSql('migrations/current.sql', text).join('\n')).toContain(complaint);
  });

  it('let a foreign key through that says what a delete does, and a grant of REFERENCES', () => {
    const text = 'create table t (a int references u (a, b) match full on delete restrict, b int);\ngrant references on t to x;\n';
    expect(complaintsAboutSql('migrations/current.sql', text)).toEqual([]);
  });
});

describe('the module boundaries', () => {
  it.each([
    ['database/lanes.ts', "import { x } from '../server/http/problems.ts';", 'database must not import from server/http'],
    ['worker/worker.ts', "import type { x } from '../server/graphql/tenant.ts';", 'worker must not import from server/graphql'],
    ['server/rest/tenants/list.ts', "const x = await import('../../../worker/worker.ts');", 'must not import from worker'],
    ['config/config.ts', "export { x } from '../database/lane.ts';", 'config must not import from database'],
    ['server/server.ts', "import { x } from '../database/embedded-home.ts';", 'is an inside of database/embedded.ts'],
    ['server/http/render.ts', "import '../../tests/harness/cluster.ts';", 'must not lean on tests'],
    ['plugins/new.ts', '', 'has no row'],
    ['admin/features/tenants/routes/list.tsx', "import { x } from '../../security/api/x.ts';", 'must not import from feature security'],
    ['admin/components/ui/button.tsx', "import { x } from '../data-table.tsx';", 'must not import from admin/components'],
    ['admin/features/tenants/routes/list.tsx', "import { Box } from '@chakra-ui/react';", 'only admin/components/ui and admin/theme'],
    ['admin/session/session.ts', "import { x } from '../../server/http/catalogue.ts';", 'must not import from server/http'],
  ])('refuse in %s: %s', (from, text, complaint) => {
    expect(complaintsAboutImports(from, text).join('\n')).toContain(complaint);
  });

  it('let each module use what the table allows and its own insides', () => {
    expect(complaintsAboutImports('server/rest/x.ts', "import { x } from '../identity/principal.ts';")).toEqual([]);
    expect(complaintsAboutImports('database/embedded.ts', "import { x } from './embedded-home.ts';")).toEqual([]);
    expect(complaintsAboutImports('worker/tasks/x.ts', "import { x } from '../../server/identity/keys.ts';")).toEqual([]);
    expect(complaintsAboutImports('worker/tasks/x.ts', "import { x } from '../../server/identity/sign-in.ts';")).toHaveLength(1);
    expect(complaintsAboutImports('admin/features/tenants/routes/list.tsx', "import { x } from '../api/tenants.ts';")).toEqual([]);
    expect(complaintsAboutImports('admin/components/ui/button.tsx', "import { Box } from '@chakra-ui/react';")).toEqual([]);
  });
});

describe('the hygiene check', () => {
  it.each([
    ['-- TODO later\n', 'a note to self'],
    ['see /home/alice/notes\n', "a path of somebody's machine"],
    ['<<<<<<< ours\n', 'a conflict mark'],
    ['-----BEGIN PRIVATE KEY-----\nMIIE\n', 'a private key'],
    ['a \n', 'blanks at the end'],
    ['a\r\n', 'a line feed alone'],
    ['a', 'does not end with a line feed'],
  ])('refuses %j', (text, complaint) => {
    expect(complaintsAboutText('some.md', text).join('\n')).toContain(complaint);
  });

  it('names the line', () => {
    expect(complaintsAboutText('some.md', 'a\nb\nc FIXME\n')).toEqual(['some.md:3 a note to self: do it or file an issue']);
  });
});
