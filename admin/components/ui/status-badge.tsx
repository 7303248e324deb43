import type { ReactNode } from 'react';
import { Check, CircleAlert, CircleDashed, Info, ShieldCheck, TriangleAlert } from 'lucide-react';

/** What a status means: green secure, yellow attention, red critical, blue information, grey neither: over and done, or none yet. */
export type Tone = 'secure' | 'attention' | 'critical' | 'info' | 'done' | 'neutral';

export const toneIcons = {
  secure: ShieldCheck,
  attention: TriangleAlert,
  critical: CircleAlert,
  info: Info,
  done: Check,
  neutral: CircleDashed,
} as const;

/** The palette that draws a tone. */
export function paletteOf(tone: Tone): string {
  return tone === 'neutral' || tone === 'done' ? 'gray' : tone;
}

/** A status: colour, icon and word, never one of them alone. */
export function StatusBadge({ tone, children, size = 'md' }: { readonly tone: Tone; readonly children: ReactNode; readonly size?: 'sm' | 'md' }) {
  const Icon = toneIcons[tone];
  return (
    <span className="tn-badge" data-palette={paletteOf(tone)} data-size={size}>
      <Icon size={14} aria-hidden />
      {children}
    </span>
  );
}
