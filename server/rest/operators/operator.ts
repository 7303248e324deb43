import { z } from 'zod';
import type { ScopedClient } from '../../../database/scope.ts';
import { problem } from '../../http/problems.ts';
import { OPERATOR_TITLES } from '../../identity/operator-roles.ts';
import { tenantId } from '../tenants/tenant.ts';

const OPERATOR_STATUSES = ['invited', 'active', 'disabled'] as const;

export const operatorTitle = z.enum(OPERATOR_TITLES).meta({ id: 'OperatorRole' });

/** The `{id}` of a path. */
export const operatorPath = z.strictObject({ id: z.uuid() });

/** The tenants an operator is limited to. */
export const tenantLimit = z
  .array(tenantId)
  .max(1_000)
  .meta({ description: 'The only tenants that are there for this operator; empty: all of them.' });

/** An operator as every answer shows one. */
export const operatorAnswer = z
  .object({
    id: z.uuid(),
    email: z.string(),
    name: z.string(),
    role: operatorTitle,
    status: z.enum(OPERATOR_STATUSES),
    tenants: tenantLimit,
    createdAt: z.iso.datetime(),
    lastSignInAt: z.iso.datetime().nullable(),
  })
  .meta({ id: 'Operator' });

interface OperatorRow {
  readonly id: string;
  readonly email: string;
  readonly name: string;
  readonly role: (typeof OPERATOR_TITLES)[number];
  readonly status: (typeof OPERATOR_STATUSES)[number];
  readonly tenants: string[];
  readonly created_at: Date;
  readonly last_sign_in_at: Date | null;
}

const COLUMNS = `o.id, o.email, o.name, o.role, o.status, o.created_at, o.last_sign_in_at,
  array(select ot.tenant_id from platform.operator_tenants ot where ot.operator_id = o.id order by ot.tenant_id) as tenants`;
const READ_ALL = `select ${COLUMNS} from platform.operators o order by o.email limit $1`;
const READ_ONE = `select ${COLUMNS} from platform.operators o where o.id = $1`;

/** More operators than any platform has; the GraphQL API pages. */
const MOST_OPERATORS = 1_000;

/** Every operator whom the asking one may see. */
export async function readOperators(client: ScopedClient): Promise<z.output<typeof operatorAnswer>[]> {
  const { rows } = await client.query<OperatorRow>({ text: READ_ALL, values: [MOST_OPERATORS] });
  return rows.map(operatorJson);
}

/** Reads an operator. @throws `NOT_FOUND` */
export async function readOperator(client: ScopedClient, id: string): Promise<z.output<typeof operatorAnswer>> {
  const { rows } = await client.query<OperatorRow>({ text: READ_ONE, values: [id] });
  const [row] = rows;
  if (row === undefined) throw problem('NOT_FOUND', 'There is no operator of this id.');
  return operatorJson(row);
}

function operatorJson({ created_at: createdAt, last_sign_in_at: lastSignInAt, ...row }: OperatorRow): z.output<typeof operatorAnswer> {
  return { ...row, createdAt: createdAt.toISOString(), lastSignInAt: lastSignInAt?.toISOString() ?? null };
}
