import { Kind } from 'postgraphile/graphql';
import type { DocumentNode, OperationDefinitionNode, SelectionSetNode } from 'postgraphile/graphql';

/** Root fields that are named; how many there are beyond is only counted. */
const MOST_FIELDS = 20;
/** Characters of an operation's name, which its caller chooses. */
const LONGEST_NAME = 100;

/**
 * What an operation is, for the audit trail: its name and the root fields it asks for, by their names in the schema and not by aliases, as
 * members of a JSON object. The document was found valid, so names are plain letters and fragments don't go in circles.
 */
export function describeOperation(document: DocumentNode, operation: OperationDefinitionNode): string {
  const fields = new Set<string>();
  const seen = new Set<string>();
  collect(operation.selectionSet);
  const named = [...fields].slice(0, MOST_FIELDS);
  const members = {
    ...(operation.name !== undefined && { operation: operation.name.value.slice(0, LONGEST_NAME) }),
    fields: named,
    ...(fields.size > named.length && { furtherFields: fields.size - named.length }),
  };
  return JSON.stringify(members).slice(1, -1);

  function collect(set: SelectionSetNode): void {
    for (const selection of set.selections) {
      if (selection.kind === Kind.FIELD) fields.add(selection.name.value);
      else if (selection.kind === Kind.INLINE_FRAGMENT) collect(selection.selectionSet);
      else if (!seen.has(selection.name.value)) {
        seen.add(selection.name.value);
        const found = document.definitions.find(
          (definition) => definition.kind === Kind.FRAGMENT_DEFINITION && definition.name.value === selection.name.value,
        );
        if (found?.kind === Kind.FRAGMENT_DEFINITION) collect(found.selectionSet);
      }
    }
  }
}
