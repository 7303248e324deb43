/** The two rivals that a first start shows: tenants `aurora` and `borealis` with a portfolio and a user for each role. */
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import type { Config } from '../config/config.ts';
import { fixedRole, migratorConfig } from '../database/logins.ts';
import { randomPassword } from '../server/identity/first-start.ts';
import { hashPassword } from '../server/identity/passwords.ts';

const rivals = [
  { id: 'aurora', name: 'Aurora Brands' },
  { id: 'borealis', name: 'Borealis Licensing' },
] as const;

/** Users of the template `demo`, by their roles, which begin their addresses. */
const templateUsers = ['viewer', 'user', 'manager', 'admin'] as const;

const patienceMs = 30_000;

/** A demo user who was just given a password. */
export interface DemoUser {
  readonly tenantId: string;
  readonly email: string;
  readonly password: string;
}

/**
 * Makes sure of the demo tenants; the worker provisions them. The template's users of a tenant that is made here get a password; from then on
 * who signs in how is the tenant's own.
 * @returns those users, to be shown once
 * @throws Error when a demo tenant isn't active within 30 s, with the reason of its run
 */
export async function ensureDemo(config: Config, url: string): Promise<DemoUser[]> {
  const client = new pg.Client(migratorConfig(url, config.database.ca));
  await client.connect();
  try {
    await client.query(`set role ${pg.escapeIdentifier(fixedRole(config.database.prefix, 'tenantry_owner'))}`);
    const made: string[] = [];
    for (const { id, name } of rivals) {
      const { rowCount } = await client.query('select from platform.tenants where id = $1', [id]);
      if (rowCount === 0) {
        await client.query(`select platform.create_tenant($1, $2, domain => $1 || '.example', template => 'demo')`, [id, name]);
        made.push(id);
      }
    }
    const users: DemoUser[] = [];
    for (const { id } of rivals) {
      const open = await becomesActive(client, id);
      if (open && made.includes(id)) users.push(...(await givePasswords(client, id)));
    }
    // Each was proven before there was a rival to reach for.
    for (const { id } of rivals) if (made.length > 0) await proveAgain(client, id);
    return users;
  } finally {
    await client.end();
  }
}

/** @returns false for a tenant that somebody closed since: it is left alone */
async function becomesActive(client: pg.Client, id: string): Promise<boolean> {
  const deadline = Date.now() + patienceMs;
  for (;;) {
    const { rows } = await client.query<{ status: string; error: string | null }>(
      `select t.status, r.error
         from platform.tenants t
         left join lateral (
           select error from platform.provisioning_runs where tenant_id = t.id order by created_at desc limit 1
         ) r on true
        where t.id = $1`,
      [id],
    );
    const tenant = rows[0];
    if (tenant?.status === 'active') return true;
    if (tenant?.status === 'failed') throw new Error(`Demo tenant ${id} could not be provisioned: ${tenant.error}`);
    if (tenant?.status !== 'provisioning' && tenant?.status !== 'ready') return false;
    if (Date.now() > deadline) throw new Error(`Demo tenant ${id} is still ${tenant.status} after 30 s. Does a worker run?`);
    await sleep(50);
  }
}

/** Orders a proof of a tenant that is open; the worker makes it. */
async function proveAgain(client: pg.Client, id: string): Promise<void> {
  await client.query(`select platform.verify_isolation(id) from platform.tenants where id = $1 and status = 'active'`, [id]);
}

async function givePasswords(client: pg.Client, id: string): Promise<DemoUser[]> {
  const users: DemoUser[] = [];
  for (const role of templateUsers) {
    const email = `${role}@${id}.example`;
    const password = randomPassword();
    await client.query('select identity.set_user_password($1, $2, $3, false)', [id, email, await hashPassword(password)]);
    users.push({ tenantId: id, email, password });
  }
  return users;
}
