/** What the id of a tenant looks like: the rule is the database's, which a test compares. */
export const TENANT_ID = /^[a-z][a-z0-9_]{1,47}$/;

/** Whether a part of an address can be a tenant's id. */
export function isTenantId(value: string): boolean {
  return TENANT_ID.test(value);
}
