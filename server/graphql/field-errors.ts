import { GraphQLError } from 'graphql';
import type { GraphQLFormattedError } from 'graphql';
import type { Logger } from 'pino';
import { isSafeError } from 'postgraphile/grafast';
import { toProblem } from '../http/problems.ts';

/**
 * The errors of single fields as they are shown: message and code of the refusal behind each, always with the
 * request's id. What is not known becomes `INTERNAL`; its words go to the log only.
 */
export function showErrors(
  errors: readonly GraphQLError[],
  requestId: string,
  logger: Logger,
): GraphQLFormattedError[] {
  return errors.map((error) => showError(error, requestId, logger));
}

function showError(error: GraphQLError, requestId: string, logger: Logger): GraphQLFormattedError {
  const { locations, path, originalError } = error;
  const place = { ...(locations && { locations }), ...(path && { path }) };
  if (isAboutTheRequest(originalError)) {
    return { message: error.message, ...place, extensions: { code: 'MALFORMED_REQUEST', requestId } };
  }
  const refusal = toProblem(originalError);
  if (refusal.status >= 500) {
    const level = refusal.status === 500 ? 'error' : 'warn';
    logger[level]({ err: refusal.cause ?? refusal, code: refusal.code, path }, 'graphql field failed');
  }
  return {
    message: refusal.message,
    ...place,
    extensions: { code: refusal.code, requestId, ...(refusal.errors.length > 0 && { errors: refusal.errors }) },
  };
}

/** GraphQL's own complaints, and those the libraries mark as fit to be shown, speak of the request alone. */
function isAboutTheRequest(original: Error | null | undefined): boolean {
  return original === undefined || original === null || original instanceof GraphQLError || isSafeError(original);
}
