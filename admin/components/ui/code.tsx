import { useEffect, useState } from 'react';
import { Check, Copy as CopyIcon } from 'lucide-react';
import { common } from '../../text/common.ts';
import { IconButton } from './button.tsx';
import { Flex, VisuallyHidden } from './layout.tsx';

/** A word of machines: an id, a fingerprint. */
export function Code({ children }: { readonly children: string }) {
  return <code className="tn-code">{children}</code>;
}

/** Puts a text on the clipboard, and says so. */
export function Copy({ text, what }: { readonly text: string; readonly what: string }) {
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return undefined;
    const timer = setTimeout(() => setCopied(false), 2_000);
    return () => clearTimeout(timer);
  }, [copied]);
  return (
    <>
      <IconButton
        label={`${common.copy}: ${what}`}
        size="xs"
        onClick={() => {
          navigator.clipboard.writeText(text).then(
            () => setCopied(true),
            () => setCopied(false),
          );
        }}
      >
        {copied ? <Check aria-hidden /> : <CopyIcon aria-hidden />}
      </IconButton>
      <VisuallyHidden aria-live="polite">{copied ? common.copied : ''}</VisuallyHidden>
    </>
  );
}

/** A machine's word with a button to take it along. */
export function CopyableCode({ children, what }: { readonly children: string; readonly what: string }) {
  return (
    <Flex as="span" display="inline-flex" align="center" gap="1" minW="0" my="-1.5">
      <Code>{children}</Code>
      <Copy text={children} what={what} />
    </Flex>
  );
}
