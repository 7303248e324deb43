import { createHmac } from 'node:crypto';
import { decodeJwt, decodeProtectedHeader } from 'jose';
import { beforeAll, describe, expect, test } from 'vitest';
import { fakeIssuers, publicUrl } from './fake-keys.ts';

const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

let issuers: Awaited<ReturnType<typeof fakeIssuers>>;
beforeAll(async () => {
  issuers = await fakeIssuers(['aurora', 'borealis']);
});

const user = { kind: 'tenant', tenantId: 'aurora', by: 'user', subject: 'user-1', role: 'manager', sessionId: 'session-1' } as const;
const operator = { kind: 'operator', operatorId: 'operator-1', role: 'admin', sessionId: 'session-2' } as const;

describe('a token', () => {
  test('of a tenant verifies to the identity it was issued for', async () => {
    const { accessToken, expiresIn } = await issuers.tokens.issue(user);
    expect(expiresIn).toBe(900);
    expect(await issuers.tokens.verify(accessToken)).toEqual(user);
    expect(decodeJwt(accessToken)).toMatchObject({ iss: `${publicUrl}/t/aurora`, aud: 'tenantry', tid: 'aurora', sid: 'session-1' });
  });

  test('of an operator verifies and names no tenant', async () => {
    const { accessToken } = await issuers.tokens.issue(operator);
    expect(await issuers.tokens.verify(accessToken)).toEqual(operator);
    expect(decodeJwt(accessToken)).toMatchObject({ iss: publicUrl });
    expect(decodeJwt(accessToken)).not.toHaveProperty('tid');
  });

  test('made by hand with the right claims and key verifies, so the refusals below are for their reasons', async () => {
    const token = await issuers.forge('aurora', issuers.claims());
    expect(await issuers.tokens.verify(token)).toEqual(user);
  });

  test('of an issuer without a key is not issued for the moment', async () => {
    await expect(issuers.tokens.issue({ ...user, tenantId: 'nobody' })).rejects.toMatchObject({ code: 'UNAVAILABLE', retryAfter: 1 });
  });

  test('is encrypted for a tenant that wants it: nobody else reads who it is about', async () => {
    const local = await fakeIssuers(['aurora', 'borealis']);
    const bare = (await local.tokens.issue(user)).accessToken;
    expect(await local.tokens.verify(bare)).toEqual(user);
    local.encrypt('aurora');
    const { accessToken } = await local.tokens.issue(user);
    expect(decodeProtectedHeader(accessToken)).toEqual({
      alg: 'dir',
      enc: 'A256GCM',
      typ: 'at+jwt',
      cty: 'JWT',
      kid: local.kid('aurora'),
      iss: `${publicUrl}/t/aurora`,
    });
    expect(() => decodeJwt(accessToken)).toThrow();
    expect(await local.tokens.verify(accessToken)).toEqual(user);
    await expect(local.tokens.verify(bare)).rejects.toMatchObject({ code: 'TOKEN_INVALID' });
    const neighbour = { ...user, tenantId: 'borealis' };
    expect(decodeJwt((await local.tokens.issue(neighbour)).accessToken)).toMatchObject({ tid: 'borealis' });
  });

  test('that is to be encrypted waits for a key to do that with', async () => {
    const local = await fakeIssuers(['aurora']);
    local.encrypt('aurora');
    local.loseEncryption('aurora');
    await expect(local.tokens.issue(user)).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  });
});

test('keys are looked for where there is such an issuer, and not for one that somebody invented', async () => {
  const local = await fakeIssuers(['aurora']);
  const { accessToken } = await local.tokens.issue(user);
  await local.tokens.verify(accessToken);
  const before = local.asked.verification;
  for (let n = 0; n < 20; n += 1) {
    const token = await local.forge('aurora', local.claims({ iss: `${publicUrl}/t/zz${n}`, tid: `zz${n}` }));
    await expect(local.tokens.verify(token)).rejects.toMatchObject({ code: 'TOKEN_INVALID' });
  }
  expect({ before, after: local.asked.verification }).toEqual({ before: 1, after: 1 });
});

