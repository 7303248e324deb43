/**
 * Attempts from outside: over HTTP, against a server's address, with the tokens of two tenants. Each side plants a canary of its own and reaches
 * for the other's in every way of outside-attempts.ts, then over connections that both share. No byte of an answer may hold the other's canary;
 * and each attempt is made by the owner as well, who must be shown it: a way that shows nobody anything proves nothing.
 */
import { randomBytes } from 'node:crypto';
import { OUTSIDE_ATTEMPTS, OWN_QUERY, numberOf } from './outside-attempts.ts';
import type { OutsideAttempt, Party } from './outside-attempts.ts';
import type { Check, Failure } from './session.ts';
import { wireTo } from './wire.ts';
import type { Answer, Sent, Wire } from './wire.ts';

export interface OutsideProof {
  readonly checks: readonly Check[];
  readonly failures: readonly Failure[];
  /** Why some of it shows nothing; null if all of it does. */
  readonly broken: string | null;
  readonly ms: number;
}

/** Requests of a mix, and how many of them at once. */
const MIXED = 200;
const AT_ONCE = 20;
const ABORTED = 20;
const PIPELINED = 24;

interface Row {
  readonly rowId: string;
  readonly id: string;
}

/** Something was not as it has to be before anything could be tried. */
export class OutsideError extends Error {
  override readonly name = 'OutsideError';
}

const bearer = (token: string | null): Record<string, string> => (token === null ? {} : { Authorization: `Bearer ${token}` });

/**
 * Plants what a tenant alone may be shown: a brand and a draft agreement with one of its licensees.
 * @throws OutsideError when the token opens nothing, may not write, or the tenant has no licensee
 */
export async function plantCanary(url: string, token: string): Promise<Party> {
  const wire = wireTo(url, 1);
  const canary = `Canary ${randomBytes(12).toString('hex')}`;
  const ask = async <T>(what: string, query: string, variables: Record<string, unknown> = {}): Promise<T> => {
    const { status, text } = await wire.send({ method: 'POST', path: '/graphql', headers: bearer(token), body: { query, variables } });
    const { data, errors } = status === 200 ? (JSON.parse(text.slice(text.indexOf('{"'))) as { data: T | null; errors?: unknown }) : { data: null, errors: `status ${status}` };
    if (data === null || errors !== undefined) throw new OutsideError(`${what} did not work (${JSON.stringify(errors)}). The token must be a manager’s or an administrator’s.`);
    return data;
  };
  try {
    const { licensees } = await ask<{ licensees: { nodes: readonly { rowId: string }[] } }>('reading', '{ licensees(first: 1) { nodes { rowId } } }');
    const licensee = licensees.nodes[0]?.rowId;
    if (licensee === undefined) throw new OutsideError('The tenant has no licensee: make one, an agreement needs it.');
    const { createBrand } = await ask<{ createBrand: { brand: Row } }>('making a brand', 'mutation($name: String!) { createBrand(input: { brand: { name: $name, description: $name } }) { brand { rowId id } } }', { name: canary });
    const { rowId: brand, id: brandNode } = createBrand.brand;
    const { createAgreement } = await ask<{ createAgreement: { agreement: Row } }>('making an agreement', 'mutation($agreement: AgreementInput!) { createAgreement(input: { agreement: $agreement }) { agreement { rowId id } } }', {
      agreement: { number: numberOf(canary), brandId: brand, licenseeId: licensee, notes: canary },
    });
    const { rowId: agreement, id: agreementNode } = createAgreement.agreement;
    const { brands } = await ask<{ brands: { pageInfo: { endCursor: string } } }>('reading a cursor', '{ brands(first: 1, orderBy: NAME_ASC, filter: { name: { startsWith: "Canary" } }) { pageInfo { endCursor } } }');
    const id = tenantOf(token);
    const sessions = await wire.send({ method: 'GET', path: `/api/v1/tenants/${id}/auth/sessions`, headers: bearer(token) });
    const session = /"id":"([0-9a-f-]{36})"/.exec(sessions.text)?.[1];
    if (session === undefined) throw new OutsideError(`The token’s own sessions could not be listed (status ${sessions.status}). It must be a person’s.`);
    return { id, token, canary, brand, agreement, brandNode, agreementNode, cursor: brands.pageInfo.endCursor, session };
  } finally {
    wire.close();
  }
}

/** Takes a canary away again. @returns whether it is gone */
export async function removeCanary(url: string, { token, agreement, brand }: Party): Promise<boolean> {
  const wire = wireTo(url, 1);
  try {
    const remove = async (field: string, id: string) =>
      (await wire.send({ method: 'POST', path: '/graphql', headers: bearer(token), body: { query: `mutation { ${field}(input: { rowId: "${id}" }) { clientMutationId } }` } })).text;
    return !(await remove('deleteAgreement', agreement)).includes('"errors"') && !(await remove('deleteBrand', brand)).includes('"errors"');
  } finally {
    wire.close();
  }
}

/** The tenant that a token says it is of: unverified, it only names addresses. @throws OutsideError for what is no token of a tenant */
export function tenantOf(token: string): string {
  const [header = '', payload = ''] = token.split('.');
  for (const part of [payload, header]) {
    try {
      const { iss } = JSON.parse(Buffer.from(part, 'base64url').toString('utf8')) as { iss?: unknown };
      const id = /\/t\/([a-z][a-z0-9_]{1,47})$/.exec(String(iss))?.[1];
      if (id !== undefined) return id;
    } catch {
      // The payload of an encrypted token; its header names the issuer.
    }
  }
  throw new OutsideError('That is no access token of a tenant’s person.');
}

