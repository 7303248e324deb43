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
  if (isListType(inner)) return [valueFor(inner.ofType, name, about, rows, text)];
  if (isInputObjectType(inner)) {
    const fields = Object.values(inner.getFields()).filter(({ name: key }) => key !== 'clientMutationId');
    // A patch has no field that it needs; the first text says that something shall change.
    const needed = inner.name.endsWith('Patch')
      ? fields.filter(({ type: of }) => getNamedType(of).name === 'String' || getNamedType(of).name === 'JSON').slice(0, 1)
      // A function says of no argument that it is needed.
      : fields.filter(({ type: of, name: key }) => isNonNullType(of) || key.endsWith('Id') || key === 'id' || /^(?!Create|Update|Delete).*Input$/.test(inner.name) && !rows.has(inner.name.replace(/Input$/, '')));
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
 * @param place where alone that text goes, whatever is accepted there
 */
export function requestFor(
  schema: GraphQLSchema, root: GraphQLObjectType, field: GraphQLField<unknown, unknown>, rows: ReadonlyMap<string, Row>, text: string, place?: Place,
): Request {
  const args = field.args.filter(({ type, name }) => isNonNullType(type) || name === 'id' || name === place?.[0]);
  const about = subjectOf(field, schema);
  // An argument that may be left out holds the hostile text and nothing else.
  const variables = Object.fromEntries(args.map(({ name, type }) => [name, isNonNullType(type) || name !== place?.[0] ? valueFor(type, name, about, rows, text) : undefined]));
  if (place !== undefined) put(variables, place, text);
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

/** A way into the variables of a request: names of fields, and `*` for the one element of a list. */
export type Place = readonly string[];

function put(into: Record<string, unknown>, [name = '', ...rest]: Place, text: string): void {
  const [next, ...deeper] = rest;
  if (next === undefined) {
    into[name] = text;
    return;
  }
  if (next === '*') {
    const inner: Record<string, unknown> = {};
    put(inner, ['only', ...deeper], text);
    into[name] = [inner['only']];
    return;
  }
  const inner = { ...(typeof into[name] === 'object' ? into[name] : {}) };
  put(inner, rest, text);
  into[name] = inner;
}

/** Scalars that are no texts on the wire. */
const NO_TEXT = new Set(['Int', 'Float', 'Boolean']);

/** Every place in the arguments of a field that takes a text. A field of an input type is given once, for whichever root field meets it first. */
export function textPlaces(field: GraphQLField<unknown, unknown>, met: Set<string>): Place[] {
  const walk = (type: GraphQLInputType, place: Place): Place[] => {
    const inner = getNullableType(type);
    if (isListType(inner)) return walk(inner.ofType, [...place, '*']);
    if (isScalarType(inner)) return NO_TEXT.has(inner.name) ? [] : [place];
    if (!isInputObjectType(inner)) return [];
    return Object.values(inner.getFields()).flatMap((of) => {
      const key = `${inner.name}.${of.name}`;
      if (met.has(key)) return [];
      met.add(key);
      return walk(of.type, [...place, of.name]);
    });
  };
  return field.args.flatMap(({ name, type }) => walk(type, [name]));
}