describe('TOKEN_INVALID is the answer to', () => {
  const refused = async (token: string) => {
    await expect(issuers.tokens.verify(token)).rejects.toMatchObject({ code: 'TOKEN_INVALID', status: 401 });
  };

  test.each(['', 'x', 'a.b', 'a.b.c', '..', `${'a'.repeat(5_000)}.b.c`, `${encode(null)}.${encode(null)}.x`])(
    'something that is no token: %.20s',
    refused,
  );

  test('alg none', async () => {
    const claims = encode(issuers.claims());
    await refused(`${encode({ alg: 'none', typ: 'at+jwt', kid: issuers.kid('aurora') })}.${claims}.`);
    await refused(`${encode({ alg: 'none', typ: 'at+jwt' })}.${claims}.`);
  });

  test('HS256 signed with the public key as its secret', async () => {
    const { x = '', y = '' } = issuers.publicJwk('aurora');
    const secrets = [JSON.stringify(issuers.publicJwk('aurora')), x, Buffer.concat([Buffer.from(x, 'base64url'), Buffer.from(y, 'base64url')])];
    for (const secret of secrets) {
      const signed = `${encode({ alg: 'HS256', typ: 'at+jwt', kid: issuers.kid('aurora') })}.${encode(issuers.claims())}`;
      await refused(`${signed}.${createHmac('sha256', secret).update(signed).digest('base64url')}`);
    }
  });

  test('a signature that was changed, or claims that were', async () => {
    const [header = '', , signature = ''] = (await issuers.forge('aurora', issuers.claims())).split('.');
    await refused(`${header}.${encode(issuers.claims({ role: 'admin' }))}.${signature}`);
    await refused(`${header}.${encode(issuers.claims())}.${signature.startsWith('A') ? 'B' : 'A'}${signature.slice(1)}`);
  });

  test('the right kid with another tenant’s key', async () => {
    await refused(await issuers.forge('borealis', issuers.claims(), { kid: issuers.kid('aurora') }));
  });

  test('another tenant’s kid, which is looked up in the issuer only', async () => {
    await refused(await issuers.forge('borealis', issuers.claims()));
    await refused(await issuers.forge(null, issuers.claims()));
  });

  test('no kid, or one that is not a text', async () => {
    await refused(await issuers.forge('aurora', issuers.claims(), { kid: undefined }));
    const [, claims = '', signature = ''] = (await issuers.forge('aurora', issuers.claims())).split('.');
    await refused(`${encode({ alg: 'ES256', typ: 'at+jwt', kid: 7 })}.${claims}.${signature}`);
  });

  test('a key that the token brings along', async () => {
    await refused(await issuers.forge('borealis', issuers.claims(), { jwk: issuers.publicJwk('borealis') }));
  });

  test.each([
    ['another host', 'https://evil.example/t/aurora'],
    ['a tenant that is not an id', `${publicUrl}/t/AURORA`],
    ['a path beyond the id', `${publicUrl}/t/aurora/x`],
    ['a prefix of the id', `${publicUrl}/t/`],
    ['a tenant nobody knows', `${publicUrl}/t/nobody`],
    ['a list', ['x']],
  ])('an issuer that is %s', async (_name, iss) => {
    await refused(await issuers.forge('aurora', issuers.claims({ iss })));
  });

  test('an issuer that is missing', async () => {
    await refused(await issuers.forge('aurora', issuers.claims({ iss: undefined })));
  });

  test.each([['another', 'other'], ['none', undefined]])('%s audience', async (_name, aud) => {
    await refused(await issuers.forge('aurora', issuers.claims({ aud })));
  });

  test.each(['JWT', 'id+jwt', undefined])('type %s', async (typ) => {
    await refused(await issuers.forge('aurora', issuers.claims(), { typ }));
  });

  test.each(['borealis', undefined, 7])('tid %s in a token that aurora issued', async (tid) => {
    await refused(await issuers.forge('aurora', issuers.claims({ tid })));
  });

  test.each(['sub', 'role', 'sid', 'exp', 'iat'])('a missing %s', async (claim) => {
    await refused(await issuers.forge('aurora', issuers.claims({ [claim]: undefined })));
  });

  test('a platform token that names a tenant, or a role that no operator has', async () => {
    const platform = { iss: publicUrl, role: 'admin', tid: undefined };
    expect(await issuers.tokens.verify(await issuers.forge(null, issuers.claims(platform)))).toMatchObject({ kind: 'operator' });
    await refused(await issuers.forge(null, issuers.claims({ ...platform, tid: 'aurora' })));
    await refused(await issuers.forge(null, issuers.claims({ ...platform, role: 'toString' })));
    await refused(await issuers.forge(null, issuers.claims({ ...platform, role: 'manager' })));
  });

  test('a token that is not valid yet', async () => {
    const { iat = 0 } = issuers.claims();
    await refused(await issuers.forge('aurora', issuers.claims({ nbf: iat + 60 })));
    await refused(await issuers.forge('aurora', issuers.claims({ iat: iat + 60 })));
  });
});

