import pg from 'pg';

/**
 * Ends backends of a login from that same login: a role may terminate its own sessions, and nobody else's here may
 * (not even the owner, seen on 15 and 18). Opens a connection of its own because the lane's may all be busy with what
 * is to be ended.
 * @returns how many of them were still there
 */
export async function terminateBackends(config: pg.ClientConfig, pids: readonly number[]): Promise<number> {
  const client = new pg.Client(config);
  client.on('error', () => undefined);
  await client.connect();
  try {
    const { rows } = await client.query<{ ended: number }>({
      text: `select pg_catalog.count(*) filter (where pg_catalog.pg_terminate_backend(pid))::int as ended
               from pg_catalog.unnest($1::int[]) as pid`,
      values: [pids],
    });
    return rows[0]?.ended ?? 0;
  } finally {
    await client.end();
  }
}
