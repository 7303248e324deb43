/** Migrating: from nothing, twice, from two processes at once, and onto databases that can't be used. */
import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import pg from 'pg';
import { pino } from 'pino';
import { endpointFromUrl, fixedRole, loginConfig, migratorConfig, scramVerifier, withDatabase } from '../../database/logins.ts';
import { migrateDatabase } from '../../database/migrate.ts';
import { checkRequirements } from '../../database/requirements.ts';
import { describeSchema } from '../../scripts/schema-snapshot.ts';
import { ensureFirstStart } from '../../server/identity/first-start.ts';
import { sqlstateOf } from '../harness/outcome.ts';

const name = `tm_${randomBytes(4).toString('hex')}`;
const logger = pino({ level: 'silent' });
let url: string;
let prefix: string;
let lanes: number;
let masterKey: Buffer;

async function maintain(sql: string, on = inject('cluster').migratorUrl): Promise<pg.QueryResult> {
  const client = new pg.Client(migratorConfig(on, null));
  await client.connect();
  try {
    return await client.query(sql);
  } finally {
    await client.end();
  }
}

async function migrate(overrides: { url?: string; lanes?: number; blueprintUrl?: string } = {}): Promise<void> {
  await migrateDatabase({
    url,
    ca: null,
    blueprintUrl: null,
    prefix,
    lanes,
    masterKey,
    allowCurrent: true,
    logger,
    afterwards: async (owner) => {
      await ensureFirstStart(owner, masterKey, { email: 'first@platform.example', password: null });
    },
    ...overrides,
  });
}

/** A login with these attributes, dropped afterwards, and a URL to log in by. */
async function withLogin(attributes: string, work: (loginUrl: string, login: string) => Promise<void>): Promise<void> {
  const login = `tm_${randomBytes(4).toString('hex')}`;
  await maintain(`create role ${login} login ${attributes} password '${scramVerifier('secret', login)}'`);
  try {
    const parsed = new URL(url);
    parsed.username = login;
    parsed.password = 'secret';
    await work(parsed.toString(), login);
  } finally {
    await maintain(`drop role ${login}`);
  }
}

beforeAll(async () => {
  const cluster = inject('cluster');
  url = withDatabase(cluster.migratorUrl, name);
  prefix = cluster.prefix;
  lanes = cluster.lanes;
  masterKey = Buffer.from(cluster.masterKey, 'base64');
  await maintain(`create database ${name} template template0`);
});

afterAll(async () => {
  await maintain(`drop database if exists ${name} with (force)`);
  await maintain(`drop database if exists ${name}_blueprint with (force)`);
});

describe('migrating', () => {
  it('works from two processes at once, and again, and changes nothing then', async () => {
    await Promise.all([migrate(), migrate()]);
    const shape = async () => {
      const client = new pg.Client(migratorConfig(url, null));
      await client.connect();
      try {
        return await describeSchema(client, prefix);
      } finally {
        await client.end();
      }
    };
    const first = await shape();
    const operators = `select (select count(*)::int from platform.operators) as operators,
      (select count(*)::int from platform_private.signing_keys) as keys`;
    const client = new pg.Client(migratorConfig(url, null));
    await client.connect();
    await client.query(`set role ${fixedRole(prefix, 'tenantry_owner')}`);
    expect((await client.query(operators)).rows[0]).toEqual({ operators: 1, keys: 2 });
    await migrate();
    expect(await shape()).toBe(first);
    expect((await client.query(operators)).rows[0]).toEqual({ operators: 1, keys: 2 });
    await client.end();
    expect(first).toContain('table platform.tenants, owner tenantry_owner, row security');
  });

  it('gives each login a password that works, and none to those who may not log in', async () => {
    const endpoint = endpointFromUrl(url, null);
    const login = async (role: string, key = masterKey) =>
      await sqlstateOf(async () => {
        const client = new pg.Client(loginConfig(endpoint, role, key));
        try {
          await client.connect();
        } finally {
          await client.end();
        }
      });
    expect(await login(fixedRole(prefix, 'tenantry_auth'))).toBe('ok');
    expect(await login(`${prefix}tenantry_lane_00`)).toBe('ok');
    expect(await login(fixedRole(prefix, 'tenantry_auth'), randomBytes(32))).toBe('28P01');
    expect(['28000', '28P01']).toContain(await login(fixedRole(prefix, 'tenantry_owner')));
    expect(await login(fixedRole(prefix, 'tenantry_blueprint'))).toBe('42501');
  });

  it('leaves nobody but the provisioner with CREATEROLE, and nobody a superuser', async () => {
    const { rows } = await maintain(
      `select rolname, rolsuper, rolcreaterole, rolbypassrls, rolcreatedb, rolreplication, rolcanlogin
         from pg_roles where rolname like '${prefix.replace('_', '\\_')}tenantry%'
          and (rolsuper or rolcreaterole or rolbypassrls or rolcreatedb or rolreplication)`,
      url,
    );
    expect(rows).toEqual([
      {
        rolname: `${prefix}tenantry_provisioner`,
        rolsuper: false,
        rolcreaterole: true,
        rolbypassrls: false,
        rolcreatedb: false,
        rolreplication: false,
        rolcanlogin: false,
      },
    ]);
    const owned = await maintain(
      `select p.proname from pg_proc p where p.proowner = '${prefix}tenantry_provisioner'::regrole order by 1`,
      url,
    );
    expect(owned.rows.map((row: { proname: string }) => row.proname)).toEqual([
      'close_lane',
      'create_tenant_role',
      'drop_tenant_role',
      'open_lane',
      'settle_gate',
    ]);
  });
});

