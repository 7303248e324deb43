/** A command that can't go on, for a reason that its reader can mend: the message says how, and is all that is shown. */
export class Refusal extends Error {
  override readonly name: string = 'Refusal';
}
