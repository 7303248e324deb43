import { SlowNote } from '../components/slow-note.tsx';
import { Center, Stack } from '../components/ui/layout.tsx';
import { NameMark } from '../components/ui/mark.tsx';
import { LoadingWord } from '../components/ui/skeleton.tsx';

/** While it is found out who is here. */
export function Splash() {
  return (
    <Center minH="100dvh">
      <Stack align="center" gap="6">
        <NameMark size={40} />
        <LoadingWord />
        <SlowNote onRetry={() => location.reload()} />
      </Stack>
    </Center>
  );
}
