import type { ExecutionResult, GraphQLError, GraphQLSchema } from 'postgraphile/graphql';
import type { Logger } from 'pino';
import { execute } from 'postgraphile/grafast';
import type { ProblemCode } from '../http/catalogue.ts';
import { problem } from '../http/problems.ts';
import type { FieldOf } from './constraint-fields.ts';
import type { Inspected } from './documents.ts';
import { showErrors } from './field-errors.ts';
import { withoutSuggestion } from './suggestions.ts';

/** What grafast says when planning was given up. */
const TOO_LONG = 'Operation took too long to plan';

/** A schema ready to answer. */
export interface ExecutableSchema {
  readonly schema: GraphQLSchema;
  readonly resolvedPreset: GraphileConfig.ResolvedPreset;
}

/** One operation to run. */
export interface Execution {
  readonly inspected: Inspected;
  readonly operationName: string | undefined;
  readonly variables: Record<string, unknown>;
  readonly context: Partial<Grafast.Context>;
  readonly requestId: string;
  readonly logger: Logger;
  /** Whether a caller may be told names of the schema that they did not send. */
  readonly suggests: boolean;
  readonly fieldOf: FieldOf;
}

/** An answer. */
export interface Executed {
  readonly body: string;
  readonly code: ProblemCode | null;
}

/**
 * Runs a query or mutation and writes its answer as JSON. grafast writes `data` as text right away, which saves
 * building the objects only to serialise them; so only the errors are touched here.
 * @returns it, and the code of the first field that failed
 * @throws `MALFORMED_REQUEST` when nothing could be executed: variables that don't fit their types
 */
export async function executeToJson(target: ExecutableSchema, execution: Execution): Promise<Executed> {
  const { inspected, operationName, variables, context, requestId, logger, suggests, fieldOf } = execution;
  const result = await execute({
    schema: target.schema,
    resolvedPreset: target.resolvedPreset,
    document: inspected.document,
    operationName,
    variableValues: variables,
    contextValue: context,
    outputDataAsString: true,
  });
  if (Symbol.asyncIterator in result) throw new TypeError('a query or mutation is answered once');
  const { data, errors } = result as { data?: string | null; errors?: readonly GraphQLError[] } & ExecutionResult;
  if (errors === undefined) return { body: `{"data":${data}}`, code: null };
  const shown = showErrors(errors, requestId, logger, fieldOf);
  if (data === undefined) {
    if (errors.some(({ message }) => message.startsWith(TOO_LONG))) {
      throw problem('UNAVAILABLE', 'The server is too busy to plan this operation right now. Try again shortly.');
    }
    throw problem('MALFORMED_REQUEST', 'The variables of the operation are not acceptable.', {
      errors: shown.map(({ message }) => ({ field: 'variables', message: suggests ? message : withoutSuggestion(message) })),
    });
  }
  return { body: `{"errors":${JSON.stringify(shown)},"data":${data}}`, code: shown[0]?.extensions?.['code'] as ProblemCode };
}
