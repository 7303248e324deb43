/**
 * The baseline of the graphql bench: what somebody would write by hand. Express and pg, four awaited statements, no token, no
 * audit, one pool of 16. Takes its connection and its tenant from the environment.
 */
import express from 'express';
import pg from 'pg';
import { portfolioSql } from './portfolio.ts';

const { PORT = '0', BENCH_LOGIN = '{}', BENCH_ROLE = '', BENCH_PATH = '' } = process.env;
const login: unknown = JSON.parse(BENCH_LOGIN);
if (typeof login !== 'object' || login === null) throw new TypeError('BENCH_LOGIN is a pg config as JSON');
const pool = new pg.Pool({ ...login, max: 16, idleTimeoutMillis: 0 });
const app = express();
app.use(express.json());
app.get('/readyz', (_request, response) => {
  response.json({ ready: true });
});
app.post('/portfolio', async (_request, response) => {
  const client = await pool.connect();
  try {
    await client.query('begin read only');
    await client.query({
      name: 'scope',
      text: `select set_config('role', $1, true), set_config('search_path', $2, true), set_config('tenantry.role', $3, true)`,
      values: [BENCH_ROLE, BENCH_PATH, 'manager'],
    });
    const { rows } = await client.query<{ data: unknown }>({ name: 'portfolio', text: portfolioSql });
    await client.query('commit');
    response.json({ data: rows[0]?.data });
  } finally {
    client.release();
  }
});
app.listen(Number(PORT), '127.0.0.1');
