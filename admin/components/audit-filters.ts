/** The filters of the audit trail, as they stand in the address, for the server and for an export. */
import { useCallback, useMemo } from 'react';
import { useSearchParams } from 'react-router';
import type { AuditEventFilter, StringFilter } from '../graphql/platform-inputs.generated.ts';

export const PERIODS = { hour: 3_600_000, day: 86_400_000, week: 7 * 86_400_000, month: 30 * 86_400_000 } as const;

const NAMES = ['tenant', 'scope', 'action', 'actor', 'outcome', 'period', 'from', 'to', 'reads'] as const;
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
}

/**
 * What operators only read: the console asks all the time, and each answer is an event of the platform's trail. Left out unless the address says
 * `reads=true`. What was refused, what an operator reads inside a tenant and every change stay in.
 */
const READS: AuditEventFilter = {
  and: [{ action: { in: ['call.query', 'call.subscribe'] } }, { actor: { startsWith: 'operator:' } }, { onBehalfOf: { isNull: true } }, { outcome: { equalTo: 'ok' } }],
};

/** Whether reads show: asked for, or because calls are what is looked for. */
export function showsReads(params: { get(name: 'reads' | 'action'): string | null }): boolean {
  return params.get('reads') === 'true' || (params.get('action') ?? '').startsWith('call.');
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
export function wantedOf(params: URLSearchParams, tenantId: string | undefined): Pick<AuditFilters, 'filter' | 'query'> {
  const parts: AuditEventFilter[] = [];
  const query = new URLSearchParams();
  if (!showsReads(params)) {
    parts.push({ not: READS });
    query.set('reads', 'false');
  }
  const tenant = tenantId ?? params.get('tenant') ?? '';
  if (tenant !== '') {
    parts.push({ chain: { equalTo: tenant } });
    query.set('tenantId', tenant);
  } else if (params.get('scope') === 'platform') parts.push({ chain: { equalTo: '' } });
  for (const name of ['action', 'actor'] as const) {
    const value = params.get(name) ?? '';
    if (value === '') continue;
    parts.push({ [name]: textFilter(value) });
    query.set(name, value);
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
  return { filter: parts.length === 0 ? null : { and: parts }, query };
}

/** Exact; with a dot or colon behind, everything of that kind. */
export function textFilter(value: string): StringFilter {
  return /[.:]$/.test(value) ? { startsWith: value } : { equalTo: value };
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
