/**
 * Types and documents for the console's GraphQL operations: `tenants.graphql` makes `tenants.generated.ts` beside it, checked
 * against data/platform.graphql; `*.tenant.graphql` against data/schema.graphql. One file for each, and not one for all as the client
 * preset has it, so that a section's documents are loaded with that section.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { codegen } from '@graphql-codegen/core';
import * as typescriptOperations from '@graphql-codegen/typescript-operations';
import { Kind, buildSchema, isEnumType, isInputObjectType, parse, print, visit } from 'graphql';
import type { DocumentNode, FragmentDefinitionNode, GraphQLSchema, OperationDefinitionNode } from 'graphql';
import { filesBelow, root } from './check/files.ts';

const header = (of: string): string => `/** Made from ${of}. Written by: npm run snapshots */\n`;

const config = {
  namingConvention: 'keep',
  enumType: 'string-literal',
  skipTypename: true,
  strictScalars: true,
  immutableTypes: true,
  disableDescriptions: true,
  scalars: {
    BigInt: 'string',
    BigFloat: 'string',
    Cursor: 'string',
    Datetime: 'string',
    Date: 'string',
    UUID: 'string',
    JSON: { input: 'unknown', output: 'unknown' },
    InternetAddress: 'string',
    Interval: { input: 'unknown', output: 'unknown' },
    ID: 'string',
  },
};

/** One of the two APIs, and the input types that operations of it were found to need. */
interface Source {
  readonly name: 'platform' | 'tenant';
  readonly node: DocumentNode;
  readonly schema: GraphQLSchema;
  readonly inputs: Map<string, string>;
}

async function readApi(name: Source['name'], file: string): Promise<Source> {
  const text = await readFile(join(root, 'data', file), 'utf8');
  return { name, node: parse(text), schema: buildSchema(text), inputs: new Map() };
}

/** What is made of each `.graphql` file of the console, by path. @throws when an operation does not fit its schema */
async function makeOperations(): Promise<Map<string, string>> {
  const platform = await readApi('platform', 'platform.graphql');
  const tenant = await readApi('tenant', 'schema.graphql');
  const made = new Map<string, string>();
  for (const file of filesBelow('admin', '.graphql')) {
    const text = await readFile(join(root, file), 'utf8');
    made.set(file.replace(/\.graphql$/, '.generated.ts'), await generate(file, parse(text), file.endsWith('.tenant.graphql') ? tenant : platform));
  }
  for (const { name, inputs } of [platform, tenant]) {
    if (inputs.size === 0) continue;
    const types = [...inputs].toSorted(([one], [other]) => (one < other ? -1 : 1)).map(([, block]) => block);
    made.set(`admin/graphql/${name}-inputs.generated.ts`, `${header('the API, for the operations that need them')}${types.join('\n')}`);
  }
  return made;
}

async function generate(file: string, document: DocumentNode, source: Source): Promise<string> {
  const text = await codegen({
    filename: file,
    schema: source.node,
    schemaAst: source.schema,
    documents: [{ location: file, document }],
    config,
    plugins: [{ typescriptOperations: {} }],
    pluginMap: { typescriptOperations },
    pluginContext: {},
  });
  const { types, inputs } = takeInputs(text, source);
  const up = '../'.repeat(file.split('/').length - 2);
  const imports = [`import { TypedDocumentString } from '${up}graphql/document.ts';`];
  if (inputs.length > 0) imports.push(`import type { ${inputs.join(', ')} } from '${up}graphql/${source.name}-inputs.generated.ts';`);
  return `${header(file.split('/').at(-1) ?? file)}${imports.join('\n')}\n\n${types}\n${documents(document).join('\n')}`;
}

/** Moves what the API defines out of a file of types, where each operation would bring it anew. */
function takeInputs(text: string, { schema, inputs }: Source): { types: string; inputs: string[] } {
  const rest: string[] = [];
  // What stands at the margin begins a block; what belongs to it is indented, or closes it.
  for (const block of text.split(/\n(?=export type |type |\/\*\*)/)) {
    const name = /^export type (\w+) =/.exec(block)?.[1] ?? '';
    const type = schema.getType(name);
    if (isInputObjectType(type) || isEnumType(type)) inputs.set(name, `${block.trimEnd()}\n`);
    else if (!block.startsWith('/** Internal type') && !/^(?:export )?type (?:Exact|Incremental)</.test(block)) rest.push(block.trim());
  }
  const types = `${rest.join('\n\n').replaceAll(/Exact<(\{[^]*?\})>;/g, '$1;').trim()}\n`;
  return { types, inputs: [...inputs.keys()].filter((name) => new RegExp(`\\b${name}\\b`).test(types)).toSorted() };
}

/** The constants: each operation with the fragments that it uses. */
function documents(document: DocumentNode): string[] {
  const fragments = new Map(document.definitions.flatMap((definition) => (definition.kind === Kind.FRAGMENT_DEFINITION ? [[definition.name.value, definition] as const] : [])));
  return document.definitions.flatMap((definition) => {
    if (definition.kind !== Kind.OPERATION_DEFINITION || definition.name === undefined) return [];
    const name = definition.name.value;
    const kind = `${definition.operation[0]?.toUpperCase()}${definition.operation.slice(1)}`;
    const used = [definition, ...usedFragments(definition, fragments)].map((part) => print(part)).join('\n');
    return [`export const ${name}Document = new TypedDocumentString<${name}${kind}, ${name}${kind}Variables>(\`${used}\`);\n`];
  });
}

function usedFragments(
  definition: OperationDefinitionNode | FragmentDefinitionNode,
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
  found: Set<FragmentDefinitionNode> = new Set(),
): Set<FragmentDefinitionNode> {
  visit(definition, {
    FragmentSpread({ name }) {
      const fragment = fragments.get(name.value);
      if (fragment === undefined || found.has(fragment)) return;
      found.add(fragment);
      usedFragments(fragment, fragments, found);
    },
  });
  return found;
}

/** Writes what has changed. */
export async function writeOperations(): Promise<void> {
  for (const [file, text] of await makeOperations()) await writeFile(join(root, file), text);
}

/** @returns the files that no longer say what is */
export async function operationComplaints(): Promise<string[]> {
  const complaints: string[] = [];
  const made = await makeOperations();
  for (const [file, text] of made) {
    const kept = await readFile(join(root, file), 'utf8').catch(() => '');
    if (kept !== text) complaints.push(`${file} is not what the code makes. Run: npm run snapshots`);
  }
  for (const file of filesBelow('admin', '.generated.ts')) {
    if (!made.has(file)) complaints.push(`${file} belongs to no .graphql file: delete it`);
  }
  return complaints;
}
