/** Queries and mutations over HTTP. */
import { Problem, TOKEN_CODES, codeOf, problemIn, reach } from '../session/problem.ts';
import type { FieldFlaw } from '../session/problem.ts';
import type { Session } from '../session/session.ts';
import type { TypedDocumentString } from './document.ts';

/** `/platform/graphql` for operators, `/graphql` for the people of a tenant. */
export type EndpointPath = '/platform/graphql' | '/graphql';

export interface ShownError {
  readonly message: string;
  readonly extensions?: { readonly code?: string; readonly requestId?: string; readonly errors?: readonly FieldFlaw[] };
}

interface Answer<Result> {
  readonly data?: Result | null;
  readonly errors?: readonly ShownError[];
}

/** Sends a document and takes the answer apart. */
export type Send = <Result, Variables>(document: TypedDocumentString<Result, Variables>, variables: Variables, signal?: AbortSignal) => Promise<Result>;

/**
 * Makes the way to an endpoint. A token that is refused is renewed once. Part of an answer is no answer: any error of a field is thrown.
 * @throws Problem by the code of the refusal
 */
export function createSend(session: Session, path: EndpointPath): Send {
  const attempt = async <Result, Variables>(document: TypedDocumentString<Result, Variables>, variables: Variables, token: string, signal?: AbortSignal) => {
    const response = await reach(path, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', Accept: 'application/json', Authorization: `Bearer ${token}` },
      body: JSON.stringify({ query: document.text, variables }),
      ...(signal !== undefined && { signal }),
    });
    if (!response.ok) throw await problemIn(response);
    const { data, errors } = (await response.json()) as Answer<Result>;
    const [first] = errors ?? [];
    if (first !== undefined) throw problemOf(first);
    if (data === undefined || data === null) throw new Problem('INTERNAL', 'The server answered without data.');
    return data;
  };
  return async (document, variables, signal) => {
    const token = await session.token();
    try {
      return await attempt(document, variables, token, signal);
    } catch (error) {
      if (!(error instanceof Problem) || !TOKEN_CODES.has(error.code)) throw error;
      session.refused(token);
      return await attempt(document, variables, await session.token(), signal);
    }
  };
}

/** An error of one field as it is thrown. */
export function problemOf({ message, extensions }: ShownError): Problem {
  return new Problem(codeOf(extensions?.code), message, { errors: extensions?.errors, requestId: extensions?.requestId });
}
