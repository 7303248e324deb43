/** Operators and each tenant's users sign in alike; only the path and the words differ. */
import { z } from 'zod';
import type { Realm } from '../../identity/realm.ts';
import type { ProblemCode } from '../../http/catalogue.ts';
import type { Route } from '../route.ts';
import { tenantPath } from '../tenants/tenant.ts';
import { operatorSignIn, userSignIn } from './sign-in-answer.ts';

/** What the calls of one realm have in common. */
export interface RealmCalls {
  readonly path: '/auth' | '/tenants/{id}/auth';
  /** Ends the names of its operations. */
  readonly suffix: 'Operator' | 'User';
  readonly whose: string;
  readonly params: z.ZodObject;
  readonly signedIn: z.ZodType;
  /** Problems that a tenant has and the platform has not. */
  readonly problems: readonly ProblemCode[];
  realm(params: Readonly<Record<string, unknown>>): Realm;
}

const operators: RealmCalls = {
  path: '/auth',
  suffix: 'Operator',
  whose: 'an operator',
  params: z.strictObject({}),
  signedIn: operatorSignIn,
  problems: [],
  realm: () => null,
};

const users: RealmCalls = {
  path: '/tenants/{id}/auth',
  suffix: 'User',
  whose: 'a user of a tenant',
  params: tenantPath,
  signedIn: userSignIn,
  problems: ['TENANT_SUSPENDED', 'LOCKED_DOWN', 'TENANT_FORBIDDEN', 'NOT_FOUND'],
  realm: ({ id }) => String(id),
};

/** The same call for operators and for users. */
export function forBothRealms(make: (calls: RealmCalls) => Route): readonly Route[] {
  return [make(operators), make(users)];
}
