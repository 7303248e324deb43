/** Signs what the database says of a proof or of a period. The private key is opened here, in Node, and nowhere else. */
import { expectedEnds } from '../prover/expectations.ts';
import { openSigner } from '../server/audit/statements.ts';
import type { StatementDatabase } from '../server/audit/statements.ts';
import type { KeySealer } from '../server/identity/sealer.ts';
import manifest from '../package.json' with { type: 'json' };

/** What the database says of a proof; the rest is passed on as it is. */
interface Attested {
  readonly attempts: Readonly<Record<string, readonly [tried: number, failed: number]>>;
  readonly versions: object;
}

/**
 * Signs the attestation of a proof that is over and keeps it. Quiet when the run is open, gone or attested already, so safe to run twice.
 * @returns whether one was kept
 */
export async function attest(database: StatementDatabase, sealer: KeySealer, runId: string): Promise<boolean> {
  const [row] = (await database.query('select platform_private.attestation_content($1) as content', [runId])).rows as readonly { content: Attested | null }[];
  const content = row?.content ?? null;
  if (content === null) return false;
  const ends = expectedEnds();
  const signer = await openSigner(database, sealer);
  const statement = await signer.sign('attestation', {
    ...content,
    signedAt: new Date().toISOString(),
    versions: { ...content.versions, tenantry: manifest.version },
    columns: { posture: ['looked at', 'failed'], attempts: ['tried', 'failed', 'has to end in'] },
    attempts: Object.fromEntries(Object.entries(content.attempts).map(([kind, counts]) => [kind, [...counts, ends.get(kind) ?? 'a refusal']])),
  });
  const [kept] = (await database.query('select platform_private.store_attestation($1, $2) as kept', [runId, statement])).rows as readonly { kept: boolean }[];
  return kept?.kept === true;
}

/** Signs a bundle that was ordered. Quiet when it is signed already or no longer there. @returns whether it was signed */
export async function signEvidence(database: StatementDatabase, sealer: KeySealer, bundleId: string): Promise<boolean> {
  const [row] = (await database.query('select platform_private.evidence_to_sign($1) as content', [bundleId])).rows as readonly { content: object | null }[];
  const content = row?.content ?? null;
  if (content === null) return false;
  const signer = await openSigner(database, sealer);
  const statement = await signer.sign('evidence', { ...content, tenantry: manifest.version });
  await database.query('select platform_private.store_evidence($1, $2)', [bundleId, statement]);
  return true;
}
