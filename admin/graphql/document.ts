/** A GraphQL document with the types of its answer and variables: what `*.generated.ts` beside each `*.graphql` holds. */
export class TypedDocumentString<Result, Variables> extends String {
  /** Never there: it carries the types. */
  declare readonly __apiType?: (variables: Variables) => Result;

  constructor(text: string) {
    super(text);
  }
}

/** The name of its operation, by which answers are kept. */
export function operationName(document: TypedDocumentString<unknown, never>): string {
  return /\b(?:query|mutation|subscription)\s+(\w+)/.exec(document.toString())?.[1] ?? '';
}
