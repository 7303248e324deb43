import { audit as words } from '../text/audit.ts';
import { StatusBadge } from './ui/status-badge.tsx';
import type { Tone } from './ui/status-badge.tsx';

const TONES: Readonly<Record<keyof typeof words.outcomes, Tone>> = { ok: 'done', refused: 'attention', failed: 'critical' };

/** What came of an event. */
export function Outcome({ outcome }: { readonly outcome: string | null }) {
  const known = outcome !== null && Object.hasOwn(TONES, outcome) ? (outcome as keyof typeof TONES) : null;
  return (
    <StatusBadge tone={known === null ? 'neutral' : TONES[known]} size="sm">
      {known === null ? outcome : words.outcomes[known]}
    </StatusBadge>
  );
}
