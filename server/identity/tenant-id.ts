/** The form of every tenant id: what is not of it names no tenant, and is refused before it reaches the database. */
export const TENANT_ID = /^[a-z][a-z0-9_]{1,47}$/;

export function isTenantId(value: string): boolean {
  return TENANT_ID.test(value);
}
