import { useEffect, useEffectEvent, useRef, useState } from 'react';
import { useApiMutation, useApiQuery } from '../../../graphql/api.tsx';
import type { Problem } from '../../../session/problem.ts';
import { AssuranceDocument, OrderEvidenceDocument } from './assurance.tenant.generated.ts';
import type { AssuranceQuery } from './assurance.tenant.generated.ts';
import { evidenceIn } from './statements.ts';
import type { EvidenceContent } from './statements.ts';

export type AttestationRow = NonNullable<NonNullable<AssuranceQuery['attestationsList']>[number]>;
export type VisitRow = NonNullable<NonNullable<AssuranceQuery['operatorVisitsList']>[number]>;

const HOUR_MS = 3_600_000;
/** How far the browser's clock may be ahead: evidence of a period that is not over is refused. */
const CLOCKS_APART_MS = 300_000;
/** The period of the bundle, in days. */
const EVIDENCE_DAYS = 90;
const ASK_AGAIN_MS = 1_000;
const MOST_ASKED = 30;

/** All that the tenant's people may read of their own evidence. It is asked again when the page is looked at again, and not by the clock: each answer is an event of their trail. */
export function useAssurance() {
  return useApiQuery(AssuranceDocument, {});
}

/** The ends of the bundle's period, by the last full hour: who opens the page again within it is given the same bundle. */
export function evidencePeriod(now: number): { readonly since: string; readonly until: string } {
  const until = Math.floor((now - CLOCKS_APART_MS) / HOUR_MS) * HOUR_MS;
  return { since: new Date(until - EVIDENCE_DAYS * 24 * HOUR_MS).toISOString(), until: new Date(until).toISOString() };
}

/** Orders a bundle of evidence and asks until the worker has signed it. Null while it has not. */
export function useEvidence(): { readonly evidence: EvidenceContent | null; readonly problem: Problem | null } {
  const order = useApiMutation(OrderEvidenceDocument);
  const [period] = useState(() => evidencePeriod(Date.now()));
  const statement = order.data?.requestEvidence?.result?.[0]?.statement ?? null;
  const asked = useRef(0);
  const ask = useEffectEvent(() => {
    asked.current += 1;
    order.mutate(period);
  });
  useEffect(() => ask(), []);
  // Signed within a second, usually; who never gets an answer is told by the page that it is still being signed.
  const waits = order.isSuccess && statement === null;
  useEffect(() => {
    if (!waits) return undefined;
    const timer = setTimeout(() => {
      if (asked.current < MOST_ASKED) ask();
    }, ASK_AGAIN_MS);
    return () => clearTimeout(timer);
  }, [waits]);
  return { evidence: statement === null ? null : evidenceIn(statement), problem: order.error };
}