/** Makes all attempts of each side against the other. Both must have planted their canary. */
export async function attemptFromOutside(url: string, one: Party, two: Party): Promise<OutsideProof> {
  const started = performance.now();
  const wire = wireTo(url, 4);
  const checks = new Map<string, { tried: number; failed: number }>();
  const failures: Failure[] = [];
  const blind: string[] = [];
  const note = (kind: string, target: string, expected: string, seen: string | null) => {
    const check = checks.get(kind) ?? { tried: 0, failed: 0 };
    checks.set(kind, { tried: check.tried + 1, failed: check.failed + (seen === null ? 0 : 1) });
    if (seen !== null) failures.push({ kind, target, expected, seen });
  };
  try {
    for (const [intruder, rival] of [[one, two], [two, one]] as const) {
      for (const attempt of OUTSIDE_ATTEMPTS) {
        const target = `${attempt.target}, ${intruder.id} of ${rival.id}`;
        if (attempt.opens && !(await showsItsOwner(wire, attempt, rival))) blind.push(`${attempt.kind}, ${attempt.target}: its owner was not shown it`);
        note(attempt.kind, target, `${attempt.refused.join(' or ')} and nothing of the rival’s`, await breachOf(wire, attempt, intruder, rival));
        if (attempt.opens && !(await showsItsOwner(wire, attempt, rival))) blind.push(`${attempt.kind}, ${attempt.target}: its owner was not shown it afterwards`);
      }
      for (const path of ['/graphql', '/platform/graphql']) {
        const { text } = await wire.upgrade(path, bearer(intruder.token));
        note('websocket', `${path} with the token of ${intruder.id}`, 'no connection', text.includes('connection_ack') ? 'connected' : null);
      }
    }
    await onSharedConnections(url, [one, two], note, blind);
    for (const party of [one, two]) {
      // What could not be read may have been changed all the same.
      const { text } = await wire.send({ method: 'POST', path: '/graphql', headers: bearer(party.token), body: { query: `{ brand(rowId: "${party.brand}") { name description } agreement(rowId: "${party.agreement}") { notes } }` } });
      note('unchanged', party.id, 'three canaries', text.split(party.canary).length - 1 === 3 ? null : 'something is gone or changed');
    }
  } finally {
    wire.close();
  }
  return {
    checks: [...checks].map(([kind, { tried, failed }]) => ({ kind, tried, failed })),
    failures,
    broken: blind[0] === undefined ? null : `${blind[0]}${blind.length > 1 ? ` (and ${blind.length - 1} more)` : ''}`,
    ms: Math.round(performance.now() - started),
  };
}

const shows = (attempt: OutsideAttempt, text: string, rival: Party): boolean =>
  text.includes(rival.canary) || (attempt.shown !== undefined && attempt.shown(text, rival));

async function showsItsOwner(wire: Wire, attempt: OutsideAttempt, rival: Party): Promise<boolean> {
  const { text } = await wire.send(withToken(attempt.request(rival, rival), rival.token));
  return shows(attempt, text, rival);
}

/** What an intruder was shown or answered that it must not be; null if nothing. */
async function breachOf(wire: Wire, attempt: OutsideAttempt, intruder: Party, rival: Party): Promise<string | null> {
  const token = attempt.token === undefined ? intruder.token : attempt.token(intruder, rival);
  const { status, text } = await wire.send(withToken(attempt.request(rival, intruder), token));
  if (shows(attempt, text, rival)) return `${status} with something of the rival’s`;
  return attempt.refused.includes(status) ? null : `${status}`;
}

function withToken(sent: Sent, token: string | null): Sent {
  return { ...sent, headers: { ...sent.headers, ...bearer(token) } };
}

/** Both ask for their own, over the same connections: kept alive, pipelined, broken off, and many at once. */
async function onSharedConnections(
  url: string, parties: readonly [Party, Party], note: (kind: string, target: string, expected: string, seen: string | null) => void, blind: string[],
): Promise<void> {
  const own = (party: Party): Sent => withToken({ method: 'POST', path: '/graphql', body: { query: OWN_QUERY } }, party.token);
  const other = (party: Party) => (party === parties[0] ? parties[1] : parties[0]);
  const judge = (kind: string, party: Party, { text }: Answer) => {
    note(kind, party.id, 'its own canary alone', text.includes(other(party).canary) ? 'the rival’s canary' : null);
    if (!text.includes(party.canary)) blind.push(`${kind}: ${party.id} was not shown its own`);
  };
  const turns = (count: number) => Array.from({ length: count }, (_, n) => parties[n % 2] as Party);
  const single = wireTo(url, 1);
  const many = wireTo(url, AT_ONCE);
  try {
    for (const party of turns(20)) judge('kept-connection', party, await single.send(own(party)));
    const asked = turns(PIPELINED);
    const answers = await single.pipeline(asked.map(own));
    for (const [index, party] of asked.entries()) judge('pipelined', party, answers[index] ?? { status: 0, text: '' });
    for (const [index, party] of turns(ABORTED).entries()) {
      await many.abort(own(other(party)), index % 5);
      judge('broken-off', party, await many.send(own(party)));
    }
    const waiting = turns(MIXED);
    await Promise.all(Array.from({ length: AT_ONCE }, async () => {
      for (let party = waiting.shift(); party !== undefined; party = waiting.shift()) judge('at-once', party, await many.send(own(party)));
    }));
  } finally {
    single.close();
    many.close();
  }
}
