import { z } from 'zod';
import { operatorRoute } from '../route.ts';
import type { Route } from '../route.ts';
import type { OperatorTitle } from '../../identity/operator-roles.ts';
import { onlyRow, tenantAnswer, tenantAnswerDescription } from './tenant-answer.ts';
import { TENANT_COLUMNS, tenantPath } from './tenant.ts';
import type { TenantRow } from './tenant.ts';

export const reason = z.string().trim().min(1).max(2_000).meta({ description: 'Why; it is kept with the change.' });

const withReason = z.strictObject({ reason }).meta({ id: 'Reason' });
const withOrWithoutReason = z.strictObject({ reason: reason.optional() }).meta({ id: 'OptionalReason' });

/** Functions of schema platform that move a tenant on: id and reason in, tenant out. */
type Transition =
  | 'activate_tenant'
  | 'suspend_tenant'
  | 'archive_tenant'
  | 'restore_tenant'
  | 'cancel_provisioning'
  | 'delete_tenant';

/** The statement that runs a transition. `transition` is one of our own constants. */
export function transitionStatement(transition: Transition): string {
  return `select ${TENANT_COLUMNS} from platform.${transition}($1::text, $2::text) t`;
}

/** Declares `POST /tenants/{id}/<verb>`: all of them differ in nothing but what follows here. */
export function transitionRoute(options: {
  readonly verb: string;
  readonly transition: Transition;
  readonly name: string;
  readonly summary: string;
  readonly description: string;
  readonly roles: readonly OperatorTitle[];
  readonly reasonRequired: boolean;
  readonly mayBeRefusedAsUnproven?: boolean;
}): Route {
  const text = transitionStatement(options.transition);
  return operatorRoute({
    method: 'post',
    path: `/tenants/{id}/${options.verb}`,
    name: options.name,
    tag: 'Life of a tenant',
    summary: options.summary,
    description: options.description,
    roles: options.roles,
    params: tenantPath,
    query: z.strictObject({}),
    body: options.reasonRequired ? withReason : withOrWithoutReason,
    responses: { 200: tenantAnswerDescription },
    problems: ['NOT_FOUND', 'INVALID_TRANSITION', ...(options.mayBeRefusedAsUnproven ? (['NOT_PROVEN'] as const) : [])],
    handler: async ({ params, body, operator }, { operate }) => {
      const { rows } = await operate(operator, 'write', (client) =>
        client.query<TenantRow>({ text, values: [params.id, body.reason ?? null] }),
      );
      return tenantAnswer(onlyRow(rows));
    },
  });
}
