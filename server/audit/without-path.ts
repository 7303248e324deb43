/** What people are told of a file that can't be read: why, and not where it is. Flaws of the trail are read by tenants too; the log has the whole error. */
import { getSystemErrorMessage } from 'node:util';

/** The same failure in words without a path; anything else as it is. The original is its cause. */
export function withoutPath(error: unknown): unknown {
  if (!(error instanceof Error) || !('errno' in error) || typeof error.errno !== 'number' || !('code' in error)) return error;
  return new Error(`${getSystemErrorMessage(error.errno)} (${String(error.code)})`, { cause: error });
}
