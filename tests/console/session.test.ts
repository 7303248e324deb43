// @vitest-environment jsdom
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createSession } from '../../admin/session/session.ts';

const person = { id: '7c0c7a52-6c0e-4f66-8a44-3f1f4a1d4d10', email: 'ada@aurora.example', name: 'Ada', role: 'auditor' };
const signedIn = { accessToken: 'token', expiresIn: 900, mustChangePassword: false, user: person, tenant: { id: 'aurora', name: 'Aurora Brands' } };
const over = { code: 'UNAUTHENTICATED', detail: 'There is no session to renew here. Sign in.' };

const asked = vi.fn<(path: string) => void>();

/** What the server answers, whatever it is asked. */
function answer(status: number, body: unknown): void {
  vi.stubGlobal('fetch', async (path: string) => {
    asked(path);
    return Response.json(body, { status });
  });
}

beforeEach(() => localStorage.clear());
afterEach(() => {
  asked.mockClear();
  vi.unstubAllGlobals();
});

describe('a session', () => {
  test('asks nothing where nobody ever signed in', async () => {
    answer(200, signedIn);
    const session = createSession('aurora');
    await session.open();
    expect([session.state(), asked.mock.calls]).toEqual([{ kind: 'none', reason: null }, []]);
  });

  test('is renewed, once, where somebody did, of this tenant and of no other', async () => {
    answer(200, signedIn);
    await createSession('aurora').signIn({ email: person.email, password: 'a sentence of my own' });
    asked.mockClear();
    const [own, others] = [createSession('aurora'), createSession('borealis')];
    await Promise.all([own.open(), own.open(), others.open()]);
    await own.open();
    expect(asked.mock.calls).toEqual([['/api/v1/tenants/aurora/auth/refresh']]);
    expect([own.state(), others.state().kind]).toEqual([{ kind: 'open', person: { ...person, tenantName: 'Aurora Brands' } }, 'none']);
  });

  test('that is over is tried once and then no more', async () => {
    localStorage.setItem('tenantry.session', 'known');
    answer(401, over);
    const session = createSession(null);
    await session.open();
    await session.open();
    await createSession(null).open();
    expect([session.state(), asked.mock.calls]).toEqual([{ kind: 'none', reason: null }, [['/api/v1/auth/refresh']]]);
  });

  test('of which the server said nothing is tried again when one asks for it', async () => {
    localStorage.setItem('tenantry.session', 'known');
    answer(503, { code: 'UNAVAILABLE', detail: 'Shortly.' });
    const session = createSession(null);
    await session.open();
    expect(session.state()).toMatchObject({ kind: 'unreachable', problem: { code: 'UNAVAILABLE' } });
    // What stands in its way is said, and said anew when it is another thing.
    answer(403, { code: 'TENANT_SUSPENDED', detail: 'The tenant is suspended.' });
    await session.open();
    expect(session.state()).toMatchObject({ kind: 'unreachable', problem: { code: 'TENANT_SUSPENDED' } });
    answer(200, { ...signedIn, user: undefined, tenant: undefined, operator: { ...person, role: 'admin' } });
    await session.open();
    expect(session.state()).toEqual({ kind: 'open', person: { ...person, role: 'admin' } });
  });

  test('leaves nothing behind when it ends', async () => {
    answer(200, signedIn);
    const session = createSession('aurora');
    await session.signIn({ email: person.email, password: 'a sentence of my own' });
    expect(Object.entries(localStorage)).toEqual([['tenantry.session.aurora', 'known']]);
    answer(503, { code: 'UNAVAILABLE', detail: 'Shortly.' });
    await expect(session.signOut()).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    expect(session.state().kind).toBe('open');
    // As where a second cookie was planted beside ours: the server ends none, and the console is left all the same.
    answer(401, over);
    await session.signOut();
    expect([session.state().kind, Object.entries(localStorage)]).toEqual(['none', []]);
  });
});
