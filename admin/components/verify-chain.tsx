/** Has the worker verify a trail now, and shows what came of it. */
import { useEffect, useEffectEvent, useState } from 'react';
import { Link2 } from 'lucide-react';
import { useApiMutation, useApiQuery } from '../graphql/api.tsx';
import { audit } from '../text/audit.ts';
import { errors } from '../text/errors.ts';
import { ChainVerificationDocument, VerifyChainDocument } from './api/verify-chain.generated.ts';
import type { ChainVerificationQuery } from './api/verify-chain.generated.ts';
import { Button } from './ui/button.tsx';
import { Flex } from './ui/layout.tsx';
import { Live } from './ui/live.tsx';
import { StatusBadge } from './ui/status-badge.tsx';
import type { Tone } from './ui/status-badge.tsx';

const words = audit.verify;
/** Milliseconds between two looks while the worker is at it. */
const LOOK_MS = 1_000;

interface VerifyChainProps {
  /** Null: all chains. */
  readonly tenantId: string | null;
  /** When it is over: what shows the chain is no longer true. */
  readonly onOver: () => void;
}

/** The button, and beside it what it came to. For who may `chains.read`: the server refuses the others. */
export function VerifyChain({ tenantId, onOver }: VerifyChainProps) {
  const [since, setSince] = useState<number | null>(null);
  const order = useApiMutation(VerifyChainDocument);
  const { data, dataUpdatedAt } = useApiQuery(ChainVerificationDocument, { id: tenantId }, { enabled: since !== null, every: LOOK_MS });
  // An answer of before it was ordered says nothing of it.
  const found = since !== null && dataUpdatedAt > since && data !== undefined && data.chainStatus?.requested === null ? data : null;
  const over = found !== null;
  const tell = useEffectEvent(onOver);
  useEffect(() => {
    if (over) tell();
  }, [over]);
  const [result, setResult] = useState<ChainVerificationQuery | null>(null);
  useEffect(() => {
    if (found === null) return;
    setResult(found);
    setSince(null);
  }, [found]);
  const begin = (): void => {
    setResult(null);
    order.mutate({ id: tenantId }, { onSuccess: () => setSince(Date.now()) });
  };
  const busy = order.isPending || since !== null;
  const shown: Shown | null = order.error !== null ? { tone: 'critical', text: errors[order.error.code].title } : result === null ? null : shownOf(result, tenantId === null);
  return (
    <Flex gap="3" align="center" wrap="wrap">
      <Button size="sm" onClick={begin} loading={busy} loadingText={words.working}>
        <Link2 aria-hidden />
        {tenantId === null ? words.all : words.one}
      </Button>
      {shown !== null && (
        <StatusBadge tone={shown.tone} size="sm">
          {shown.text}
        </StatusBadge>
      )}
      <Live>{busy ? words.working : (shown?.text ?? '')}</Live>
    </Flex>
  );
}

interface Shown {
  readonly tone: Tone;
  readonly text: string;
}

function shownOf({ chainStatus: chain, systemStatus: status }: ChainVerificationQuery, all: boolean): Shown {
  if (all) {
    const flawed = status?.flawedChains ?? null;
    if (flawed === null) return { tone: 'neutral', text: words.unverified };
    return flawed > 0 ? { tone: 'critical', text: words.flawed(flawed) } : { tone: 'secure', text: words.whole };
  }
  if (chain === null || chain.state === 'unverified') return { tone: 'neutral', text: words.nothing };
  return chain.state === 'broken' ? { tone: 'critical', text: words.broken(chain.flaw ?? '') } : { tone: 'secure', text: words.holds(chain.verifiedUpTo ?? '0') };
}
