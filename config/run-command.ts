/** How a command ends when it can't go on: with words for its reader, and a stack only for what nobody foresaw. */
import { inspect } from 'node:util';
import { Refusal } from './refusal.ts';

/** Runs a command's body; on failure prints why to stderr and ends the process with 1. */
export async function runCommand(body: () => Promise<void>): Promise<void> {
  try {
    await body();
  } catch (error) {
    const words = error instanceof Refusal ? error.message : (connectionRemedy(error) ?? raisedRemedy(error) ?? inspect(error));
    process.stderr.write(`${words}\n`);
    process.exitCode = 1;
  }
}

/** What one of our own functions refused, with the hint that it gives; null for any other error. Their SQLSTATEs begin with TN. */
function raisedRemedy(error: unknown): string | null {
  if (!(error instanceof Error) || !('code' in error) || !/^TN\d{3}$/.test(String(error.code))) return null;
  const { message, detail, hint } = error as { readonly message: string; readonly detail?: string; readonly hint?: string };
  return [`${message.charAt(0).toUpperCase()}${message.slice(1)}.`, detail, hint].filter((part) => part !== undefined).join(' ');
}

/** What to do about an error of the driver or of the network below it; null for one that waiting or settings won't mend. */
function connectionRemedy(error: unknown): string | null {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  switch (code) {
    case 'ECONNREFUSED':
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
    case 'ETIMEDOUT':
    case 'EHOSTUNREACH':
      return `The database cannot be reached (${code}). Check that it runs and that DATABASE_URL names its host and port.`;
    case '28P01':
    case '28000':
      return 'The database refused the login. Check user and password in DATABASE_URL.';
    case '3D000':
      return 'There is no such database. Create it, owned by the login of DATABASE_URL: see docs/how-to/run-with-your-own-postgresql.md.';
    default:
      return null;
  }
}
