/** Makes a request for any root field of a GraphQL schema, about rows that are given. */
import {
  getNamedType, getNullableType, isEnumType, isInputObjectType, isListType, isNonNullType, isObjectType, isScalarType,
} from 'graphql';
import type { GraphQLField, GraphQLInputType, GraphQLObjectType, GraphQLSchema } from 'graphql';

/** A row by the names of its fields, as a connection answered it. */
export type Row = Readonly<Record<string, unknown>>;

export interface Request {
  readonly query: string;
  readonly variables: Readonly<Record<string, unknown>>;
}

/** Fields of a type that are plain values and need no arguments. */
export function plainFields(type: GraphQLObjectType): string[] {
  return Object.values(type.getFields())
    .filter(({ args, type: of }) => args.length === 0 && (isScalarType(getNamedType(of)) || isEnumType(getNamedType(of))))
    .map(({ name }) => name);
}

/** The type of a connection's nodes, or null. */
export function nodeType(field: GraphQLField<unknown, unknown>): GraphQLObjectType | null {
  const type = getNamedType(field.type);
  if (!isObjectType(type) || !type.name.endsWith('Connection')) return null;
  const nodes = getNamedType(type.getFields()['nodes']?.type);
  return isObjectType(nodes) ? nodes : null;
}

const capital = (name: string) => `${name.charAt(0).toUpperCase()}${name.slice(1)}`;

/** The table a root field is about: what it answers, or what a mutation's name says. */
function subjectOf(field: GraphQLField<unknown, unknown>, schema: GraphQLSchema): string {
  const type = getNamedType(field.type).name;
  if (type === 'Node') return 'Brand';
  const [, named = ''] = /^(?:create|update|delete|decide|submit|terminate)(\w+?)(?:By\w+)?$/.exec(field.name) ?? [];
  return schema.getType(named) === undefined ? type : named;
}

/** Values that are accepted, for texts of a certain form. */
const ACCEPTED: Readonly<Record<string, string>> = {
  decision: 'approved', kind: 'sample', number: 'REACH-1', email: 'reached@across.example', event: 'agreement_ending', role: 'viewer', name: 'reached',
};

/** A value for an argument: of the row it names, else whatever the type takes. */
function valueFor(type: GraphQLInputType, name: string, about: string, rows: ReadonlyMap<string, Row>, text: string): unknown {
  const inner = getNullableType(type);
  if (isListType(inner)) return [valueFor(inner.ofType as GraphQLInputType, name, about, rows, text)];
  if (isInputObjectType(inner)) {
    const fields = Object.values(inner.getFields()).filter(({ name: key }) => key !== 'clientMutationId');
    // A patch has no field that it needs; the first text says that something shall change.
    const needed = inner.name.endsWith('Patch')
      ? fields.filter(({ type: of }) => getNamedType(of).name === 'String' || getNamedType(of).name === 'JSON').slice(0, 1)
      // A function says of no argument that it is needed.
      : fields.filter(({ type: of, name: key }) => isNonNullType(of) || /Id$/.test(key) || key === 'id' || /^(?!Create|Update|Delete).*Input$/.test(inner.name) && !rows.has(inner.name.replace(/Input$/, '')));
    const kind = inner.name.replace(/(Input|Patch)$/, '');
    const next = rows.has(kind) ? kind : about;
    // What is created or put in place of something is new; only what it refers to exists. Settings keep a value that is accepted.
    const creating = rows.has(kind) && kind !== 'Setting';
    return Object.fromEntries(needed.map(({ name: key, type: of }) => [key, valueFor(of, key, creating && !/Id$|^permission$|^roleName$/.test(key) ? '' : next, rows, text)]));
  }
  const referred = /^(\w+)Id$/.exec(name)?.[1];
  const row = rows.get(about);
  if (name !== 'rowId' && referred !== undefined && rows.has(capital(referred))) return rows.get(capital(referred))?.['rowId'];
  if (row?.[name] !== undefined && row[name] !== null) return row[name];
  if (isEnumType(inner)) return inner.getValues()[0]?.name;
  switch (inner.name) {
    case 'Int': case 'BigInt': case 'BigFloat': case 'Float': return 1;
    case 'Boolean': return true;
    case 'UUID': return '00000000-0000-4000-8000-000000000000';
    case 'Datetime': case 'Date': return '2030-01-01';
    case 'JSON': return { text };
    default: return ACCEPTED[name] ?? text;
  }
}

/**
 * @param rows one row of each table, by the name of its type
 * @param text what goes into texts that are not a row's
 */
export function requestFor(schema: GraphQLSchema, root: GraphQLObjectType, field: GraphQLField<unknown, unknown>, rows: ReadonlyMap<string, Row>, text: string): Request {
  const args = field.args.filter(({ type, name }) => isNonNullType(type) || name === 'id');
  const about = subjectOf(field, schema);
  const variables = Object.fromEntries(args.map(({ name, type }) => [name, valueFor(type, name, about, rows, text)]));
  const declared = args.map(({ name, type }) => `$${name}: ${String(type)}`).join(', ');
  const passed = args.map(({ name }) => `${name}: $${name}`).join(', ');
  const kind = root.name.toLowerCase();
  const query = `${kind}${declared && ` (${declared})`} { ${field.name}${passed && `(${passed})`} ${selectionOf(field)} }`;
  return { query, variables };
}

function selectionOf(field: GraphQLField<unknown, unknown>): string {
  const type = getNamedType(field.type);
  if (!isObjectType(type)) return isScalarType(type) ? '' : '{ __typename id }';
  const node = nodeType(field);
  if (node !== null) return `{ nodes { ${plainFields(node).join(' ')} } }`;
  const own = type.name === 'Query' || type.name.endsWith('Payload') ? ['__typename'] : plainFields(type);
  return `{ ${(own.length === 0 ? ['__typename'] : own).join(' ')} }`;
}
