/** How a command ends when it can't go on: with words for its reader, and a stack only for what nobody foresaw. */

/** Errors of ours whose message names the remedy. */
const foreseen = new Set(['ConfigError', 'EmbeddedError', 'EndpointError', 'DatabaseRequirementError', 'StartupError', 'InstallationError']);

/** Runs a command's body; on failure prints why and ends the process with 1. */
export async function runScript(body: () => Promise<void>): Promise<void> {
  try {
    await body();
  } catch (error) {
    if (error instanceof Error && foreseen.has(error.name)) console.error(error.message);
    else console.error(connectionRemedy(error) ?? error);
    process.exitCode = 1;
  }
}

function connectionRemedy(error: unknown): string | null {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  switch (code) {
    case 'ECONNREFUSED':
    case 'ENOTFOUND':
    case 'ETIMEDOUT':
    case 'EHOSTUNREACH':
      return `The database cannot be reached (${code}). Check that it runs and that DATABASE_URL names its host and port.`;
    case '28P01':
    case '28000':
      return 'The database refused the login. Check user and password in DATABASE_URL.';
    case '3D000':
      return 'There is no such database. Create it, owned by the login of DATABASE_URL, as the README says.';
    default:
      return null;
  }
}
