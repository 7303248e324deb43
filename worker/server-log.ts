/**
 * Reads records of PostgreSQL's own log, `log_destination = jsonlog`: those of the logins whose statements an administrator has had logged. The plain
 * form is not read: the name of the application, which a client chooses, stands in its prefix, and no pattern tells it from what follows.
 * Nothing that a login of ours left in the log is passed over: what isn't understood is a record without a statement.
 */
import { createHash } from 'node:crypto';

/** What somebody did, past the server. */
export interface LogRecord {
  /** As PostgreSQL reads it; null when it is in a time zone that only its writer knows. */
  readonly at: string | null;
  readonly login: string;
  readonly session: string;
  readonly application: string;
  readonly address: string;
  /** Empty when the record has none that can be told. */
  readonly statement: string;
  /** Everything of the record in which a tenant's name can stand. */
  readonly text: string;
  /** The SQLSTATE of what failed; null of what began. */
  readonly error: string | null;
  /** Whether the statement is this and nothing else: neither cut, nor somebody's message, nor behind a name that could be part of it. */
  readonly exact: boolean;
}

/** What a stretch of a log holds. */
export interface LogPart {
  readonly records: readonly LogRecord[];
  /** Lines that are no record at all. */
  readonly unreadable: number;
}

/** What log_statement writes before a statement. A prepared one's name may be anything, colons among it. */
const STATEMENT = /^(statement|execute [^]*?|fastpath function call): ([^]*)$/;
/** What pgAudit writes: kind, numbers, class, command, object, then the statement. */
const AUDITED = /^AUDIT: (?:SESSION|OBJECT),\d+,\d+,[^,]*,[^,]*,[^,]*,[^,]*,([^]*)$/;
/** What PostgreSQL says of a session, and of nothing that it did. A statement's record never begins like this. */
const ABOUT_SESSIONS =
  /^(?:connection (?:received|authenticated|authorized|ready)\b|disconnection: |duration: [\d.]+ ms$|could not (?:receive data from|send data to) client|unexpected EOF on client connection|temporary file: |process \d+ (?:still waiting|acquired|avoided|detected))/;
const FAILURES: ReadonlySet<string> = new Set(['ERROR', 'FATAL', 'PANIC']);
/** Ends of sessions, and of attempts to have one: no statement's doing. */
const ENDS = /^(?:08|28|53300|57P0[1-5])/;

/** Times that mean the same to every reader. */
const CERTAIN = /(?: UTC| GMT|[+-]\d\d(?::?\d\d)?)$/;

/** Finds the records that `isOurs` takes. `text` ends with a whole line. */
export function readRecords(text: string, isOurs: (login: string, database: string) => boolean): LogPart {
  const records: LogRecord[] = [];
  let unreadable = 0;
  for (const line of text.split('\n')) {
    if (line === '') continue;
    const entry = entryOf(line);
    if (entry === null) unreadable += 1;
    else records.push(...recordsOf(entry, isOurs, true));
  }
  return { records, unreadable };
}

/** The record of a line of which there is only the head; `names` are those that stand in all of it. */
export function readHead(head: string, names: readonly string[], isOurs: (login: string, database: string) => boolean): LogPart {
  const entry = entryOfHead(head);
  if (entry === null) return { records: [], unreadable: 1 };
  const records = recordsOf(entry, isOurs, false).map((record) => ({ ...record, text: `${record.text} ${names.join(' ')}` }));
  return { records, unreadable: 0 };
}

type Entry = Readonly<Record<string, unknown>>;

function entryOf(line: string): Entry | null {
  try {
    const entry: unknown = JSON.parse(line);
    return typeof entry === 'object' && entry !== null ? (entry as Entry) : null;
  } catch {
    return null;
  }
}

