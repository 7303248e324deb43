import type { UseQueryResult } from '@tanstack/react-query';
import { useApiQuery } from '../../../graphql/api.tsx';
import type { Problem } from '../../../session/problem.ts';
import { CheckTenantDocument, TenantStartDocument } from './onboarding.generated.ts';
import type { CheckTenantQuery, CheckTenantQueryVariables, TenantStartQuery } from './onboarding.generated.ts';

/** What can be said of one field before the tenant is ordered. */
export interface Verdict {
  readonly verdict: 'free' | 'taken' | 'invalid';
  /** Why not, in a sentence; empty when it is free. */
  readonly words: string;
}

export type Template = NonNullable<NonNullable<TenantStartQuery['tenantTemplates']>['nodes'][number]>;
export type Section = NonNullable<NonNullable<TenantStartQuery['settingSections']>['nodes'][number]>;

/** What the server says of what is typed; empty values are not asked about. Shows the verdict before while the next one is on its way. */
export function useCheck(values: { readonly id?: string; readonly name?: string; readonly domain?: string; readonly adminEmail?: string }) {
  const variables: CheckTenantQueryVariables = Object.fromEntries(
    Object.entries(values)
      .map(([name, value]) => [name, value.trim()] as const)
      .filter(([, value]) => value !== ''),
  );
  const query = useApiQuery(CheckTenantDocument, variables, { enabled: Object.keys(variables).length > 0 });
  return { verdicts: verdictsIn(query.data), pending: query.isFetching, problem: query.error };
}

function verdictsIn(data: CheckTenantQuery | undefined): ReadonlyMap<string, Verdict> {
  const rows = (data?.checkTenant?.nodes ?? []).filter((row) => row !== null);
  return new Map(
    rows.map(({ field, verdict, message, hint }) => [field ?? '', { verdict: verdict as Verdict['verdict'], words: [sentence(message), hint].filter(Boolean).join(' ') }]),
  );
}

/** The database's phrase as a sentence. */
function sentence(phrase: string | null): string {
  return phrase === null ? '' : `${phrase.slice(0, 1).toUpperCase()}${phrase.slice(1)}${phrase.endsWith('.') ? '' : '.'}`;
}

/** Templates, and what settings may hold. */
export function useStart(): UseQueryResult<TenantStartQuery, Problem> {
  return useApiQuery(TenantStartDocument, {});
}
