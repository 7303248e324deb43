/** An event of the trail in a sentence: who did what to what. */
import { auditActions as words } from '../text/audit-actions.ts';
import { ROW_TABLES } from './audit-known.ts';

/** What of an event the sentence is made of. */
export interface Told {
  readonly action: string | null;
  readonly outcome: string | null;
  readonly actor: string | null;
  readonly subject: string | null;
  readonly changed?: readonly (string | null)[] | null;
  readonly detail?: unknown;
}

/** An id's first part is enough to tell things apart; the whole is in the event's details. */
const UUID = /^([\da-f]{8})-[\da-f-]{27}$/;
/** How many names are told of several. */
const MOST_NAMES = 2;

/** The sentence. `name` is that of who did it, where it is known. */
export function summaryOf(event: Told, name?: string): string {
  const action = event.action ?? '';
  // Who isn't signed in yet has no name: the server speaks of them.
  const who = name ?? whoOf(action.startsWith('sign_in.') && event.actor === 'server' ? 'anonymous' : event.actor);
  const pattern = patternOf(action);
  if (pattern === undefined) return words.unknown(who, action);
  const said = `${who} ${pattern.replace('{what}', whatOf(event)).replace('{columns}', namesOf(event.changed) ?? words.something).replace('{fields}', fieldsOf(event.detail))}`;
  if (words.telling.includes(action)) return said;
  return event.outcome === 'refused' ? words.refused(said) : event.outcome === 'failed' ? words.failed(said) : said;
}

function patternOf(action: string): string | undefined {
  if (Object.hasOwn(words.did, action)) return words.did[action];
  const [table = '', change = ''] = action.split('.');
  return ROW_TABLES.includes(table) && Object.hasOwn(words.rows, change) ? words.rows[change] : undefined;
}

function whoOf(actor: string | null): string {
  const kind = (actor ?? 'anonymous').split(':')[0] ?? '';
  return words.who[kind] ?? kind;
}

function whatOf({ subject, actor }: Told): string {
  if (subject === null || subject === '') return words.something;
  const at = subject.indexOf(':');
  const [kind, id] = at === -1 ? ['', subject] : [subject.slice(0, at), subject.slice(at + 1)];
  // A user's own account is `users:<id>`, who acted `user:<id>`.
  if (actor !== null && `${actor.split(':')[0]}s:${actor.split(':')[1]}` === subject) return words.own;
  const noun = words.what[kind];
  return `${noun ?? kind} ${id.replace(UUID, '$1…')}`.trim();
}

function fieldsOf(detail: unknown): string {
  const { fields, operation } = (detail ?? {}) as { readonly fields?: unknown; readonly operation?: unknown };
  const named = Array.isArray(fields) ? namesOf(fields as readonly string[]) : null;
  return named ?? (typeof operation === 'string' ? operation : words.ofApi);
}

function namesOf(names: readonly (string | null)[] | null | undefined): string | null {
  const all = (names ?? []).filter((name) => name !== null);
  if (all.length === 0) return null;
  const shown = all.slice(0, MOST_NAMES).join(', ');
  return all.length > MOST_NAMES ? words.andMore(shown, all.length - MOST_NAMES) : shown;
}
