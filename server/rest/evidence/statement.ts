import { z } from 'zod';

/** Anything that JSON can say; what a statement of a version holds is documented in docs/how-to/evidence.md. */
const content = z.record(z.string(), z.unknown());

/** A signed statement as answers show it. */
const signed = {
  statement: z.string().meta({ description: 'Compact JWS (RFC 7515). This is the evidence: the rest of the answer is a copy for reading.' }),
  keys: z.string().meta({ description: 'Path of the public keys (RFC 7517) that it is verified with, on this server.' }),
};

export const attestationAnswer = z.object({ ...signed, attestation: content }).meta({ id: 'Attestation' });
export const evidenceAnswer = z.object({ ...signed, evidence: content }).meta({ id: 'Evidence' });

/** Where the public halves of all keys that ever signed a statement are published. */
export const KEYS_PATH = '/.well-known/jwks.json';

/** What a statement says. Whether its signature holds is for its reader to find out, with keys that they trust. */
export function contentOf(statement: string): unknown {
  return JSON.parse(Buffer.from(statement.split('.')[1] ?? '', 'base64url').toString('utf8'));
}