/** The fields that are whole, and the one that is not as far as it goes. */
function entryOfHead(head: string): Entry | null {
  const field = /[{,]"(\w+)":(?:("(?:[^"\\]|\\[^])*")|(-?\d+)(?=[,}]))/y;
  const entry: Record<string, unknown> = {};
  let end = 0;
  for (let found = field.exec(head); found !== null; found = field.exec(head)) {
    entry[found[1] ?? ''] = found[2] === undefined ? Number(found[3]) : JSON.parse(found[2]);
    end = field.lastIndex;
  }
  const [, name, cut] = /^,"(\w+)":"((?:[^"\\]|\\(?:u[0-9a-f]{4}|[^u]))*)/i.exec(head.slice(end)) ?? [];
  if (name !== undefined) entry[name] = JSON.parse(`"${cut}"`);
  return typeof entry['user'] === 'string' ? entry : null;
}

function recordsOf(entry: Entry, isOurs: (login: string, database: string) => boolean, whole: boolean): LogRecord[] {
  const text = (name: string): string => (typeof entry[name] === 'string' ? entry[name] : '');
  if (!isOurs(text('user'), text('dbname'))) return [];
  const severity = text('error_severity');
  const message = text('message');
  const failed = FAILURES.has(severity);
  if (failed ? severity === 'FATAL' && ENDS.test(text('state_code')) : severity !== 'LOG') return [];
  // A message that somebody's code wrote brings the statement along from which it came; log_statement hides that.
  const own = !failed && text('statement') === '' && text('context') === '';
  if (own && ABOUT_SESSIONS.test(message)) return [];
  const [, kind = '', logged] = own ? (STATEMENT.exec(message) ?? []) : [];
  const statement = own ? (logged ?? AUDITED.exec(message)?.[1] ?? '') : text('statement');
  return [
    {
      at: CERTAIN.test(text('timestamp')) ? text('timestamp') : null,
      login: text('user'),
      session: text('session_id'),
      application: text('application_name'),
      address: text('remote_host') || '[local]',
      statement: kind === 'fastpath function call' ? '' : statement,
      // The message of a failure may hold what was read: names are looked for in what was sent alone.
      text: own ? message : text('statement'),
      error: failed ? text('state_code') || '?' : null,
      exact: whole && (failed || kind === 'statement' || (kind.startsWith('execute ') && !statement.includes(': '))),
    },
  ];
}

