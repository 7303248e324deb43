/**
 * Reads records of PostgreSQL's own log: those of lanes' sessions, whose statements an administrator has had logged. Two forms: the JSON of
 * `log_destination = jsonlog`, and the plain one of the embedded cluster. In the plain form PostgreSQL puts a tab before each further line of a
 * message and takes line breaks out of names, and the name of the application, which a client chooses, stands after who and from where: so nobody
 * can write a record of his own making, or in another's name.
 */
import { createHash } from 'node:crypto';

/** What somebody did on a lane, past the server. */
export interface LogRecord {
  /** As PostgreSQL reads it; null when it is in a time zone that only its writer knows. */
  readonly at: string | null;
  readonly login: string;
  readonly database: string;
  readonly session: string;
  readonly application: string;
  readonly address: string;
  readonly statement: string;
}

/** The embedded cluster's lines, as its log_line_prefix makes them. */
const PLAIN = /^(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3} \S+) \[\d+\] ([^\s@]+)@(\S+) ([0-9a-f]+\.[0-9a-f]+) (\S+) \[(.*?)\] LOG: {2}([\s\S]*)$/;

/** What log_statement writes before a statement. */
const STATEMENT = /^(?:statement|execute [^:]*|fastpath function call): ([\s\S]*)$/;
/** What pgAudit writes: kind, numbers, class, command, object, then the statement. */
const AUDITED = /^AUDIT: (?:SESSION|OBJECT),\d+,\d+,[^,]*,[^,]*,[^,]*,[^,]*,([\s\S]*)$/;

/** Times that mean the same to every reader. */
const CERTAIN = /(?: UTC| GMT|[+-]\d\d(?::?\d\d)?)$/;

/** Finds the records that `isOurs` takes. `text` ends with a whole line. */
export function readRecords(text: string, isOurs: (login: string, database: string) => boolean): LogRecord[] {
  const records: LogRecord[] = [];
  // A line that begins with a tab goes on with the one before.
  for (const entry of text.split(/\n(?!\t)/)) {
    const record = entry.startsWith('{') ? jsonRecord(entry) : plainRecord(entry);
    if (record !== null && isOurs(record.login, record.database)) records.push(record);
  }
  return records;
}

function plainRecord(entry: string): LogRecord | null {
  const [, at = '', login = '', database = '', session = '', address = '', application = '', message = ''] = PLAIN.exec(entry) ?? [];
  const statement = statementIn(message.replaceAll('\n\t', '\n'));
  return statement === null ? null : { at: certain(at), login, database, session, application, address, statement };
}

function jsonRecord(line: string): LogRecord | null {
  let entry: Record<string, unknown>;
  try {
    entry = JSON.parse(line) as Record<string, unknown>;
  } catch {
    return null;
  }
  const text = (name: string): string => (typeof entry[name] === 'string' ? entry[name] : '');
  const statement = text('error_severity') === 'LOG' ? statementIn(text('message')) : null;
  if (statement === null) return null;
  return {
    at: certain(text('timestamp')),
    login: text('user'),
    database: text('dbname'),
    session: text('session_id'),
    application: text('application_name'),
    address: text('remote_host') || '[local]',
    statement,
  };
}

function statementIn(message: string): string | null {
  return STATEMENT.exec(message)?.[1] ?? AUDITED.exec(message)?.[1] ?? null;
}

function certain(at: string): string | null {
  return CERTAIN.test(at) ? at : null;
}

/** Strings of every kind, comments and numbers; an open one reaches to the end. Quoted names stay. */
const LITERALS =
  /"(?:[^"]|"")*(?:"|$)|((?<![\w$])[eE]'(?:[^'\\]|\\[\s\S]|'')*(?:'|$)|(?:(?<![\w$])(?:[uU]&|[bBxXnN]))?'(?:[^']|'')*(?:'|$)|(\$(?:[A-Za-z_\x80-\uffff][\w\x80-\uffff]*)?\$)[\s\S]*?(?:\2|$)|--[^\n]*|\/\*[\s\S]*?(?:\*\/|$)|(?<![\w$"])\d[\w.]*)/g;
const LONGEST = 500;

/** What of a statement may stand in a trail: its text without values, its first word, and a digest by which equal ones are found. */
export function describeStatement(statement: string): { command: string; statement: string; digest: string } {
  const bare = statement
    .replaceAll(LITERALS, (whole: string, literal: string | undefined) => (literal === undefined ? whole : /^(?:--|\/\*)/.test(literal) ? ' ' : '?'))
    .replaceAll(/\s+/g, ' ')
    .replace(/[ ;]+$/, '')
    .trim();
  return {
    command: (/^[a-z]+/i.exec(bare)?.[0] ?? '?').toUpperCase().slice(0, 20),
    statement: bare.slice(0, LONGEST),
    digest: createHash('sha256').update(bare).digest('hex').slice(0, 16),
  };
}

/** Names of tenants' roles and schemas, wherever in a statement they stand. */
export function tenantNames(statement: string): string[] {
  return [...new Set(statement.toLowerCase().match(/[a-z0-9_]*tenant_[a-z0-9_]+/g) ?? [])].slice(0, 50);
}

/** Whether a statement changes under which role or on which path its session goes on. */
export function movesSession(statement: string): boolean {
  return /\bset\s+(?:session\s+|local\s+)?(?:role|search_path|session\s+authorization)\b|set_config\s*\(\s*'(?:role|search_path)'|\breset\s+(?:role|search_path|all)\b|\bdiscard\s+all\b/i.test(
    statement,
  );
}
