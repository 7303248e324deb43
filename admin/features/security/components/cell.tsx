import { CircleAlert, CircleDashed, ShieldCheck } from 'lucide-react';
import { Flex, VisuallyHidden } from '../../../components/ui/layout.tsx';
import { Link } from '../../../components/ui/link.tsx';
import { formatNumber } from '../../../text/format.ts';
import { security as words } from '../../../text/security.ts';
import type { Group } from '../../../components/checks.ts';

interface CellProps {
  readonly group: Group;
  /** The proof that says so. */
  readonly runId: string;
  readonly sum: { readonly tried: number; readonly failed: number } | undefined;
}

/** One field of the matrix: colour, icon, figure and word; it leads to what was tried. */
export function Cell({ group, runId, sum }: CellProps) {
  const tone = sum === undefined || sum.tried === 0 ? 'none' : sum.failed > 0 ? 'critical' : 'secure';
  const Icon = tone === 'none' ? CircleDashed : tone === 'critical' ? CircleAlert : ShieldCheck;
  return (
    <Flex
      as="span"
      // What is hidden from sight would else be placed, and scroll, beside the whole page.
      position="relative"
      display="inline-flex"
      align="center"
      gap="1.5"
      whiteSpace="nowrap"
      color={tone === 'none' ? 'fg.muted' : `${tone}.fg`}
      bg={tone === 'none' ? 'transparent' : `${tone}.subtle`}
      borderWidth="1px"
      borderColor={tone === 'none' ? 'border' : `${tone}.border`}
      borderRadius="l2"
      px="2"
      py="1"
      textStyle="sm"
      fontWeight="semibold"
      css={{ '& a': { color: 'inherit', fontWeight: 'inherit' } }}
    >
      <Icon size={15} aria-hidden />
      {sum === undefined || sum.tried === 0 ? (
        words.matrix.notTried
      ) : (
        <Link to={`/security/proofs/${runId}#${group}`} quiet>
          {sum.failed > 0 ? (
            words.matrix.failed(sum.failed, sum.tried)
          ) : (
            <>
              {formatNumber(sum.tried)}
              {/* The column's head says it to who sees; eleven columns of words would not fit on a screen. */}
              <VisuallyHidden> {wordOf(group)}</VisuallyHidden>
            </>
          )}
        </Link>
      )}
    </Flex>
  );
}

function wordOf(group: Group): string {
  if (group === 'sees') return words.matrix.seen;
  return group === 'posture' ? words.matrix.held : words.matrix.refused;
}
