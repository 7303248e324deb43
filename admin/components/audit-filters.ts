/** The filters of the audit trail, as they stand in the address, for the server and for an export. */
import { useCallback, useMemo } from 'react';
import { useSearchParams } from 'react-router';
import type { AuditEventFilter, StringFilter } from '../graphql/platform-inputs.generated.ts';
import { actionFilter } from './audit-known.ts';

export const PERIODS = { hour: 3_600_000, day: 86_400_000, week: 7 * 86_400_000, month: 30 * 86_400_000 } as const;

const NAMES = ['tenant', 'scope', 'action', 'actor', 'outcome', 'period', 'from', 'to', 'show', 'reads'] as const;
export type FilterName = (typeof NAMES)[number];

export interface AuditFilters {
  get(name: FilterName): string;
  set(changes: Readonly<Partial<Record<FilterName, string>>>): void;
  clear(): void;
  readonly any: boolean;
  /** Where the page begins: behind an event, or before one. */
  readonly after: string;
  readonly before: string;
  go(to: { readonly after?: string; readonly before?: string }): void;
  /** What the server is asked for; null without any condition. */
  readonly filter: AuditEventFilter | null;
  /** The same for REST. */
  readonly query: URLSearchParams;
  /** Whether REST can be asked for the same: a file of more than what shows would be no answer. */
  readonly exportable: boolean;
}

/** What the list is of: what people did, or every event. */
export type AuditView = 'people' | 'everything';

/**
 * What operators only read: the console asks all the time, and each answer is an event of the platform's trail. Left out of what people did. What was
 * refused, what an operator reads inside a tenant and every change stay in.
 */
const READS: AuditEventFilter = {
  and: [{ action: { in: ['call.query', 'call.subscribe'] } }, { actor: { startsWith: 'operator:' } }, { onBehalfOf: { isNull: true } }, { outcome: { equalTo: 'ok' } }],
};

/**
 * What nobody did: the platform's worker and server by themselves, and its own connections, which leave themselves out of the server's log one after
 * the other. Left out of what people did, unless it failed.
 */
const MACHINES: AuditEventFilter = {
  and: [{ or: [{ actor: { in: ['worker', 'server'] } }, { action: { equalTo: 'access.unlogged' } }] }, { outcome: { equalTo: 'ok' } }],
};

/** What the address asks to see. What is looked for by its action is shown whoever did it; `reads=true` is how everything was asked for before. */
export function viewOf(params: { get(name: 'show' | 'reads' | 'action'): string | null }): AuditView {
  return params.get('show') === 'everything' || params.get('reads') === 'true' || (params.get('action') ?? '') !== '' ? 'everything' : 'people';
}

/** The filters that stand behind the others. */
const RARE = ['scope', 'outcome'] as const;

/** How many of those are set. */
export function rareSet(params: { get(name: (typeof RARE)[number]): string | null }): number {
  return RARE.filter((name) => (params.get(name) ?? '') !== '').length;
}

/** The filters that this page's address holds. With `tenantId` the trail is that tenant's. */
export function useAuditFilters(tenantId?: string): AuditFilters {
  const [params, setParams] = useSearchParams();
  const change = useCallback(
    (changes: Readonly<Record<string, string>>, replace: boolean) =>
      setParams(
        (old) => {
          const next = new URLSearchParams(old);
          for (const [name, value] of Object.entries(changes)) {
            if (value === '') next.delete(name);
            else next.set(name, value);
          }
          return next;
        },
        { replace, preventScrollReset: true },
      ),
    [setParams],
  );
  const get = (name: FilterName): string => params.get(name) ?? '';
  const asked = NAMES.map((name) => `${name}=${params.get(name) ?? ''}`).join('&');
  // A period reaches back from when it was chosen: reckoned anew for each picture of the page, it would ask for ever.
  const wanted = useMemo(() => wantedOf(new URLSearchParams(asked), tenantId), [asked, tenantId]);
  return {
    get,
    set: (changes) => change({ ...changes, after: '', before: '' }, true),
    clear: () => change(Object.fromEntries([...NAMES, 'after', 'before'].map((name) => [name, ''])), true),
    any: NAMES.some((name) => get(name) !== ''),
    after: params.get('after') ?? '',
    before: params.get('before') ?? '',
    go: ({ after = '', before = '' }) => change({ after, before }, false),
    ...wanted,
  };
}

/** What an address asks the server for. */
export function wantedOf(params: URLSearchParams, tenantId: string | undefined): Pick<AuditFilters, 'filter' | 'query' | 'exportable'> {
  const parts: AuditEventFilter[] = [];
  const query = new URLSearchParams();
  let exportable = params.get('scope') !== 'platform' || tenantId !== undefined || (params.get('tenant') ?? '') !== '';
  if (viewOf(params) === 'people') {
    parts.push({ not: READS }, { not: MACHINES });
    query.set('reads', 'false');
    query.set('machines', 'false');
  }
  const tenant = tenantId ?? params.get('tenant') ?? '';
  if (tenant !== '') {
    parts.push({ chain: { equalTo: tenant } });
    query.set('tenantId', tenant);
  } else if (params.get('scope') === 'platform') parts.push({ chain: { equalTo: '' } });
  const action = params.get('action') ?? '';
  if (action !== '') {
    const wanted = actionFilter(action);
    parts.push({ action: wanted.filter });
    if (wanted.query !== null) query.set('action', wanted.query);
    exportable &&= wanted.query !== null;
  }
  const actor = params.get('actor') ?? '';
  if (actor !== '') {
    parts.push({ actor: actorFilter(actor) });
    query.set('actor', actor);
  }
  const outcome = params.get('outcome') ?? '';
  if (outcome !== '') {
    parts.push({ outcome: { equalTo: outcome } });
    query.set('outcome', outcome);
  }
  const { since, until } = stretch(params);
  if (since !== null) {
    parts.push({ at: { greaterThanOrEqualTo: since } });
    query.set('since', since);
  }
  if (until !== null) {
    parts.push({ at: { lessThan: until } });
    query.set('until', until);
  }
  return { filter: parts.length === 0 ? null : { and: parts }, query, exportable };
}

/** Exact; with a colon behind, everybody of that kind. */
export function actorFilter(value: string): StringFilter {
  return value.endsWith(':') ? { startsWith: value } : { equalTo: value };
}

function stretch(params: URLSearchParams): { since: string | null; until: string | null } {
  const period = params.get('period') ?? '';
  if (Object.hasOwn(PERIODS, period)) {
    return { since: new Date(Date.now() - PERIODS[period as keyof typeof PERIODS]).toISOString(), until: null };
  }
  if (period !== 'own') return { since: null, until: null };
  return { since: momentOf(params.get('from')), until: momentOf(params.get('to')) };
}

/** What a field of day and time holds, in the reader's own zone. Nonsense is no filter. */
function momentOf(typed: string | null): string | null {
  const at = Date.parse(typed ?? '');
  return Number.isNaN(at) ? null : new Date(at).toISOString();
}
