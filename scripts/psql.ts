/** `npm run psql -- [login] [options of psql]`: psql as the migrator, or as a login whose password comes from the master key. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readConfig } from '../config/config.ts';
import { readEnvironment } from '../config/environment-file.ts';
import { resolveMasterKey } from '../config/master-key.ts';
import { Refusal } from '../config/refusal.ts';
import { runCommand } from '../config/run-command.ts';
import { runningUrls } from '../database/embedded.ts';
import { endpointFromUrl, fixedLogins, fixedRole, laneRole, loginConfig, migratorConfig } from '../database/logins.ts';

await runCommand(async () => {
  const environment = readEnvironment();
  const config = readConfig(environment);
  const url = config.database.url ?? runningUrls(config.embedded.dataDir).migratorUrl;
  const { ca } = config.database;
  const [first = '', ...others] = process.argv.slice(2);
  const named = first !== '' && !first.startsWith('-');
  const { prefix, lanes } = config.database;
  const logins = [...fixedLogins.map((name) => fixedRole(prefix, name)), ...Array.from({ length: lanes }, (_, lane) => laneRole(prefix, lane))];
  if (named && !logins.includes(first)) {
    const fixed = fixedLogins.map((name) => fixedRole(prefix, name)).join(', ');
    throw new Refusal(`There is no login "${first}". Name one of ${fixed}, ${laneRole(prefix, 0)} to ${laneRole(prefix, lanes - 1)}; or none, for the migrator.`);
  }
  const login = named ? loginConfig(endpointFromUrl(url, ca), first, resolveMasterKey(config)) : migratorConfig(url, ca);
  const psql = spawn('psql', named ? others : process.argv.slice(2), {
    stdio: 'inherit',
    env: {
      ...environment,
      PGHOST: login.host,
      PGPORT: String(login.port),
      PGDATABASE: login.database,
      PGUSER: login.user,
      PGPASSWORD: String(login.password),
      PGSSLMODE: login.ssl === false ? 'disable' : 'verify-full',
      PGSSLROOTCERT: environment['DATABASE_CA'] ?? 'system',
    },
  });
  // Ctrl-C cancels a statement there; it is not for us.
  process.on('SIGINT', () => undefined);
  const [code] = (await once(psql, 'exit').catch((error: unknown) => {
    throw new Refusal('psql cannot be run: install the package postgresql-client.', { cause: error });
  })) as [number | null];
  process.exitCode = code ?? 1;
});
