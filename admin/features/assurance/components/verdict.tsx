import { Box, Flex, Heading, Text } from '../../../components/ui/layout.tsx';
import { paletteOf, toneIcons } from '../../../components/ui/status-badge.tsx';
import type { Tone } from '../../../components/ui/status-badge.tsx';
import { assurance } from '../../../text/assurance.ts';
import { formatMoment, formatNumber } from '../../../text/format.ts';
import type { AttestationRow } from '../api/assurance.ts';
import type { AttestationContent } from '../api/statements.ts';

const words = assurance.verdict;

interface VerdictProps {
  readonly newest: AttestationRow | null;
  readonly said: AttestationContent | null;
  /** When this page asked. */
  readonly at: string;
}

/** The answer to the first question, in one sentence with its figures. */
export function Verdict({ newest, said, at }: VerdictProps) {
  const { tone, title, sentence } = judge(newest, said);
  const Icon = toneIcons[tone];
  return (
    <Flex
      as="section"
      aria-labelledby="verdict"
      colorPalette={paletteOf(tone)}
      bg="colorPalette.subtle"
      color="colorPalette.fg"
      borderWidth="2px"
      borderColor="colorPalette.border"
      borderRadius="l3"
      p={{ base: '5', md: '7' }}
      gap="5"
      align="flex-start"
      direction={{ base: 'column', sm: 'row' }}
    >
      <Box flexShrink={0}>
        <Icon size={44} aria-hidden />
      </Box>
      <Box>
        <Heading as="h2" id="verdict" size="2xl">
          {title}
        </Heading>
        <Text mt="2" textStyle="lg">
          {sentence}
        </Text>
        <Text mt="2" textStyle="sm">
          {assurance.asOf(formatMoment(at))}
        </Text>
      </Box>
    </Flex>
  );
}

function judge(newest: AttestationRow | null, said: AttestationContent | null): { readonly tone: Tone; readonly title: string; readonly sentence: string } {
  if (newest === null) return { tone: 'attention', title: words.none, sentence: words.noneWords };
  if (said !== null && said.broken !== null) return { tone: 'attention', title: words.broken, sentence: words.brokenWords };
  const when = formatMoment(newest.at ?? '');
  if (newest.passed !== true) {
    return { tone: 'critical', title: words.failed, sentence: words.failedWords(when, formatNumber((newest.attemptFailures ?? 0) + (newest.postureFailures ?? 0))) };
  }
  return {
    tone: 'secure',
    title: words.passed,
    sentence: words.passedWords(when, newest.attempts ?? 0, newest.sampled ?? 0, newest.postureChecks ?? 0),
  };
}
