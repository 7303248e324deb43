/** An attestation in plain words, to read and to print. */
import { counted } from '../../../config/counted.ts';
import { html } from '../../http/html.ts';
import type { Markup } from '../../http/html.ts';
import { moment, signature, table } from './page-parts.ts';

/** What the worker signs of a proof: worker/evidence.ts. */
export interface AttestationContent {
  readonly tenant: string;
  readonly installation: string;
  readonly run: string;
  readonly cause: string;
  readonly startedAt: string;
  readonly finishedAt: string;
  readonly signedAt: string;
  readonly passed: boolean;
  readonly broken: string | null;
  readonly sampledTenants: number;
  readonly totals: { readonly postureChecks: number; readonly postureFailures: number; readonly attempts: number; readonly attemptFailures: number };
  readonly posture: Readonly<Record<string, readonly [number, number]>>;
  readonly attempts: Readonly<Record<string, readonly [number, number, string]>>;
  readonly failures: readonly { readonly half: string; readonly kind: string; readonly expected: string; readonly seen: string; readonly count: number }[];
  readonly notRefusable: readonly { readonly kind: string; readonly open: boolean; readonly count: number }[];
  readonly versions: { readonly postgresql: string; readonly schema: number; readonly fingerprint: string | null; readonly tenantry: string };
  readonly chain: ChainContent;
}

/** How the trail's chain stood. */
export interface ChainContent {
  readonly head: number;
  readonly verifiedAt: string | null;
  readonly verifiedUpTo: number | null;
  readonly flaw: string | null;
  readonly checkpoint: number | null;
  readonly checkpointAt: string | null;
  readonly outside: boolean;
}

const CAUSES: Readonly<Record<string, string>> = {
  provision: 'the tenant was being made', migration: 'its schema had been changed', restore: 'it had been restored', schedule: 'its turn had come, as it does every day',
  demand: 'somebody asked for it',
};

/** The body of the page. */
export function attestationPage(said: AttestationContent, statement: string): Markup {
  const { totals, versions } = said;
  const verdict = said.passed
    ? html`<p class="lead"><strong>Isolated.</strong> ${counted(totals.postureChecks, 'check')} of the catalogs and ${counted(totals.attempts, 'real attempt')} were made, and each came out as it has to.</p>`
    : said.broken === null
      ? html`<p class="lead"><strong>Not isolated.</strong> ${totals.postureFailures} of ${counted(totals.postureChecks, 'check')} and ${totals.attemptFailures} of ${counted(totals.attempts, 'attempt')} came out otherwise than they have to.</p>`
      : html`<p class="lead"><strong>Not proven.</strong> The prover could not have seen a breach, so its run counts as failed: ${said.broken}.</p>`;
  return html`<p class="eyebrow">Attestation of isolation</p>
<h1>Tenant ${said.tenant}</h1>
${verdict}
${table('What this is about', ['Fact', 'Value'], [
    ['Tenant', said.tenant], ['Installation', said.installation], ['Tried', `${moment(said.startedAt)} to ${moment(said.finishedAt)}`],
    ['Why then', CAUSES[said.cause] ?? said.cause], ['Other tenants reached for', String(said.sampledTenants)], ['Run', said.run], ['Signed', moment(said.signedAt)],
    ['Versions', `Tenantry ${versions.tenantry}, PostgreSQL ${versions.postgresql}, schema ${versions.schema}`], ['Fingerprint of the schema', versions.fingerprint ?? 'none'],
  ])}
<h2>What was tried</h2>
<p>The prover logged in as this tenant’s own requests do, became its role, and really tried each statement: against other tenants, the platform’s own tables and the
server. PostgreSQL had to refuse each with the code given. Before that it showed that it can see, by reading, writing and deleting a row of this tenant’s own; that counts under
own-table and canary. Everything was rolled back. Other tenants are not named.</p>
${table('Attempts as the tenant’s role', ['Kind', 'Tried', 'Failed', 'Has to end in'],
    Object.entries(said.attempts).map(([kind, [tried, failed, expected]]) => [kind, tried, failed, expected]), 'Nothing was attempted.')}
<p>42501 is PostgreSQL’s “insufficient privilege”, 42P01 “no such table”, ok the prover’s own work.</p>
${table('Posture: what the catalogs were asked', ['Kind', 'Looked at', 'Failed'], Object.entries(said.posture).map(([kind, [tried, failed]]) => [kind, tried, failed]))}
<h2>What came of it</h2>
${table('Failures', ['Half and kind', 'Has to be', 'Was', 'How often'],
    said.failures.map(({ half, kind, expected, seen, count }) => [`${half}: ${kind}`, expected, seen, count]), 'None: everything came out as it has to.')}
<h2>What is not proven</h2>
<p>PostgreSQL lets every role see names, sizes and statistics, and send signals. That can’t be refused, so it is counted and said. No row of anybody is in it, and none of it is
reachable through the API.</p>
${table('What can’t be refused', ['Kind', 'Open', 'Count'], said.notRefusable.map(({ kind, open, count }) => [kind, open ? 'yes' : 'no', count]))}
<p>A proof is of the moment it was made in, by the attempts listed, against a sample of other tenants. It says nothing of people who administer the server or the database,
who can read what they administer, nor of copies outside the database.</p>
<h2>The audit trail at that moment</h2>
${chainTable(said.chain)}
${signature('attestation', statement)}`;
}

/** How the trail stood, as a table. */
export function chainTable(chain: ChainContent): Markup {
  return table('This tenant’s chain of sealed events', ['Fact', 'Value'], [
    ['Events sealed', String(chain.head)],
    ['Last verified', chain.verifiedAt === null ? 'not yet' : `${moment(chain.verifiedAt)}, up to event ${chain.verifiedUpTo ?? 0}`],
    ['Found', chain.verifiedAt === null ? '—' : (chain.flaw ?? 'nothing wrong')],
    ['Newest checkpoint', chain.checkpoint === null ? 'none' : `number ${chain.checkpoint}, ${moment(chain.checkpointAt)}, ${chain.outside ? 'also kept outside the database' : 'kept in the database only'}`],
  ]);
}
