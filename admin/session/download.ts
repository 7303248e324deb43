/** Files over REST: with the access token, which no link could carry, into memory and then to disk. */
import { Problem, TOKEN_CODES, problemIn, reach } from './problem.ts';
import type { Session } from './session.ts';

interface Wanted {
  /** Below /api/v1. */
  readonly path: string;
  /** What kind the answer is to be. */
  readonly accept?: string;
  /** Used where the server names no file. */
  readonly name: string;
}

/** Fetches a file and hands it to the browser to keep. A token that is refused is renewed once. @throws Problem by the code of the refusal */
export async function download(session: Session, { path, accept = '*/*', name }: Wanted): Promise<void> {
  const ask = async (token: string): Promise<Response> => {
    const response = await reach(`/api/v1${path}`, { headers: { Accept: accept, Authorization: `Bearer ${token}` } });
    if (!response.ok) throw await problemIn(response);
    return response;
  };
  const token = await session.token();
  let response: Response;
  try {
    response = await ask(token);
  } catch (error) {
    if (!(error instanceof Problem) || !TOKEN_CODES.has(error.code)) throw error;
    session.refused(token);
    response = await ask(await session.token());
  }
  keep(await response.blob(), /filename="([^"]+)"/.exec(response.headers.get('content-disposition') ?? '')?.[1] ?? name);
}

function keep(file: Blob, name: string): void {
  const address = URL.createObjectURL(file);
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
  // The browser has taken the address over once the click is dealt with.
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}
