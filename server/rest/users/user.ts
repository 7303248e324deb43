import { z } from 'zod';
import type { Answer } from '../route.ts';
import { tenantPath } from '../tenants/tenant.ts';

/** The paths of a tenant's users and of one of them. */
export const usersPath = tenantPath;
export const userPath = tenantPath.extend({ user: z.guid() });

/** A tenant's user, as operators see one. */
export const user = z
  .object({
    id: z.guid(),
    email: z.string(),
    name: z.string(),
    role: z.string(),
    status: z.enum(['invited', 'active', 'disabled']),
    lastSignInAt: z.iso.datetime().nullable(),
    lockedUntil: z.iso.datetime().nullable().meta({ description: 'No sign-in is answered before; null when not locked.' }),
    sessions: z.int().meta({ description: 'How many are open.' }),
    secondFactor: z.boolean().meta({ description: 'Whether signing in asks for a code too.' }),
    createdAt: z.iso.datetime(),
    updatedAt: z.iso.datetime(),
  })
  .meta({ id: 'User' });

export const userRole = z.string().min(1).max(48).meta({ description: 'A role of the tenant.', example: 'manager' });
export const userName = z.string().trim().min(1).max(200);

/** Columns of platform.tenant_user under their names in JSON. */
export const USER_COLUMNS = `id, email, name, role, status, last_sign_in_at as "lastSignInAt", locked_until as "lockedUntil", sessions,
  second_factor as "secondFactor", created_at as "createdAt", updated_at as "updatedAt"`;

export type UserRow = Readonly<Record<string, unknown>>;

export const userAnswer = { description: 'The user', schema: user };

/** The answer that is one user. */
export function answerUser(rows: readonly UserRow[], status = 200): Answer {
  const [row] = rows;
  if (row === undefined) throw new Error('a function that returns a user returned none');
  return { status, body: row };
}
