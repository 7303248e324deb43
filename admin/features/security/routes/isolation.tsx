import { Stack } from '../../../components/ui/layout.tsx';
import { Counters } from '../components/counters.tsx';
import { Matrix } from '../components/matrix.tsx';

/** Whether everybody is kept apart: counters, then the matrix. */
export function Isolation() {
  return (
    <Stack gap="8">
      <Counters />
      <Matrix />
    </Stack>
  );
}
