import { z } from 'zod';
import { CATALOGUE, PROBLEM_CODES } from '../http/catalogue.ts';
import type { ProblemCode } from '../http/catalogue.ts';
import type { HeaderDescription, RouteDescription } from '../rest/description.ts';

/** A JSON Schema, or a part of the document made of them. */
export type Json = Readonly<Record<string, unknown>>;

/** The part of an OpenAPI 3.1 document that the readable page walks through. */
export interface OpenApiOperation {
  readonly operationId: string;
  readonly tags: readonly string[];
  readonly summary: string;
  readonly description?: string;
  readonly security: readonly Json[];
  readonly parameters: readonly OpenApiParameter[];
  readonly requestBody?: Json;
  readonly responses: Readonly<Record<string, { readonly description: string } & Json>>;
}

export interface OpenApiParameter {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header';
  readonly required: boolean;
  readonly description?: string;
  readonly schema: Json;
}

export interface OpenApiDocument {
  readonly openapi: '3.1.0';
  readonly info: Json;
  readonly servers: readonly { readonly url: string }[];
  readonly tags: readonly { readonly name: string }[];
  readonly paths: Readonly<Record<string, Readonly<Record<string, OpenApiOperation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, unknown>>; readonly securitySchemes: Json };
}

const PROBLEM = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    code: z.enum(PROBLEM_CODES).meta({ id: 'ProblemCode' }),
    requestId: z.string(),
    errors: z.array(z.object({ field: z.string(), message: z.string() })).optional(),
  })
  .meta({ id: 'Problem', description: 'Every refusal (RFC 9457). `code` is stable; words may change.' });

/** What any call can be refused with, whatever it does. */
const ALWAYS: readonly ProblemCode[] = ['MALFORMED_REQUEST', 'INTERNAL', 'UNAVAILABLE'];
const WITH_TOKEN: readonly ProblemCode[] = ['UNAUTHENTICATED', 'TOKEN_INVALID', 'TOKEN_EXPIRED', 'FORBIDDEN'];
const FOR_USERS: readonly ProblemCode[] = ['TENANT_CONTEXT_REQUIRED', 'TENANT_FORBIDDEN', 'TENANT_SUSPENDED', 'LOCKED_DOWN'];

/** Writes the OpenAPI 3.1 document of the declared calls. */
export function openApiDocument(routes: readonly RouteDescription[], options: { url: string; version: string }): OpenApiDocument {
  const schemas: Record<string, unknown> = {};
  const paths: Record<string, Record<string, OpenApiOperation>> = {};
  for (const route of routes) {
    paths[route.path] = { ...paths[route.path], [route.method]: operation(route, schemas) };
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Tenantry',
      version: options.version,
      description: 'Onboards, watches, suspends and offboards tenants. Business data is served by GraphQL, at /graphql.',
    },
    servers: [{ url: options.url }],
    tags: [...new Set(routes.map(({ tag }) => tag))].map((name) => ({ name })),
    paths,
    components: {
      schemas,
      securitySchemes: {
        operator: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' },
        user: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' },
      },
    },
  };
}

function operation(route: RouteDescription, schemas: Record<string, unknown>): OpenApiOperation {
  const description = [...(route.description === undefined ? [] : [route.description]), ...callers(route)].join('\n\n');
  return {
    operationId: route.name,
    tags: [route.tag],
    summary: route.summary,
    ...(description !== '' && { description }),
    security: tokensOf(route).map((kind) => ({ [kind]: [] })),
    parameters: [
      ...parameters('path', route.params, schemas),
      ...parameters('query', route.query, schemas),
      ...(route.headers ?? []).map(headerParameter),
    ],
    ...(route.body !== null && {
      requestBody: {
        required: !route.body.safeParse({}).success,
        content: {
          [route.form === true ? 'application/x-www-form-urlencoded' : 'application/json']: { schema: toSchema(route.body, 'input', schemas) },
        },
      },
    }),
    responses: { ...answers(route, schemas), ...refusals(route, schemas) },
  };
}

function callers({ roles }: RouteDescription): string[] {
  if (roles === 'users') return ['For users of the tenant.'];
  return typeof roles === 'string' ? [] : [`For operators: ${roles.join(', ')}.`];
}

/** The tokens that open a call: any one of them. */
function tokensOf({ roles }: RouteDescription): ('operator' | 'user')[] {
  if (roles === 'anyone') return [];
  if (roles === 'whoever signed in') return ['operator', 'user'];
  return [roles === 'users' ? 'user' : 'operator'];
}

function parameters(place: 'path' | 'query', shape: z.ZodObject, schemas: Record<string, unknown>): OpenApiParameter[] {
  return Object.entries(shape.shape).map(([name, field]) => {
    const { description, ...schema } = toSchema(field, 'input', schemas);
    return {
      name,
      in: place,
      required: place === 'path' || !z.safeParse(field, undefined).success,
      ...(typeof description === 'string' && { description }),
      schema,
    };
  });
}

function headerParameter({ name, description }: HeaderDescription): OpenApiParameter {
  return { name, in: 'header', required: false, description, schema: { type: 'string' } };
}

function answers(route: RouteDescription, schemas: Record<string, unknown>): OpenApiOperation['responses'] {
  const entries = Object.entries(route.responses).map(([status, answer]) => {
    const headers = Object.fromEntries(
      (answer.headers ?? []).map(({ name, description }) => [name, { description, schema: { type: 'string' } }]),
    );
    const schema = toSchema(answer.schema, 'output', schemas);
    const content = {
      ...Object.fromEntries((answer.types ?? ['application/json']).map((type) => [type.split(';', 1)[0] ?? type, { schema }])),
      ...(answer.page === true && { 'text/html': { schema: { type: 'string' } } }),
    };
    return [status, { description: answer.description, ...(answer.headers && { headers }), content }] as const;
  });
  return Object.fromEntries(entries);
}

function refusals(route: RouteDescription, schemas: Record<string, unknown>): OpenApiOperation['responses'] {
  const takesInput = route.body !== null || Object.keys(route.query.shape).length > 0;
  const codes = new Set<ProblemCode>([
    ...ALWAYS,
    ...(route.roles === 'anyone' ? [] : WITH_TOKEN),
    ...(route.roles === 'users' ? FOR_USERS : []),
    ...(takesInput ? (['INVALID_INPUT'] as const) : []),
    ...(route.body === null ? [] : (['TOO_LARGE'] as const)),
    ...route.problems,
  ]);
  const byStatus = Object.groupBy(PROBLEM_CODES.filter((code) => codes.has(code)), (code) => CATALOGUE[code].status);
  const content = { 'application/problem+json': { schema: toSchema(PROBLEM, 'output', schemas) } };
  return Object.fromEntries(
    Object.entries(byStatus).map(([status, these]) => [status, { description: these.join(', '), content }]),
  );
}

/** Turns a zod schema into JSON Schema; schemas with a name move to the document's components. */
function toSchema(schema: z.core.$ZodType, io: 'input' | 'output', schemas: Record<string, unknown>): Json {
  const { $schema: _dialect, $defs = {}, ...own } = JSON.parse(
    JSON.stringify(z.toJSONSchema(schema, { io, target: 'draft-2020-12' })).replaceAll('"#/$defs/', '"#/components/schemas/'),
  ) as Record<string, unknown> & { $defs?: Record<string, Record<string, unknown>> };
  for (const [name, { id: _id, ...definition }] of Object.entries($defs)) schemas[name] = definition;
  const { id, ...inline } = own;
  if (typeof id !== 'string') return inline;
  schemas[id] = inline;
  return { $ref: `#/components/schemas/${id}` };
}
