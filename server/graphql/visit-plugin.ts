import type { PgSelectSingleStep } from 'postgraphile/@dataplan/pg';
import { access, context, get, lambda } from 'postgraphile/grafast';
import type { Step } from 'postgraphile/grafast';
import { extendSchema, gql } from 'postgraphile/utils';

/** A visit that has just begun, as its row says it. */
export interface Visit {
  readonly id: string;
  readonly tenantId: string;
  readonly operatorId: string;
  readonly role: string;
}

/** Makes the token of a visit. @throws `UNAVAILABLE` while the tenant has no key */
export type IssueVisitToken = (visit: Visit) => Promise<{ readonly accessToken: string; readonly expiresIn: number }>;

/** A mutation's payload as PostGraphile plans it. */
type Payload = Step<{ result: unknown }>;

/**
 * `enterTenant` and `enterTenantAs` answer the token of the tenant's own API, as POST /tenants/{id}/context does. The token is a field of the
 * payload alone, not of the visit: who reads visits later, their own too, gets none.
 */
export const VisitPlugin: GraphileConfig.Plugin = extendSchema(() => {
  const token = ($payload: Step): Step => {
    const $visit = get($payload as Payload, 'result') as unknown as PgSelectSingleStep;
    return lambda(
      [access<IssueVisitToken>(context(), ['issueVisitToken']), $visit.get('id'), $visit.get('tenant_id'), $visit.get('operator_id'), $visit.get('role')] as const,
      // No visit: the mutation's own error says why.
      async ([issue, id, tenantId, operatorId, role]) =>
        id === null || id === undefined
          ? null
          : await issue({ id: String(id), tenantId: String(tenantId), operatorId: String(operatorId), role: String(role) }),
    );
  };
  return {
    typeDefs: gql`
      """
      What opens the API of one tenant, at /graphql, for as long as a visit lasts.
      """
      type VisitToken {
        "Sent as Authorization: Bearer."
        accessToken: String!
        "Seconds that it holds; the visit may end before."
        expiresIn: Int!
      }

      extend type EnterTenantPayload {
        "The token of the tenant's API, answered this once."
        token: VisitToken
      }

      extend type EnterTenantAsPayload {
        "The token of the tenant's API, answered this once."
        token: VisitToken
      }
    `,
    objects: {
      EnterTenantPayload: { plans: { token } },
      EnterTenantAsPayload: { plans: { token } },
    },
  };
}, 'VisitPlugin');
