import { CircleAlert, CircleDashed, ShieldCheck } from 'lucide-react';
import { Flex } from '../../../components/ui/layout.tsx';
import { Link } from '../../../components/ui/link.tsx';
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
      {tone === 'none' ? words.matrix.notTried : <Link to={`/security/proofs/${runId}#${group}`} quiet>{wordOf(group, sum)}</Link>}
    </Flex>
  );
}

function wordOf(group: Group, sum: CellProps['sum']): string {
  if (sum === undefined) return words.matrix.notTried;
  if (sum.failed > 0) return words.matrix.failed(sum.failed, sum.tried);
  if (group === 'sees') return words.matrix.seen(sum.tried);
  return group === 'posture' ? words.matrix.held(sum.tried) : words.matrix.refused(sum.tried);
}
