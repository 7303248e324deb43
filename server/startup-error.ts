/** A start that can't go on; the message says what to do, and is all that is shown. */
export class StartupError extends Error {
  override readonly name = 'StartupError';
}
