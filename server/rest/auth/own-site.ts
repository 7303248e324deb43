/** Keeps pages of other sites from renewing or ending a session with the cookie that the browser adds by itself. */
import { problem } from '../../http/problems.ts';
import type { RawRequest } from '../route.ts';

/** Where our pages come from. */
type Asked = Pick<RawRequest, 'header' | 'ownOrigin'>;

/**
 * Refuses what a browser says comes from a page of another site. `SameSite=Strict` keeps the cookie from another site's pages, not from another origin
 * of the same site: a neighbouring subdomain, or another port of this machine. Programs send neither header and go on; no page can leave them out or
 * choose them (https://www.w3.org/TR/fetch-metadata/, RFC 6454).
 * @param publicOrigin the origin under which people know this server, whatever a request says
 * @throws `FORBIDDEN`
 */
export function refuseOtherSites({ header, ownOrigin }: Asked, publicOrigin: string): void {
  const site = header('sec-fetch-site');
  const origin = header('origin');
  // A page that hides where it comes from says `null`; of ours the browser still says that it is the same origin.
  const named = origin === 'null' && site === 'same-origin' ? undefined : origin;
  const isOurs = named !== undefined && (named === publicOrigin || named === ownOrigin);
  const isOther = named === undefined ? site !== undefined && site !== 'same-origin' && site !== 'none' : !isOurs || site === 'cross-site';
  if (isOther) {
    throw problem('FORBIDDEN', 'This session is renewed and ended by the server’s own pages only, and a page of another site asked. Is PUBLIC_URL the address people use?');
  }
}
