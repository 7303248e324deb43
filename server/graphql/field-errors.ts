import { GraphQLError } from 'postgraphile/graphql';
import type { GraphQLFormattedError } from 'postgraphile/graphql';
import type { Logger } from 'pino';
import { isSafeError } from 'postgraphile/grafast';
import type { ProblemCode } from '../http/catalogue.ts';
import { problem, toProblem } from '../http/problems.ts';
import type { Problem } from '../http/problems.ts';
import type { FieldOf } from './constraint-fields.ts';

/**
 * The errors of single fields as they are shown: message and code of the refusal behind each, always with the
 * request's id, and with the field that a constraint is about. What is not known becomes `INTERNAL`; its words go to the log only.
 */
export function showErrors(
  errors: readonly GraphQLError[],
  requestId: string,
  logger: Logger,
  fieldOf: FieldOf = () => null,
): GraphQLFormattedError[] {
  return errors.map((error) => showError(error, requestId, logger, fieldOf));
}

function showError(error: GraphQLError, requestId: string, logger: Logger, fieldOf: FieldOf): GraphQLFormattedError {
  const { locations, path, originalError } = error;
  const place = { ...(locations && { locations }), ...(path && { path }) };
  if (isAboutTheRequest(originalError)) {
    return { message: error.message, ...place, extensions: { code: 'MALFORMED_REQUEST', requestId } };
  }
  const words = originalError?.message ?? '';
  const refusal = NO_SUCH_ROW.test(words) ? noSuchRow() : EMPTY_FILTER.test(words) ? emptyFilter() : toProblem(originalError);
  if (refusal.status >= 500) {
    const level = refusal.status === 500 ? 'error' : 'warn';
    logger[level]({ err: refusal.cause ?? refusal, code: refusal.code, path }, 'graphql field failed');
  }
  const field = ABOUT_A_FIELD.has(refusal.code) && refusal.errors.length === 0 ? fieldOf(originalError) : null;
  const about = field === null ? refusal.errors : [{ field, message: refusal.message }];
  return { message: refusal.message, ...place, extensions: { code: refusal.code, requestId, ...(about.length > 0 && { errors: about }) } };
}

/** Refusals behind which a constraint may stand that knows its field. */
const ABOUT_A_FIELD: ReadonlySet<ProblemCode> = new Set(['CONFLICT', 'INVALID_INPUT']);

/** What @dataplan/pg throws, as a plain error, when an update or delete found no row that row security lets through. */
const NO_SUCH_ROW = /^No values were (updated|deleted) in collection/;

/** What the filter plugin throws, as a plain error, at `{name: {}}` and `{name: {equalTo: null}}`. */
const EMPTY_FILTER = /^(Empty objects|Null literals) are forbidden in filter/;

function emptyFilter(): Problem {
  return problem('INVALID_INPUT', 'A filter holds no empty object and no null.');
}

/** The refusal of a change whose row is not there, or not there for the caller. */
export function noSuchRow(): Problem {
  return problem('NOT_FOUND', 'There is no such row, or your role may not change it.');
}

/** GraphQL's own complaints, and those the libraries mark as fit to be shown, speak of the request alone. */
function isAboutTheRequest(original: Error | null | undefined): boolean {
  return original === undefined || original === null || original instanceof GraphQLError || isSafeError(original);
}
