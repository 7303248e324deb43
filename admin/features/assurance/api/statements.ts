/** What a signed statement says. Whether its signature holds is for its reader to find out, with keys that they trust. */
import type { Check } from '../../../components/checks.ts';

/** What this page reads of an attestation. */
export interface AttestationContent {
  readonly broken: string | null;
  readonly posture: Readonly<Record<string, readonly [tried: number, failed: number]>>;
  readonly attempts: Readonly<Record<string, readonly [tried: number, failed: number, expected: string]>>;
}

/** What it reads of a bundle of evidence. */
export interface EvidenceContent {
  readonly at: string;
  readonly from: string;
  readonly to: string;
  readonly retention: { readonly class: string; readonly heldSince: string | null };
  readonly compliance: readonly { readonly framework: string; readonly point: string; readonly title: string; readonly status: string; readonly facts?: unknown }[];
}

/** The content of a compact JWS. */
function contentOf(statement: string): unknown {
  const bytes = Uint8Array.from(atob((statement.split('.')[1] ?? '').replaceAll('-', '+').replaceAll('_', '/')), (character) => character.codePointAt(0) ?? 0);
  return JSON.parse(new TextDecoder().decode(bytes));
}

export function attestationIn(statement: string): AttestationContent {
  return contentOf(statement) as AttestationContent;
}

export function evidenceIn(statement: string): EvidenceContent {
  return contentOf(statement) as EvidenceContent;
}

/** What an attestation says was tried, as a proof's checks. */
export function checksIn({ attempts, posture }: AttestationContent): readonly Check[] {
  return [
    ...Object.entries(attempts).map(([kind, [tried, failed]]) => ({ half: 'attempts', kind, tried, failed })),
    ...Object.entries(posture).map(([kind, [tried, failed]]) => ({ half: 'posture', kind, tried, failed })),
  ];
}
