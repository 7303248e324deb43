import { Flex, Text } from './layout.tsx';
import { common } from '../../text/common.ts';

/** The name mark: a T whose columns stand apart under one roof. */
export function NameMark({ size = 28, words = true }: { readonly size?: number; readonly words?: boolean }) {
  return (
    <Flex align="center" gap="2.5">
      <svg width={size} height={size} viewBox="0 0 32 32" aria-hidden>
        <rect width="32" height="32" rx="7" fill="#14213d" stroke="#3a4a6b" strokeWidth="1" />
        <path d="M7 8h18v4.5H18.3V25h-4.6V12.5H7z" fill="#f7f6f2" />
        <path d="M7 16h4.2v9H7zM20.8 16H25v9h-4.2z" fill="#e08a1e" />
      </svg>
      {words && (
        <Text as="span" fontWeight="bold" fontSize="lg" letterSpacing="-0.02em">
          {common.product}
        </Text>
      )}
    </Flex>
  );
}
