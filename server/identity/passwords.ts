import { hash, parseOptions, verify } from '@node-rs/argon2';

/**
 * OWASP's first choice for argon2id (Password Storage Cheat Sheet): 19 MiB, two passes, one lane. About 20 ms of
 * one core here; libuv's four threads bound how many run at once to 76 MiB.
 */
const PARAMETERS = { memoryCost: 19_456, timeCost: 2, parallelism: 1, outputLen: 32 } as const;

/** Longer ones are refused before any work is done with them. */
export const PASSWORD_MAX_LENGTH = 200;

/** Hashes a password with argon2id; the result carries its own salt and parameters (PHC string). */
export function hashPassword(password: string): Promise<string> {
  return hash(password, PARAMETERS);
}

/** Compares a password with a stored hash. A hash that can't be read matches nothing. */
export async function verifyPassword(storedHash: string, password: string): Promise<boolean> {
  try {
    return await verify(storedHash, password);
  } catch {
    return false;
  }
}

/** True for a hash made with other parameters than today's: worth replacing while the password is at hand. */
export function needsRehash(storedHash: string): boolean {
  const { memoryCost, timeCost, parallelism, outputLen } = parseOptions(storedHash);
  return (
    memoryCost !== PARAMETERS.memoryCost ||
    timeCost !== PARAMETERS.timeCost ||
    parallelism !== PARAMETERS.parallelism ||
    outputLen !== PARAMETERS.outputLen
  );
}
