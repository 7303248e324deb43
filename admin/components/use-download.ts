import { useState } from 'react';
import { download } from '../session/download.ts';
import { Problem } from '../session/problem.ts';
import { useSession } from '../session/session-provider.tsx';

/** Takes files over REST, one at a time. `busy` names the one on its way; `take` answers why it did not come, or null. */
export function useDownload(): {
  readonly busy: string | null;
  readonly take: (wanted: { readonly path: string; readonly name: string; readonly accept?: string }) => Promise<Problem | null>;
} {
  const session = useSession();
  const [busy, setBusy] = useState<string | null>(null);
  return {
    busy,
    async take(wanted) {
      setBusy(wanted.name);
      try {
        await download(session, wanted);
        return null;
      } catch (error) {
        return error instanceof Problem ? error : new Problem('INTERNAL', '', { cause: error });
      } finally {
        setBusy(null);
      }
    },
  };
}
