declare const types: unique symbol;

/** A GraphQL document with the types of its answer and variables: what `*.generated.ts` beside each `*.graphql` holds. */
export class TypedDocumentString<Result, Variables> {
  readonly text: string;
  /** Never there: it carries the types. */
  declare readonly [types]?: (variables: Variables) => Result;

  constructor(text: string) {
    this.text = text;
  }
}

/** The name of its operation, by which answers are kept. */
export function operationName({ text }: { readonly text: string }): string {
  return /\b(?:query|mutation|subscription)\s+(\w+)/.exec(text)?.[1] ?? '';
}
