import { CloudOff, OctagonAlert } from 'lucide-react';
import { Problem } from '../session/problem.ts';
import { common } from '../text/common.ts';
import { errors, sentenceOf } from '../text/errors.ts';
import { Button } from './ui/button.tsx';
import { Code } from './ui/code.tsx';
import { Box, Heading, Stack, Text } from './ui/layout.tsx';

/** What failed, in words, with the next step and a way to try again; the request id helps whoever helps. */
export function ErrorState({ error, onRetry }: { readonly error: Error; readonly onRetry?: (() => void) | undefined }) {
  const problem = error instanceof Problem ? error : new Problem('INTERNAL', '');
  const { title, next } = errors[problem.code];
  const sentence = sentenceOf(problem);
  const Icon = problem.code === 'OFFLINE' ? CloudOff : OctagonAlert;
  return (
    <Stack role="alert" align="center" textAlign="center" gap="3" py="10" px="4">
      <Box color="critical.fg" bg="critical.subtle" borderRadius="full" p="3">
        <Icon size={28} aria-hidden />
      </Box>
      <Heading as="p" size="md">
        {title}
      </Heading>
      {sentence !== '' && <Text maxW="lg">{sentence}</Text>}
      <Text color="fg.muted" maxW="lg">
        {next}
      </Text>
      {onRetry !== undefined && <Button onClick={onRetry}>{common.retry}</Button>}
      {problem.requestId !== null && (
        <Text textStyle="xs" color="fg.muted">
          <Code>{common.requestId(problem.requestId)}</Code>
        </Text>
      )}
    </Stack>
  );
}
