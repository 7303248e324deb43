import { GraphQLError, Kind } from 'postgraphile/graphql';
import type { ASTVisitor, FragmentDefinitionNode, SelectionSetNode, ValidationContext } from 'postgraphile/graphql';

/**
 * One mutation field an operation. Every mutation field is a transaction of its own, so a request with two could be
 * applied by half: the second may fail when the first is already committed.
 */
export function oneMutationRule(context: ValidationContext): ASTVisitor {
  return {
    OperationDefinition(operation) {
      if (operation.operation !== 'mutation' || countFields(context, operation.selectionSet, new Set()) <= 1) return;
      context.reportError(
        new GraphQLError('An operation may hold one mutation field: send the others as requests of their own.', {
          nodes: operation,
        }),
      );
    },
  };
}

/** Root fields of an operation, fragments opened; stops at two. */
function countFields(context: ValidationContext, { selections }: SelectionSetNode, opened: Set<string>): number {
  let count = 0;
  for (const selection of selections) {
    if (count > 1) break;
    if (selection.kind === Kind.FIELD) {
      if (!selection.name.value.startsWith('__')) count += 1;
      continue;
    }
    const fragment: { selectionSet: SelectionSetNode } | null | undefined =
      selection.kind === Kind.INLINE_FRAGMENT ? selection : unopened(context, selection.name.value, opened);
    if (fragment) count += countFields(context, fragment.selectionSet, opened);
  }
  return count;
}

/** The same fragment spread twice is the same fields twice, which GraphQL merges into one. */
function unopened(
  context: ValidationContext,
  name: string,
  opened: Set<string>,
): FragmentDefinitionNode | null | undefined {
  if (opened.has(name)) return null;
  opened.add(name);
  return context.getFragment(name);
}
