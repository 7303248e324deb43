/** `Did you mean "x" or "y"?`, which names parts of the schema to whoever guesses at it. */
const SUGGESTION = / Did you mean [^?]*\?/g;

/** A message of GraphQL without what it suggests, for where the schema is not told. */
export function withoutSuggestion(message: string): string {
  return message.replace(SUGGESTION, '');
}
