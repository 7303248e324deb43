/** The rules of our SQL that a machine can check, reported as `file:line message`. */
import { filesBelow, lineAt, readSource } from './files.ts';
import { codeOnly, functionHeader } from './sql-text.ts';

interface Rule {
  readonly pattern: RegExp;
  readonly message: string;
}

/** Forbidden in every SQL file, each for a reason found by trying. */
const forbidden: readonly Rule[] = [
  { pattern: /\bset\s+search_path\s+from\s+current\b/g, message: '`set search_path from current` freezes to one tenant' },
  { pattern: /\bas\s+enum\b/g, message: 'no enum types: changing one breaks prepared plans; use text with a check' },
  { pattern: /\bcitext\b/g, message: 'no citext: in a function with a pinned path its operators are not found; use lower(…)' },
  { pattern: /\bdrop\s+owned\b/g, message: 'no `drop owned`: it is refused to everybody but the role itself' },
  { pattern: /\bon\s+all\s+(tables|sequences|functions)\s+in\s+schema\b/g, message: 'no grant on ALL: it reads the whole catalog; name each' },
  { pattern: /\balter\s+default\s+privileges\s+(for\s+\S+\s+\S+\s+)?in\s+schema\b[^;]*\brevoke\b[^;]*\bfrom\s+public\b/g, message: 'a revoke from public in default privileges works without `in schema` only' },
];

/** Schemas that PUBLIC may use; they hold no table. */
const openSchemas = new Set(['tenantry_shared', 'platform_probe']);

/** Everything that is wrong with the SQL below sql/ and migrations/. */
export function sqlComplaints(): string[] {
  const files = [...filesBelow('sql', '.sql'), ...filesBelow('migrations', '.sql')];
  return files.flatMap((file) => complaintsAboutSql(file, readSource(file)));
}

/** What is wrong with one file; only those below sql/functions/ must hold one function each. */
export function complaintsAboutSql(file: string, text: string): string[] {
  const code = codeOnly(text);
  const complaints = [...generalComplaints(code), ...foreignKeyComplaints(code)];
  if (file.startsWith('sql/functions/')) complaints.push(...functionComplaints(file, text, code));
  return complaints.map(({ offset, message }) => `${file}:${lineAt(text, offset)} ${message}`);
}

interface Complaint {
  readonly offset: number;
  readonly message: string;
}

function generalComplaints(code: string): Complaint[] {
  return forbidden.flatMap(({ pattern, message }) => [...code.matchAll(pattern)].map((match) => ({ offset: match.index, message })));
}

function foreignKeyComplaints(code: string): Complaint[] {
  return [...code.matchAll(/\breferences\s+(?!on\b)[\w.:"]+/g)]
    .filter((match) => !/\bon\s+delete\b/.test(untilClauseEnd(code, match.index)))
    .map((match) => ({ offset: match.index, message: 'a foreign key says `on delete`' }));
}

/** The text up to the comma, bracket or semicolon that ends the clause beginning at the offset. */
function untilClauseEnd(code: string, offset: number): string {
  let depth = 0;
  for (let at = offset; at < code.length; at += 1) {
    const sign = code[at];
    if (sign === '(') depth += 1;
    if (sign === ')') depth -= 1;
    if (depth < 0 || sign === ';' || (sign === ',' && depth === 0)) return code.slice(offset, at);
  }
  return code.slice(offset);
}

function functionComplaints(file: string, text: string, code: string): Complaint[] {
  const complaints: Complaint[] = [];
  const [, , schema = '', fileName = ''] = file.split('/');
  const name = fileName.replace(/\.sql$/, '');
  const created = [...code.matchAll(/\bcreate\s+(?:or\s+replace\s+)?(?:function|procedure)\s+([\w.]+)/g)];
  const at = created[0]?.index ?? 0;
  const demand = (holds: boolean, message: string, offset = at) => {
    if (!holds) complaints.push({ offset, message });
  };
  demand(/^-- \S/.test(text), 'the first line is a comment: purpose and who may call', 0);
  demand(created.length === 1, `one function a file, found ${created.length}`);
  demand(created[0]?.[1] === `${schema}.${name}`, `the function of this file is ${schema}.${name}`);
  demand(/\bcreate\s+or\s+replace\b/.test(code), '`create or replace`: the file is included again when it changes');

  const header = functionHeader(code);
  const place = (pattern: RegExp) => header.search(pattern);
  const language = place(/\blanguage\s+\w+/);
  const volatility = place(/\b(volatile|stable|immutable)\b/);
  const security = place(/\bsecurity\s+(definer|invoker)\b/);
  const set = place(/\bset\s+\w+/);
  demand(language !== -1, 'the language is stated before the body');
  demand(volatility !== -1, 'volatility is stated');
  const stated = [language, volatility, security, set].filter((offset) => offset !== -1);
  demand(stated.every((offset, index) => index === 0 || offset > (stated[index - 1] ?? -1)), 'the order is language, volatility, security, set');
  if (/\bsecurity\s+definer\b/.test(header)) {
    demand(/\bset\s+search_path\s*=\s*pg_catalog\s*,\s*pg_temp\s*$/m.test(header), '`security definer` only with `set search_path = pg_catalog, pg_temp`');
  }

  const comment = code.search(/\bcomment\s+on\s+(function|procedure)\b/);
  const revoke = code.search(/\brevoke\s+(all|execute)\s+on\s+(function|procedure)\b[^;]*\bfrom\s+public\b/);
  const grant = code.search(/\bgrant\s+execute\b/);
  demand(comment !== -1, '`comment on function` is missing');
  demand(revoke !== -1 || schema === 'tenantry_shared', '`revoke all … from public` is missing');
  const ending = [comment, revoke, grant].filter((offset) => offset !== -1);
  demand(ending.every((offset, index) => index === 0 || offset > (ending[index - 1] ?? -1)), 'the order is comment, revoke, grant');
  demand(!/\bto\s+public\b/.test(code.slice(Math.max(grant, 0))) || grant === -1 || openSchemas.has(schema), 'only tenantry_shared and platform_probe grant anything to PUBLIC', Math.max(grant, 0));
  return complaints;
}
