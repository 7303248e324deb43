/**
 * Every way in, and what becomes of somebody who takes it for another tenant's sake or in the wrong role, as data: the form of the rows. The tables are
 * rest-routes.ts, graphql-routes.ts, sql-routes.ts and job-routes.ts.
 *
 * tests/access/routes.test.ts lists the ways in from the running system, fails for one without a row there, and tries both cases.
 * Attempts reach for the tenant `aurora`.
 */
import type { OperatorTitle } from '../harness/server.ts';

/** Why some rows have no case. */
export const processes = { none: 'is about worker processes and queues, not about tenants' };

/** There is no such case, and why. */
export interface None {
  readonly none: string;
}

export interface OperatorRow {
  /**
   * `refused`: an operator limited to another tenant gets what a tenant that isn't there gets. `hidden`: an answer without it.
   * `forbidden`: it concerns all tenants, so whoever is limited at all may not.
   */
  readonly foreign: 'refused' | 'hidden' | 'forbidden' | None;
  /** Who is refused; `user` is an administrator of a tenant. */
  readonly wrongRole: OperatorTitle | 'user';
}

export interface TenantRow {
  /** `kept`: an administrator of another tenant learns nothing of aurora's and changes nothing there. */
  readonly foreign: 'kept' | None;
  /** `kept`: a user of aurora whose role holds no permission learns and changes nothing either. */
  readonly wrongRole: 'kept' | None;
}

export interface SqlRow {
  /** Whose it is; every other login is refused with 42501. `tenant` is the role of a tenant, `public` anybody. */
  readonly logins: readonly string[];
  /**
   * A statement that reaches across, and the SQLSTATE it ends in; or one that answers `true` when nothing was reached.
   * `within` is the same by whoever may, and does not end so. Places in braces are filled as in operator-matrix.ts.
   */
  readonly foreign: { readonly sql: string; readonly expect: string; readonly within?: string } | None;
}

export interface JobRow {
  /** What the task does when its payload names a tenant that is none of its business. */
  readonly foreign: { readonly payload: unknown } | None;
  /** Who can't order it. */
  readonly wrongRole: readonly string[];
}
