import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseEnv } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ConfigError, environmentVariables, readConfig } from '../../config/config.ts';
import { resolveMasterKey } from '../../config/master-key.ts';

const someKey = Buffer.alloc(32, 7).toString('base64');
const databaseUrl = 'postgres://migrator:hunter2hunter2@db.example:5432/tenantry';
let directory: string;

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'tenantry-config-'));
});

afterAll(() => {
  rmSync(directory, { recursive: true });
});

function refusal(environment: NodeJS.ProcessEnv): string {
  try {
    readConfig(environment);
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
  return 'accepted';
}

describe('readConfig', () => {
  it('needs nothing: an empty environment is the embedded installation', () => {
    const config = readConfig({});
    expect(config.database.url).toBeNull();
    expect(config.embedded.dataDir).toBe(resolve('.tenantry'));
    expect(config.http).toMatchObject({ host: '127.0.0.1', port: 4000, publicUrl: 'http://127.0.0.1:4000' });
    expect(config.database).toMatchObject({ lanes: 16, laneConnections: 2, serverProcesses: 2, prefix: '' });
    expect(config.demo).toBe(true);
  });

  it('reads .env.example as the defaults, and the example lists every variable and no other', () => {
    const example = parseEnv(readFileSync(resolve('.env.example'), 'utf8')) as Record<string, string>;
    expect(Object.keys(example).sort()).toEqual([...environmentVariables].sort());
    expect(readConfig(example)).toEqual(readConfig({}));
  });

  it('is frozen all the way down', () => {
    const config = readConfig({});
    expect(() => Object.assign(config.http, { port: 1 })).toThrow(TypeError);
    expect(() => Object.assign(config, { demo: false })).toThrow(TypeError);
  });

  it('derives the public URL from host, port and TLS', () => {
    expect(readConfig({ HOST: '0.0.0.0', PORT: '80' }).http.publicUrl).toBe('http://localhost');
    expect(readConfig({ HOST: '::1', PORT: '8080' }).http.publicUrl).toBe('http://[::1]:8080');
    expect(readConfig({ PUBLIC_URL: 'https://tenantry.example/' }).http.publicUrl).toBe('https://tenantry.example');
    const pem = join(directory, 'some.pem');
    writeFileSync(pem, '-----BEGIN CERTIFICATE-----\n');
    expect(readConfig({ TLS_CERT: pem, TLS_KEY: pem }).http.publicUrl).toBe('https://127.0.0.1:4000');
  });

  it('believes no proxy unless told, and then the ones listed', () => {
    expect(readConfig({}).http.trustedProxies).toEqual([]);
    expect(readConfig({ TRUSTED_PROXIES: '10.0.0.0/8, ::1' }).http.trustedProxies).toEqual([
      { address: '10.0.0.0', prefix: 8, family: 'ipv4' },
      { address: '::1', prefix: 128, family: 'ipv6' },
    ]);
  });

  it('makes demo tenants on a database of one\'s own only when asked', () => {
    expect(readConfig({ DATABASE_URL: databaseUrl }).demo).toBe(false);
    expect(readConfig({ DATABASE_URL: databaseUrl, DEMO: '1' }).demo).toBe(true);
    expect(readConfig({ DEMO: '0' }).demo).toBe(false);
  });

  it.each([
    ['PORT', '70000', 'a whole number from 0 to 65535'],
    ['PORT', '-1', 'a whole number from 0 to 65535'],
    ['PORT', '4e3', 'a whole number from 0 to 65535'],
    ['LANES', '0', 'a whole number from 1 to 999'],
    ['NODE_ENV', 'prod', 'one of development, test, production'],
    ['LOG_LEVEL', 'loud', 'one of trace'],
    ['AUDIT_MODE', 'off', 'one of batched, strict'],
    ['HOST', 'a b', 'a host name'],
    ['HOST', '999.1.1.1', 'a host name'],
    ['TRUSTED_PROXIES', '10.0.0.0/8, proxy.example', 'IP addresses or networks'],
    ['TRUSTED_PROXIES', '0.0.0.0/0', 'not /0'],
    ['PUBLIC_URL', 'https://tenantry.example/app', 'without a path'],
    ['PUBLIC_URL', 'ftp://tenantry.example', 'http:// or https://'],
    ['PUBLIC_URL', 'https://me:secret@tenantry.example', 'http:// or https://'],
    ['DATABASE_URL', 'mysql://a:b@c/d', 'postgres://login:password@host:port/database'],
    ['DATABASE_URL', 'postgres:///d', 'postgres://login'],
    ['DATABASE_URL', 'postgres://a:b@c/', 'postgres://login'],
    ['TENANTRY_PREFIX', 'tenant_', 'not tenant_ or pg_'],
    ['TENANTRY_PREFIX', 'pg_', 'not tenant_ or pg_'],
    ['TENANTRY_PREFIX', 'tenantry_', 'up to six'],
    ['TENANTRY_PREFIX', 'Acme_', 'lower-case'],
    ['TENANTRY_PREFIX', 'acme', 'an underscore'],
    ['TENANTRY_MASTER_KEY', 'AAAA', '32 bytes as base64'],
    ['TENANTRY_MASTER_KEY', `${someKey.slice(0, 42)}!=`, '32 bytes as base64'],
    ['METRICS_TOKEN', 'short', '16 to 200'],
    ['OPERATOR_EMAIL', 'nobody', 'an e-mail address'],
    ['OPERATOR_PASSWORD', 'hunter2', '12 to 200 characters'],
    ['DEMO', 'yes', '0 or 1'],
    ['DATABASE_CA', '/nonexistent/ca.pem', 'the path of a readable PEM file'],
    ['DATA_DIR', 'a\nb', 'the path of a directory'],
  ])('refuses %s=%j by name and form', (name, value, form) => {
    const message = refusal({ [name]: value });
    expect(message).toContain(`${name} must be `);
    expect(message).toContain(form);
  });

  it('never prints a secret', () => {
    const message = refusal({ DATABASE_URL: 'postgres://migrator:hunter2@/x', TENANTRY_MASTER_KEY: 'correcthorse', OPERATOR_PASSWORD: 'battery' });
    expect(message).not.toMatch(/hunter2|correcthorse|battery/);
  });

  it('names every bad variable at once, each once', () => {
    const message = refusal({ PORT: 'x', LANES: 'x', DEMO: 'x' });
    expect(message.match(/must be/g)).toHaveLength(3);
  });

  it('keeps the exception for tests of receivers out of production', () => {
    expect(readConfig({ WEBHOOK_ALLOW_LOOPBACK: '1' }).webhookAllowLoopback).toBe(true);
    expect(refusal({ WEBHOOK_ALLOW_LOOPBACK: '1', NODE_ENV: 'production' })).toContain('WEBHOOK_ALLOW_LOOPBACK is for tests');
    expect(readConfig({}).issuerAllowLoopback).toBe(false);
    expect(readConfig({ ISSUER_ALLOW_LOOPBACK: '1' }).issuerAllowLoopback).toBe(true);
    expect(refusal({ ISSUER_ALLOW_LOOPBACK: '1', NODE_ENV: 'production' })).toContain('ISSUER_ALLOW_LOOPBACK is for tests');
  });

  it('refuses half a pair', () => {
    const pem = join(directory, 'half.pem');
    writeFileSync(pem, '-----BEGIN CERTIFICATE-----\n');
    expect(refusal({ TLS_CERT: pem })).toContain('TLS_CERT is of use only together with TLS_KEY');
    expect(refusal({ BLUEPRINT_URL: databaseUrl })).toContain('BLUEPRINT_URL is of use only together with DATABASE_URL');
  });
});

describe('resolveMasterKey', () => {
  it('takes the one that is given', () => {
    const key = resolveMasterKey(readConfig({ TENANTRY_MASTER_KEY: someKey, DATABASE_URL: databaseUrl }));
    expect(key).toEqual(Buffer.alloc(32, 7));
  });

  it('refuses a database of one\'s own without a key, and the command it names makes one', () => {
    expect(() => resolveMasterKey(readConfig({ DATABASE_URL: databaseUrl }))).toThrow(/crypto\.randomBytes\(32\)/);
  });

  it('makes one in embedded mode, private to its owner, and keeps it', () => {
    const config = readConfig({ DATA_DIR: join(directory, 'kept') });
    const key = resolveMasterKey(config);
    expect(key).toHaveLength(32);
    expect(resolveMasterKey(config)).toEqual(key);
    expect(statSync(join(directory, 'kept', 'master.key')).mode & 0o777).toBe(0o600);
  });

  it('refuses a damaged or an open key file instead of making another', () => {
    const dataDir = join(directory, 'damaged');
    const config = readConfig({ DATA_DIR: dataDir });
    resolveMasterKey(config);
    writeFileSync(join(dataDir, 'master.key'), 'half a k');
    expect(() => resolveMasterKey(config)).toThrow(ConfigError);
    writeFileSync(join(dataDir, 'master.key'), someKey);
    expect(resolveMasterKey(config)).toEqual(Buffer.alloc(32, 7));
    rmSync(join(dataDir, 'master.key'));
    writeFileSync(join(dataDir, 'master.key'), someKey, { mode: 0o644 });
    expect(() => resolveMasterKey(config)).toThrow(/chmod 600/);
  });

  it.each(['file', 'kernel'])('names a DATA_DIR that nothing can be written to: %s', (kind) => {
    const file = join(directory, 'a-file');
    writeFileSync(file, '');
    const config = readConfig({ DATA_DIR: kind === 'file' ? file : '/proc/tenantry' });
    expect(() => resolveMasterKey(config)).toThrow(/DATA_DIR .* is not a directory this user can write to.*DATA_DIR/);
  });
});
