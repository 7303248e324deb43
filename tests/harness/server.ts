/** A whole Tenantry over one file's database: server in this process, worker too if wanted. */
import { Writable } from 'node:stream';
import { inject } from 'vitest';
import { readConfig } from '../../config/config.ts';
import { createLogger } from '../../server/observability/logger.ts';
import { createServer } from '../../server/server.ts';
import { logMailer } from '../../worker/mailer.ts';
import { startWorker } from '../../worker/worker.ts';
import { createTestDatabase, testPassword } from './database.ts';
import type { TestDatabase } from './database.ts';

export type OperatorTitle = 'admin' | 'operator' | 'security' | 'developer';

export interface TestServer {
  readonly url: string;
  readonly db: TestDatabase;
  /** Everything the server logged, one parsed line each. */
  readonly log: readonly Record<string, unknown>[];
  /** The token of an operator, signed in over REST. */
  operatorToken(title?: OperatorTitle): Promise<string>;
  /** The token of a user of a tenant made from the template `demo`. */
  tenantToken(tenantId: string, role: string): Promise<string>;
  close(): Promise<void>;
}

export interface TestServerOptions {
  readonly worker?: boolean;
  /** Tenants of the template `demo`, there before anything starts: beside a worker nobody else may provision. */
  readonly tenants?: readonly string[];
  /** Environment variables beside those the harness sets. */
  readonly environment?: Readonly<Record<string, string>>;
}

/** Starts a server on a free port. Call `close` in afterAll: it stops everything and drops the database. */
export async function startTestServer(options: TestServerOptions = {}): Promise<TestServer> {
  const cluster = inject('cluster');
  const db = await createTestDatabase();
  for (const tenantId of options.tenants ?? []) await db.provision(tenantId, { template: 'demo' });
  const log: Record<string, unknown>[] = [];
  const logger = createLogger(
    'info',
    new Writable({
      write(chunk, _encoding, done) {
        log.push(JSON.parse(String(chunk)) as Record<string, unknown>);
        done();
      },
    }),
  );
  const config = readConfig({
    NODE_ENV: 'test',
    PORT: '0',
    DATABASE_URL: db.url,
    TENANTRY_PREFIX: db.prefix,
    LANES: String(cluster.lanes),
    SERVER_PROCESSES: '1',
    ...options.environment,
  });
  const shared = { endpoint: db.endpoint, masterKey: db.masterKey, logger };
  const worker =
    options.worker === true
      ? await startWorker({
          ...shared,
          prefix: db.prefix,
          mailer: logMailer(logger),
          publicUrl: 'http://127.0.0.1',
          webhookAllowLoopback: config.webhookAllowLoopback,
        })
      : null;
  const server = createServer({ ...shared, config, blueprintEndpoint: db.blueprintEndpoint });
  const { url } = await server.listen();
  const operators = new Map<OperatorTitle, Promise<string>>();
  const users = new Map<string, Promise<string>>();

  const signIn = async (path: string, email: string): Promise<string> => {
    const response = await fetch(`${url}/api/v1${path}`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ email, password: testPassword }),
    });
    const { accessToken } = (await response.json()) as { accessToken?: string };
    if (accessToken === undefined) throw new Error(`${email} could not sign in: ${response.status}`);
    return accessToken;
  };
  const once = <K>(tokens: Map<K, Promise<string>>, key: K, make: () => Promise<string>): Promise<string> => {
    const token = tokens.get(key) ?? make();
    tokens.set(key, token);
    return token;
  };

  return {
    url,
    db,
    log,
    operatorToken: (title = 'admin') =>
      once(operators, title, async () => {
        const email = `${title}@operators.example`;
        await db.addOperator(email, title);
        return await signIn('/auth/login', email);
      }),
    tenantToken: (tenantId, role) =>
      once(users, `${tenantId}/${role}`, () => signIn(`/tenants/${tenantId}/auth/login`, `${role}@${tenantId}.example`)),
    async close() {
      await server.close();
      await worker?.stop();
      await db.drop();
    },
  };
}
