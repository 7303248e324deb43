import { audit as words } from '../text/audit.ts';
import { StatusBadge } from './ui/status-badge.tsx';
import type { Tone } from './ui/status-badge.tsx';

const TONES: Readonly<Record<keyof typeof words.classes, Tone>> = { public: 'neutral', internal: 'neutral', confidential: 'info', personal: 'attention', secret: 'critical' };

/** How the values of a column are to be treated, as the schema says. */
export function ClassBadge({ of }: { readonly of: string | null }) {
  if (of === null || !Object.hasOwn(TONES, of)) return null;
  const known = of as keyof typeof TONES;
  return (
    <span title={words.classHelp[known]}>
      <StatusBadge tone={TONES[known]} size="sm">
        {words.classes[known]}
      </StatusBadge>
    </span>
  );
}
