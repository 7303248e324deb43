import { Refusal } from '../config/refusal.ts';

/** The embedded cluster cannot be used; the message says why and what its reader can do. */
export class EmbeddedError extends Refusal {
  override readonly name = 'EmbeddedError';
}
