/** `npm run operator-password -- <e-mail>`: a new one-time password for an operator, for when nobody can sign in any more. */
import pg from 'pg';
import { readConfig } from '../config/config.ts';
import { readEnvironment } from '../config/environment-file.ts';
import { Refusal } from '../config/refusal.ts';
import { runCommand } from '../config/run-command.ts';
import { runningUrls } from '../database/embedded.ts';
import { fixedRole, migratorConfig } from '../database/logins.ts';
import { giveOperatorPassword } from '../server/identity/first-start.ts';

await runCommand(async () => {
  const email = process.argv[2];
  if (email === undefined) throw new Refusal('Usage: npm run operator-password -- <e-mail>');
  const config = readConfig(readEnvironment());
  const url = config.database.url ?? runningUrls(config.embedded.dataDir).migratorUrl;
  const client = new pg.Client(migratorConfig(url, config.database.ca));
  await client.connect();
  try {
    await client.query(`set role ${pg.escapeIdentifier(fixedRole(config.database.prefix, 'tenantry_owner'))}`);
    console.log(`One-time password of ${email}, good for three days: ${await giveOperatorPassword(client, email)}`);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'TN003') throw new Refusal(`${error.message}: ${email}`, { cause: error });
    throw error;
  } finally {
    await client.end();
  }
});
