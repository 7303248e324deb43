import { useState } from 'react';
import { download } from '../session/download.ts';
import { Problem } from '../session/problem.ts';
import { useSession } from '../session/session-provider.tsx';

/** Takes files over REST, one at a time. `busy` names the one on its way; `problem` is why the last did not come. */
export function useDownload(): {
  readonly busy: string | null;
  readonly problem: Problem | null;
  readonly take: (wanted: { readonly path: string; readonly name: string; readonly accept?: string }) => Promise<boolean>;
} {
  const session = useSession();
  const [busy, setBusy] = useState<string | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  return {
    busy,
    problem,
    async take(wanted) {
      setBusy(wanted.name);
      setProblem(null);
      try {
        await download(session, wanted);
        return true;
      } catch (error) {
        setProblem(error instanceof Problem ? error : new Problem('INTERNAL', '', { cause: error }));
        return false;
      } finally {
        setBusy(null);
      }
    },
  };
}
