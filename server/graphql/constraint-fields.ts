/**
 * Which field of a request a constraint of the database is about. Under row security PostgreSQL keeps its DETAIL to itself, so the constraint's
 * name is all there is: `<table>_<column>_<rule>`. It is told only as far as it is the name of a field that the schema shows anyway.
 */
import { isInputObjectType } from 'postgraphile/graphql';
import type { GraphQLSchema } from 'postgraphile/graphql';

/** Finds the field behind an error of the database; null if none is sure. */
export type FieldOf = (error: unknown) => string | null;

/** The members of pg's error that name what was contradicted. */
interface ConstraintError {
  readonly table?: string;
  readonly column?: string;
  readonly constraint?: string;
}

/** Makes the finder of one schema. */
export function constraintFields(schema: GraphQLSchema): FieldOf {
  const fields = new Set(
    Object.values(schema.getTypeMap()).flatMap((type) => (isInputObjectType(type) ? Object.keys(type.getFields()) : [])),
  );
  const known = (words: readonly string[]): string | null => {
    const name = words.join('_').replace(/_([a-z0-9])/g, (_match, letter: string) => letter.toUpperCase());
    return name !== '' && fields.has(name) ? name : null;
  };
  return (error) => {
    const { table, column, constraint } = (error ?? {}) as ConstraintError;
    if (typeof column === 'string') return known(column.split('_'));
    if (typeof table !== 'string' || typeof constraint !== 'string' || !constraint.startsWith(`${table}_`)) return null;
    const words = constraint.slice(table.length + 1).split('_').slice(0, -1);
    // The rule may have several words itself: the longest beginning that is a field.
    for (let length = words.length; length > 0; length -= 1) {
      const field = known(words.slice(0, length));
      if (field !== null) return field;
    }
    return null;
  };
}