describe('time', () => {
  test('ends a token, with a few seconds for clocks that differ, remembered or not', async () => {
    const local = await fakeIssuers(['aurora']);
    const { accessToken } = await local.tokens.issue(user);
    await local.tokens.verify(accessToken);
    local.advance(903);
    expect(await local.tokens.verify(accessToken)).toEqual(user);
    local.advance(3);
    await expect(local.tokens.verify(accessToken)).rejects.toMatchObject({ code: 'TOKEN_EXPIRED', status: 401 });
  });

  test('ends every token after a day, whatever its exp says', async () => {
    const local = await fakeIssuers(['aurora']);
    const { iat = 0 } = local.claims();
    const token = await local.forge('aurora', local.claims({ exp: iat + 30 * 86_400 }));
    expect(await local.tokens.verify(token)).toEqual(user);
    local.advance(86_400 + 60);
    await expect(local.tokens.verify(token)).rejects.toMatchObject({ status: 401 });
  });
});

describe('what is remembered', () => {
  test('a second check of a token asks nobody', async () => {
    const local = await fakeIssuers(['aurora']);
    const { accessToken } = await local.tokens.issue(user);
    const first = await local.tokens.verify(accessToken);
    expect(await local.tokens.verify(accessToken)).toBe(first);
    expect(local.asked.verification).toBe(1);
  });

  test('a key that went takes its tokens with it as soon as the issuer is dropped', async () => {
    const local = await fakeIssuers(['aurora']);
    const { accessToken } = await local.tokens.issue(user);
    await local.tokens.verify(accessToken);
    await local.rotate('aurora');
    expect(await local.tokens.verify(accessToken)).toEqual(user);
    local.store.drop('aurora');
    await expect(local.tokens.verify(accessToken)).rejects.toMatchObject({ code: 'TOKEN_INVALID' });
  });

  test('a key that is new is found without being announced, and invented kids do not flood the database', async () => {
    const local = await fakeIssuers(['aurora']);
    await local.tokens.verify(await local.forge('aurora', local.claims()));
    await local.rotate('aurora');
    const fresh = await local.forge('aurora', local.claims());
    await expect(local.tokens.verify(fresh)).rejects.toMatchObject({ code: 'TOKEN_INVALID' });
    for (let kid = 0; kid < 20; kid += 1) {
      await expect(local.tokens.verify(await local.forge('aurora', local.claims(), { kid: `k${kid}` }))).rejects.toThrow();
    }
    expect(local.asked.verification).toBe(1);
    local.advance(6);
    expect(await local.tokens.verify(fresh)).toEqual(user);
    expect(local.asked.verification).toBe(2);
  });
});
