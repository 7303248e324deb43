import { problem } from '../http/problems.ts';

/** The entity tag of a row's version. */
export function etagOf(version: number): string {
  return `"${version}"`;
}

/**
 * The version that an `If-Match` header insists on; null without one, or for `*`.
 * @throws `STALE_VERSION` for anything that isn't one of our strong tags: it matches no version
 */
export function expectedVersion(ifMatch: string | undefined): number | null {
  if (ifMatch === undefined || ifMatch.trim() === '*') return null;
  const version = /^"(\d{1,9})"$/.exec(ifMatch.trim())?.[1];
  if (version === undefined) throw problem('STALE_VERSION', 'If-Match must be the ETag of the tenant as you last read it.');
  return Number(version);
}
