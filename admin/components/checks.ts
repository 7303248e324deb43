/** What a proof tried, in the groups that the matrix has as columns. */
import { security } from '../text/security.ts';

export interface Check {
  readonly half: string;
  readonly kind: string;
  readonly tried: number;
  readonly failed: number;
}

export type Group = keyof typeof security.groups;

/** The columns in their order: first that the prover sees, then from rivals outwards. */
export const GROUPS = Object.keys(security.groups) as readonly Group[];

const KINDS: Readonly<Record<Exclude<Group, 'posture'>, readonly string[]>> = {
  sees: ['own-table', 'canary'],
  read: ['usage', 'select', 'path', 'do-block', 'copy-out', 'lock', 'sequence', 'execute'],
  write: ['insert', 'update', 'delete', 'truncate', 'references', 'trigger'],
  alter: ['alter', 'drop', 'comment', 'grant', 'create-policy', 'disable-trigger', 'disable-row-security', 'create-table', 'create-function'],
  become: ['grant-role', 'drop-role', 'set-role', 'become-role', 'become-session', 'join-role', 'alter-own-role', 'create-role'],
  platform: [],
  server: [],
  own: [],
};

const GROUP_OF = new Map(Object.entries(KINDS).flatMap(([group, kinds]) => kinds.map((kind) => [kind, group as Group] as const)));

/** The group of a check. A kind that is newer than this console counts among what is tried of the server, so that none is left out. */
export function groupOf({ half, kind }: Pick<Check, 'half' | 'kind'>): Group {
  if (half === 'posture') return 'posture';
  const known = GROUP_OF.get(kind);
  if (known !== undefined) return known;
  if (kind.startsWith('control-')) return 'platform';
  if (kind.startsWith('own-') || kind === 'temporary-table') return 'own';
  return 'server';
}

/** A run's checks as the server has them. */
export function checksOf(value: unknown): readonly Check[] {
  return Array.isArray(value) ? (value as readonly Check[]) : [];
}

/** Sums by group. */
export function groupsOf(checks: readonly Check[]): ReadonlyMap<Group, { readonly tried: number; readonly failed: number }> {
  const sums = new Map<Group, { tried: number; failed: number }>();
  for (const check of checks) {
    const group = groupOf(check);
    const sum = sums.get(group) ?? { tried: 0, failed: 0 };
    sums.set(group, { tried: sum.tried + check.tried, failed: sum.failed + check.failed });
  }
  return sums;
}

/** What was tried of each group, by kind. What failed comes first, of the groups as of their kinds. */
export function triedGroups(checks: readonly Check[]): readonly { readonly group: Group; readonly kinds: readonly Check[]; readonly tried: number; readonly failed: number }[] {
  const sums = groupsOf(checks);
  return GROUPS.flatMap((group) => {
    const sum = sums.get(group);
    return sum === undefined ? [] : [{ group, kinds: checks.filter((check) => groupOf(check) === group).toSorted(byFailure), ...sum }];
  }).toSorted(byFailure);
}

const byFailure = (a: { readonly failed: number }, b: { readonly failed: number }): number => Number(b.failed > 0) - Number(a.failed > 0);
