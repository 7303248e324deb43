/** `npm run audit:verify -- [tenant] [--json]`: is the sealed trail what was written? Exit 1 if anything was changed. */
import { readConfig } from '../config/config.ts';
import { readEnvironment } from '../config/environment-file.ts';
import { Refusal } from '../config/refusal.ts';
import { runCommand } from '../config/run-command.ts';
import { runningUrls } from '../database/embedded.ts';
import { fixedRole, migratorConfig } from '../database/logins.ts';
import { folderCopy } from '../server/audit/outside.ts';
import { verifyTrail } from '../server/audit/verification.ts';
import pg from 'pg';

await runCommand(async () => {
  const config = readConfig(readEnvironment());
  const words = process.argv.slice(2);
  const json = words.includes('--json');
  const [chain = null, ...more] = words.filter((word) => word !== '--json');
  if (more.length > 0) throw new Refusal('Name one tenant, or none for all: npm run audit:verify -- [tenant] [--json]');
  const outside = config.audit.checkpoints === null ? null : folderCopy(config.audit.checkpoints);
  const client = new pg.Client(migratorConfig(config.database.url ?? runningUrls(config.embedded.dataDir).migratorUrl, config.database.ca));
  await client.connect();
  try {
    await client.query(`set role ${pg.escapeIdentifier(fixedRole(config.database.prefix, 'tenantry_owner'))}`);
    const started = performance.now();
    const verdict = await verifyTrail(client, { chain, outside });
    const ms = Math.round(performance.now() - started);
    if (json) {
      console.log(JSON.stringify({ ...verdict, outside: outside?.place ?? null, ms }));
    } else {
      for (const { chain: name, events, firstBad, flaw } of verdict.chains) {
        console.log(`${firstBad === null ? 'ok    ' : 'BROKEN'}  ${name === '' ? '(platform)' : name}  ${events} events${firstBad === null ? '' : `  first bad event ${firstBad}: ${flaw}`}`);
      }
      for (const flaw of verdict.flaws) console.log(`BROKEN  ${flaw}`);
      console.log(
        outside === null
          ? 'No outside copy is configured (AUDIT_CHECKPOINTS): a chain cut off or rewritten together with its checkpoints would not show.'
          : `Compared with ${verdict.statements} checkpoints in ${outside.place}${verdict.newest === null ? '' : `, the newest number ${verdict.newest.number} of ${verdict.newest.at}`}.`,
      );
    }
    if (!verdict.ok) process.exitCode = 1;
  } finally {
    await client.end();
  }
});
