/** The actions that this console knows, for whoever looks for one. */
import { auditActions } from '../text/audit-actions.ts';
import type { StringFilter } from '../graphql/platform-inputs.generated.ts';

/** Tables whose rows' changes are events of a trail. */
export const ROW_TABLES: readonly string[] = ['agreements', 'approvals', 'brands', 'licensees', 'notification_rules', 'role_permissions', 'roles', 'users'];

/** By name. */
export const KNOWN_ACTIONS: readonly string[] = [
  ...new Set([...Object.keys(auditActions.did), ...ROW_TABLES.flatMap((table) => Object.keys(auditActions.rows).map((change) => `${table}.${change}`))]),
].toSorted();

const KINDS = new Set(KNOWN_ACTIONS.map((action) => action.slice(0, action.indexOf('.') + 1)));

export interface ActionFilter {
  readonly filter: StringFilter;
  /** The same for REST, which takes an action or a kind; null where it can't be said there. */
  readonly query: string | null;
}

/** What was typed, however much of an action it is: a whole one, a kind with its dot or without, or the beginning of either. */
export function actionFilter(typed: string): ActionFilter {
  const text = typed.trim().toLowerCase();
  if (KNOWN_ACTIONS.includes(text)) return { filter: { equalTo: text }, query: text };
  if (text.endsWith('.')) return { filter: { startsWith: text }, query: text };
  if (KINDS.has(`${text}.`)) return { filter: { startsWith: `${text}.` }, query: `${text}.` };
  return { filter: { startsWith: text }, query: null };
}
