import type { ReactNode } from 'react';
import { Lock } from 'lucide-react';
import { EmptyState } from '../../../components/empty-state.tsx';
import type { Right } from '../../../session/rights.ts';
import { useMay } from '../../../session/session-provider.tsx';
import { frame } from '../../../text/frame.ts';

/** Shows a part to those whose role has it, to the others why they don't see it. The server refuses them whatever is shown. */
export function RightGate({ right, children }: { readonly right: Right; readonly children: ReactNode }) {
  const may = useMay();
  if (may(right)) return children;
  return <EmptyState title={frame.forbiddenSection} hint={frame.forbiddenSectionHint} picture={<Lock size={40} />} />;
}
