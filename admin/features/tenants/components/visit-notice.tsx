import { useEffect, useRef } from 'react';
import { LogOut } from 'lucide-react';
import { useLocation } from 'react-router';
import { Button } from '../../../components/ui/button.tsx';
import { Box } from '../../../components/ui/layout.tsx';
import { Link } from '../../../components/ui/link.tsx';
import { Notice } from '../../../components/ui/notice.tsx';
import { useClock } from '../../../components/ui/relative-time.tsx';
import { useOperator } from '../../../session/session-provider.tsx';
import { formatTime } from '../../../text/format.ts';
import { tenantDetail } from '../../../text/tenant-detail.ts';
import { useOwnVisit } from '../api/protection.ts';
import { useLeaveVisit } from './leave-visit.ts';

const { security: words } = tenantDetail;

const MINUTE_MS = 60_000;
/** Milliseconds in which the dialog by which one entered gives the focus back to its button, and the browser scrolls there. */
const FOCUS_MS = 3_000;

/** Says, on every page of a tenant, that one is inside it, why, for how long yet, and how to leave. */
export function VisitNotice({ tenantId, name }: { readonly tenantId: string; readonly name: string }) {
  const operator = useOperator();
  const visit = useOwnVisit(tenantId, operator.id);
  const { leave, leaving } = useLeaveVisit();
  const now = useClock();
  const { pathname } = useLocation();
  const data = `/tenants/${encodeURIComponent(tenantId)}/data`;
  const bar = useRef<HTMLDivElement>(null);
  const visitId = visit?.rowId;
  // It comes above what is being looked at, which the browser keeps in its place: what has to be known first would begin under the header.
  useEffect(() => {
    if (visitId === undefined) return undefined;
    return keepInView(() => bar.current);
  }, [visitId]);
  if (visit === null) return null;
  return (
    <Box ref={bar}>
      <Notice
        tone="attention"
        title={words.insideTitle(name, formatTime(new Date(visit.expiresAt)))}
        actions={
          <Button
            size="sm"
            loading={leaving}
            onClick={() => leave(visit.rowId)}
          >
            <LogOut aria-hidden />
            {words.leave}
          </Button>
        }
      >
        <p>{words.insideHint(visit.role, words.access[visit.access] ?? visit.access, visit.reason)}</p>
        <p>
          {/* Not said aloud each minute. */}
          <span role="timer">{words.minutesLeft(Math.floor((Date.parse(visit.expiresAt) - now) / MINUTE_MS))}</span>
          {words.leaveSoon} {pathname !== data && !pathname.startsWith(`${data}/`) && <Link to={data}>{words.seeData}</Link>}
        </p>
      </Notice>
    </Box>
  );
}

/** Shows all of an element, again after a focus that nobody moved, and until somebody does anything. @returns its end */
function keepInView(element: () => HTMLElement | null): () => void {
  const over = new AbortController();
  const show = (): void => element()?.scrollIntoView({ block: 'nearest' });
  const again = (): void => void requestAnimationFrame(() => over.signal.aborted || show());
  show();
  addEventListener('focusin', again, { signal: over.signal });
  for (const done of ['keydown', 'pointerdown', 'wheel']) addEventListener(done, () => over.abort(), { signal: over.signal, passive: true });
  const timer = setTimeout(() => over.abort(), FOCUS_MS);
  return () => {
    clearTimeout(timer);
    over.abort();
  };
}
