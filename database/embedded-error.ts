/** The embedded cluster cannot be used; the message says why and what its reader can do. */
export class EmbeddedError extends Error {
  override readonly name = 'EmbeddedError';
}