/** Strings of every kind, comments, numbers and names in code points; an open one reaches to the end. Other quoted names stay. */
const LITERALS =
  /(?<![\w$])([uU]&"(?:[^"]|"")*(?:"|$))|"(?:[^"]|"")*(?:"|$)|((?<![\w$])[eE]'(?:[^'\\]|\\[^]|'')*(?:'|$)|(?:(?<![\w$])(?:[uU]&|[bBxXnN]))?'(?:[^']|'')*(?:'|$)|(\$(?:[A-Za-z_\x80-\uffff][\w\x80-\uffff]*)?\$)[^]*?(?:\3|$)|--[^\n]*|\/\*[^]*?(?:\*\/|$)|(?<![\w$"])\d[\w.]*)/g;
const LONGEST = 500;
/** Of a longer statement only so much is looked at. */
const LONGEST_LOOK = 65_536;
/** These patterns begin where a word does, and nowhere in it: tried at each letter, a long one would take hours. */
const TENANT_NAME = /(?<![a-z0-9_])[a-z0-9_]*tenant_[a-z0-9_]+/g;
const BEFORE = /(?<![\w".])([\w".]+) ?\(/g;

/** What of a statement may stand in a trail: its text without values, its first word, and a digest by which equal ones are found, of whatever tenant. */
export function describeStatement(statement: string): { command: string; statement: string; digest: string } {
  const bare = bareOf(statement.slice(0, LONGEST_LOOK));
  return {
    command: (/^[a-z]+/i.exec(bare)?.[0] ?? '?').toUpperCase().slice(0, 20),
    // Half of a pair is no character, and jsonb takes none.
    statement: bare.slice(0, LONGEST).replace(/[\ud800-\udbff]$/, '').toWellFormed(),
    digest: createHash('sha256').update(bare.toLowerCase().replaceAll(TENANT_NAME, '?')).digest('hex').slice(0, 16),
  };
}

function bareOf(statement: string): string {
  return statement
    .replaceAll(LITERALS, (whole: string, coded: string | undefined, literal: string | undefined) =>
      coded === undefined && literal === undefined ? whole : /^(?:--|\/\*)/.test(whole) ? ' ' : '?',
    )
    .replaceAll(/\s+/g, ' ')
    .replace(/(?<![ ;])[ ;]+$/, '')
    .trim();
}

/** Names of tenants' roles and schemas, wherever in a text they stand. */
export function tenantNames(text: string): string[] {
  return [...new Set(text.toLowerCase().match(TENANT_NAME))];
}

/** Ids that stand in a text as strings, as the control plane's functions take them, each as the name of a schema. */
export function tenantIds(text: string): string[] {
  return [...new Set(Array.from(text.matchAll(/'([a-z][a-z0-9_]*)'/g), ([, id = '']) => `tenant_${id}`))];
}

/** What a statement does to the role under which its session goes on. */
export type Effect =
  /** It is this from now on; empty: the login's own. */
  | { readonly kind: 'set'; readonly role: string; readonly reads: false }
  /** It is what it was before. `reads` is false of what can't read a row. */
  | { readonly kind: 'kept'; readonly reads: boolean }
  /** There is no telling. */
  | { readonly kind: 'lost'; readonly reads: boolean };

const SET_ROLE = /^set\s+(?:session\s+)?role\s+(?:to\s+|=\s*)?(?:([a-z0-9_]+)|"([a-z0-9_]+)"|'([a-z0-9_]+)')\s*;?$/i;
const HARMLESS_SETTING = /^(?:set\s+(?:search_path|application_name|client_encoding|datestyle|timezone|extra_float_digits)\b|show\s)[^;]*;?$/i;
const FORGETTING = /^(?:reset\s+\w+|rollback|abort|discard\s+\w+|set)\b[^;(]*$/i;
const READS = /^(?:select|table|values|insert|update|delete|with)\b/i;
const TRANSACTION = /^(?:begin|start transaction|commit|end)\b[\w ,]*$/i;
/** What may stand before a bracket without being able to run a statement of its own. */
const BEFORE_BRACKET = new Set(
  `in values and or not exists on using from where select as any all some when then else case over filter by limit offset materialized join union
  except intersect returning having between like ilike array row distinct
  count sum min max avg coalesce nullif greatest least lower upper length trim substring round abs now date_trunc extract to_char string_agg array_agg
  jsonb_agg json_agg row_number rank bool_or bool_and cast numeric varchar`.split(/\s+/),
);

/**
 * Judges a statement that was sent whole. A role that is set holds until there is a statement that could set another, and those that could not are
 * listed here: a function may run any text it is given, so beside the listed ones each ends what is known. Back to what the session began with,
 * by `reset role` or a rollback, is to something unknown: a client may begin with a role, and no log says so.
 */
export function effectOf(statement: string): Effect {
  const raw = statement.trim();
  const [, plain, quoted, literal] = SET_ROLE.exec(raw) ?? [];
  const role = (plain ?? quoted ?? literal)?.toLowerCase();
  if (role !== undefined) return { kind: 'set', role: role === 'none' ? '' : role, reads: false };
  // What is read otherwise under other settings, or could be hidden from the look below.
  if (raw.length > LONGEST_LOOK || /\\|\/\*|--|\$(?!\d)|u&/i.test(raw)) return { kind: 'lost', reads: true };
  const bare = bareOf(raw);
  if (bare.includes(';')) return { kind: 'lost', reads: true };
  if (HARMLESS_SETTING.test(bare)) return { kind: 'kept', reads: false };
  if (TRANSACTION.test(bare)) return { kind: 'kept', reads: false };
  if (!READS.test(bare)) return { kind: 'lost', reads: !FORGETTING.test(bare) };
  for (const [, word = ''] of bare.matchAll(BEFORE)) if (!BEFORE_BRACKET.has(word.toLowerCase())) return { kind: 'lost', reads: true };
  return { kind: 'kept', reads: !/^select [^("]*$/i.test(bare) || /\b(?:from|table)\b/i.test(bare) };
}
