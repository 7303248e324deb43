/** `npm run audit:verify -- [tenant] [--json]`: is the sealed trail what was written? Exit 1 if anything was changed. */
import { parseArgs } from 'node:util';
import { readConfig } from '../config/config.ts';
import { counted } from '../config/counted.ts';
import { readEnvironment } from '../config/environment-file.ts';
import { Refusal } from '../config/refusal.ts';
import { runCommand } from '../config/run-command.ts';
import { runningUrls } from '../database/embedded.ts';
import { fixedRole, migratorConfig } from '../database/logins.ts';
import { folderCopy } from '../server/audit/outside.ts';
import { verifyTrail } from '../server/audit/verification.ts';
import pg from 'pg';

const USAGE = 'Usage: npm run audit:verify -- [tenant] [--json]. Without a tenant all chains are verified, and the platform’s own.';

await runCommand(async () => {
  const { values, positionals } = argumentsOf();
  if (values.help) {
    console.log(USAGE);
    return;
  }
  const { json } = values;
  const [chain = null, ...more] = positionals;
  if (more.length > 0) throw new Refusal(USAGE);
  const config = readConfig(readEnvironment());
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
        const said = `${name === '' ? '(platform)' : name}  ${counted(events, 'event')}`;
        console.log(firstBad === null ? `ok      ${said}` : `BROKEN  ${said}  first bad event ${firstBad}: ${flaw}`);
      }
      for (const flaw of verdict.flaws) console.log(`BROKEN  ${flaw}`);
      console.log(
        outside === null
          ? 'No outside copy is configured (AUDIT_CHECKPOINTS): a chain cut off or rewritten together with its checkpoints would not show.'
          : `Compared with ${counted(verdict.statements, 'checkpoint')} in ${outside.place}${verdict.newest === null ? '' : `, the newest number ${verdict.newest.number} of ${verdict.newest.at}`}.`,
      );
      if (!verdict.ok) console.log('What to do now: docs/how-to/read-the-audit-trail.md#when-it-is-broken');
    }
    if (!verdict.ok) process.exitCode = 1;
  } finally {
    await client.end();
  }
});

function argumentsOf() {
  try {
    const flag = { type: 'boolean', default: false } as const;
    return parseArgs({ allowPositionals: true, options: { json: flag, help: { ...flag, short: 'h' } } });
  } catch (error) {
    throw new Refusal(`${error instanceof Error ? error.message : String(error)}\n${USAGE}`, { cause: error });
  }
}