describe('a database that cannot be used', () => {
  it('is refused when its login lacks CREATEROLE', async () => {
    await withLogin('nocreaterole createdb', async (loginUrl) => {
      await maintain(`grant connect on database ${name} to public`, url);
      await expect(migrate({ url: loginUrl })).rejects.toThrow(/may not create roles.*alter role .* createrole/);
    });
  });

  it('is refused when its login lacks CREATEDB and no blueprint is given', async () => {
    await withLogin('createrole nocreatedb', async (loginUrl) => {
      await expect(migrate({ url: loginUrl })).rejects.toThrow(/may not create the blueprint database.*BLUEPRINT_URL/);
      await expect(migrate({ url: loginUrl, blueprintUrl: `${loginUrl}_blueprint` })).rejects.toThrow(/does not own database/);
    });
  });

  it('is refused when its login does not own it', async () => {
    await withLogin('createrole createdb', async (loginUrl) => {
      await expect(migrate({ url: loginUrl })).rejects.toThrow(/does not own database .*alter database .* owner to/);
    });
  });

  it('is refused when it is read-only, and left as it was', async () => {
    await maintain(`alter database ${name} set default_transaction_read_only = on`, url);
    try {
      await expect(migrate()).rejects.toThrow(/is read-only.*must name the primary/);
    } finally {
      await maintain(`begin; set transaction read write; alter database ${name} reset default_transaction_read_only; commit`, url);
    }
    await migrate();
  });

  it('is refused when it is too old, with its version and the oldest that will do', async () => {
    const client = new pg.Client(migratorConfig(url, null));
    await client.connect();
    try {
      await expect(checkRequirements(client, true, 990_000)).rejects.toThrow(/PostgreSQL 1\d.* is too old.*15 or newer/);
      await expect(checkRequirements(client, true)).resolves.toBeInstanceOf(Array);
    } finally {
      await client.end();
    }
  });

  it('is named when it is not there, or nobody answers', async () => {
    await expect(migrate({ url: withDatabase(url, 'tm_nowhere') })).rejects.toMatchObject({ code: '3D000' });
    const silent = new URL(url);
    silent.port = '1';
    await expect(migrate({ url: silent.toString() })).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });

  it('is refused in plaintext off loopback', () => {
    expect(() => endpointFromUrl('postgres://u:p@db.example:5432/x?sslmode=disable', null)).toThrow(/plaintext/);
    expect(endpointFromUrl('postgres://u:p@db.example/x', 'PEM')).toEqual({
      host: 'db.example',
      port: 5432,
      database: 'x',
      ssl: { ca: 'PEM', rejectUnauthorized: true },
    });
    expect(endpointFromUrl('postgres://u:p@[::1]:6000/x', null)).toMatchObject({ host: '::1', ssl: false });
    expect(() => endpointFromUrl('mysql://u@h/x', null)).toThrow(/postgres:/);
    expect(() => endpointFromUrl('not a url', null)).toThrow(/no URL/);
    expect(() => endpointFromUrl('postgres://u@h/', null)).toThrow(/names no database/);
  });
});
