import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect, createServer } from 'node:tls';
import type { SecureVersion } from 'node:tls';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { selfSignedCertificate } from '../harness/certificate.ts';
import { startTestServer } from '../harness/server.ts';
import type { TestServer } from '../harness/server.ts';

const { cert, key } = selfSignedCertificate();
let folder: string;
let server: TestServer;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'tenantry-tls-'));
  writeFileSync(join(folder, 'cert.pem'), cert);
  writeFileSync(join(folder, 'key.pem'), key);
  server = await startTestServer({ environment: { TLS_CERT: join(folder, 'cert.pem'), TLS_KEY: join(folder, 'key.pem') } });
});
afterAll(async () => {
  await server.close();
  rmSync(folder, { recursive: true });
});

/** The version two sides agreed on, or the code of the refusal. */
async function handshake(port: number, version: SecureVersion): Promise<string> {
  return await new Promise((resolve) => {
    const socket = connect(
      // Security level 0 lets this client offer what no server should take; the certificate has no authority, but is the one expected.
      { host: '127.0.0.1', port, ca: cert, minVersion: version, maxVersion: version, ciphers: 'DEFAULT@SECLEVEL=0', checkServerIdentity: () => undefined },
      () => {
        resolve(socket.getProtocol() ?? 'none');
        socket.destroy();
      },
    );
    socket.on('error', (error: NodeJS.ErrnoException) => {
      resolve(error.code ?? error.message);
    });
  });
}

const get = async (path: string) =>
  await new Promise<Record<string, unknown>>((resolve, reject) => {
    request(new URL(path, server.url), { ca: cert, checkServerIdentity: () => undefined }, (response) => {
      response.resume();
      resolve({ status: response.statusCode, ...response.headers });
    })
      .on('error', reject)
      .end();
  });

describe('a server with TLS_CERT and TLS_KEY', () => {
  test.each(['TLSv1.2', 'TLSv1.3'] as const)('speaks %s', async (version) => {
    expect(await handshake(Number(new URL(server.url).port), version)).toBe(version);
  });

  test.each(['TLSv1', 'TLSv1.1'] as const)('refuses %s, which the same client speaks with a server that takes it', async (version) => {
    expect(await handshake(Number(new URL(server.url).port), version)).toMatch(/ALERT_PROTOCOL_VERSION|UNSUPPORTED_PROTOCOL/);
    const old = createServer({ cert, key, minVersion: 'TLSv1', ciphers: 'DEFAULT@SECLEVEL=0' });
    old.on('secureConnection', (socket) => socket.on('error', () => undefined));
    await new Promise<void>((resolve) => old.listen(0, '127.0.0.1', resolve));
    expect(await handshake((old.address() as AddressInfo).port, version)).toBe(version);
    old.close();
  });

  test('says that it is to be asked by https from now on, and logs the protocol', async () => {
    expect(server.url).toMatch(/^https:/);
    expect(await get('/developers')).toMatchObject({ status: 200, 'strict-transport-security': 'max-age=63072000' });
    expect(server.log.find(({ msg, path }) => msg === 'request' && path === '/developers')).toMatchObject({ protocol: 'https', address: '127.0.0.1' });
  });

  test('does not answer plain http', async () => {
    await expect(fetch(server.url.replace('https', 'http'))).rejects.toThrow('fetch failed');
  });
});
