import { security } from '../text/security.ts';
import { STANDING_TONES } from './standing.ts';
import type { Standing } from './standing.ts';
import { Box, Flex, Stack, Text } from './ui/layout.tsx';
import { toneIcons } from './ui/status-badge.tsx';

/** The facts that decide a point of compliance, each in words, and below one that isn't met what would remedy it. */
export function PointFacts({ facts }: { readonly facts: unknown }) {
  const decided = Object.entries((facts ?? {}) as Readonly<Record<string, { readonly met: boolean | null }>>);
  if (decided.length === 0) return null;
  return (
    <Stack as="ul" gap="1" listStyleType="none" textStyle="sm" color="fg.muted" mt="2">
      {decided.map(([fact, { met }]) => (
        <Fact key={fact} fact={fact} standing={met === null ? 'pending' : met ? 'met' : 'notMet'} />
      ))}
    </Stack>
  );
}

function Fact({ fact, standing }: { readonly fact: string; readonly standing: Standing }) {
  const Icon = toneIcons[STANDING_TONES[standing]];
  const remedy = standing === 'notMet' ? security.remedies[fact] : undefined;
  return (
    <Flex as="li" gap="2" align="flex-start" css={{ '& svg': { flexShrink: 0, marginTop: '0.2em' } }}>
      <Box as="span" {...(standing === 'notMet' && { color: 'attention.fg' })}>
        <Icon size={14} aria-hidden />
      </Box>
      <span>
        <Box as="span" srOnly>
          {`${security.compliance.standings[standing]}: `}
        </Box>
        <Box as="span" {...(standing === 'notMet' && { color: 'fg', fontWeight: 'semibold' })}>
          {security.facts[fact] ?? fact}
        </Box>
        {remedy !== undefined && (
          <Text as="span" display="block" color="fg">
            {security.remedy(remedy)}
          </Text>
        )}
      </span>
    </Flex>
  );
}
