import { Suspense } from 'react';
import { Outlet } from 'react-router';
import { Lock } from 'lucide-react';
import { EmptyState } from '../components/empty-state.tsx';
import { LinkButton } from '../components/ui/link.tsx';
import { LinesSkeleton } from '../components/ui/skeleton.tsx';
import { useMay } from '../session/session-provider.tsx';
import { frame } from '../text/frame.ts';
import type { Section } from './sections.tsx';

/** Shows a section to those whose role has it. The server refuses the others whatever is shown. */
export function SectionGate({ section }: { readonly section: Section }) {
  const may = useMay();
  if (!may(section.right)) {
    return (
      <EmptyState
        title={frame.forbiddenSection}
        hint={frame.forbiddenSectionHint}
        picture={<Lock size={40} />}
        action={<LinkButton to="/">{frame.home}</LinkButton>}
      />
    );
  }
  return (
    <Suspense fallback={<LinesSkeleton count={4} />}>
      <Outlet />
    </Suspense>
  );
}
