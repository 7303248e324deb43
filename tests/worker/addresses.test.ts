/** Where webhooks go, address by address, and that a name can't lead them elsewhere. */
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isLoopbackAddress, isPublicAddress } from '../../network/addresses.ts';
import { ClosedAddressError } from '../../network/call.ts';
import { post } from '../../worker/webhooks/post.ts';
import { selfSignedCertificate } from '../harness/certificate.ts';

describe('an address', () => {
  it.each(['1.1.1.1', '93.184.216.34', '172.15.255.255', '172.32.0.1', '100.128.0.1', '2606:4700::1111', '2a00:1450:4001::1'])(
    '%s is public',
    (address) => {
      expect(isPublicAddress(address)).toBe(true);
    },
  );

  it.each([
    '0.0.0.0', '10.0.0.1', '100.64.0.1', '127.0.0.1', '127.255.255.254', '169.254.169.254', '172.16.0.1', '172.31.255.255', '192.0.0.192',
    '192.168.1.1', '198.18.0.1', '203.0.113.9', '224.0.0.1', '239.255.255.255', '255.255.255.255',
    '::', '::1', '::ffff:10.0.0.1', '::ffff:1.1.1.1', '::ffff:a9fe:a9fe', '64:ff9b::7f00:1', 'fe80::1', 'fe80::1%eth0', 'fc00::1', 'fd00:ec2::254',
    'ff02::1', '2001:db8::1', '2002:7f00:1::', '2001:0:4136:e378::', 'localhost', '', '1.1.1',
  ])('%s is not', (address) => {
    expect(isPublicAddress(address)).toBe(false);
  });

  it('is this machine’s own only if it is', () => {
    expect(['127.0.0.1', '127.9.9.9', '::1'].map(isLoopbackAddress)).toEqual([true, true, true]);
    expect(['10.0.0.1', '169.254.169.254', '::', '0.0.0.0', 'localhost'].map(isLoopbackAddress)).toEqual([false, false, false, false, false]);
  });
});

describe('a request', () => {
  const { cert, key } = selfSignedCertificate();
  const heard: string[] = [];
  const server = createServer({ cert, key }, (req, res) => {
    heard.push(req.headers.host ?? '');
    if (req.url === '/slow') return;
    if (req.url === '/elsewhere') res.writeHead(302, { location: '/here' });
    else res.writeHead(204);
    res.end();
  });
  let port = 0;

  beforeAll(async () => {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    ({ port } = server.address() as AddressInfo);
  });

  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });

  const resolves = (...addresses: string[]) => async () =>
    await Promise.resolve(addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })));
  const send = async (url: string, options: Partial<Parameters<typeof post>[1]> = {}) =>
    await post({ url, body: '{}', headers: {} }, { allowLoopback: true, timeoutMs: 5_000, ...options });

  it('reaches a listener on this machine with the exception for tests, and by no way without', async () => {
    expect(await send(`https://127.0.0.1:${port}/`)).toBe(204);
    expect(await send(`https://hooks.example:${port}/`, { resolve: resolves('127.0.0.1') })).toBe(204);
    expect(heard).toHaveLength(2);
    for (const url of ['https://127.0.0.1', 'https://localhost', 'https://[::1]', 'https://2130706433', 'https://0x7f.1', 'https://127.1', 'https://[::ffff:127.0.0.1]', 'https://0.0.0.0']) {
      await expect(send(`${url}:${port}/`, { allowLoopback: false }), url).rejects.toThrow(ClosedAddressError);
    }
    expect(heard).toHaveLength(2);
  });

  it('is refused when any address of the name is private, with the exception too', async () => {
    for (const addresses of [['10.0.0.1'], ['169.254.169.254'], ['127.0.0.1', '192.168.0.1'], ['fd00::1'], []]) {
      await expect(send('https://hooks.example/', { resolve: resolves(...addresses) })).rejects.toThrow(ClosedAddressError);
    }
    await expect(send(`https://hooks.example:${port}/`, { allowLoopback: false, resolve: resolves('1.1.1.1', '127.0.0.1') })).rejects.toThrow(ClosedAddressError);
  });

  it('asks for the address once and goes to what was checked', async () => {
    let asked = 0;
    const rebinding = async () => {
      asked += 1;
      return await Promise.resolve([{ address: asked === 1 ? '127.0.0.1' : '10.255.255.1', family: 4 }]);
    };
    expect(await send(`https://rebinding.example:${port}/`, { resolve: rebinding })).toBe(204);
    expect(asked).toBe(1);
    expect(heard.at(-1)).toBe(`rebinding.example:${port}`);
  });

  it('follows no redirect, waits for nobody too long, and speaks no plain HTTP', async () => {
    const before = heard.length;
    expect(await send(`https://127.0.0.1:${port}/elsewhere`)).toBe(302);
    expect(heard).toHaveLength(before + 1);
    await expect(send(`https://127.0.0.1:${port}/slow`, { timeoutMs: 100 })).rejects.toThrow(/abort|timeout/i);
    const never = async () => await new Promise<never>(() => undefined);
    await expect(send('https://hooks.example/', { timeoutMs: 50, resolve: never })).rejects.toThrow(/abort|timeout/i);
    await expect(send(`http://127.0.0.1:${port}/`)).rejects.toThrow(ClosedAddressError);
  });
});
