import { useState } from 'react';
import { Problem } from '../session/problem.ts';

/** A call under way, and how it was refused. */
export function useTask() {
  const [pending, setPending] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  return {
    pending,
    problem,
    setProblem,
    async run(task: () => Promise<void>): Promise<void> {
      setPending(true);
      setProblem(null);
      try {
        await task();
      } catch (error) {
        setProblem(error instanceof Problem ? error : new Problem('INTERNAL', '', { cause: error }));
      } finally {
        setPending(false);
      }
    },
  };
}
