import type { IncomingMessage, ServerResponse } from 'node:http';
import { grafserv } from 'postgraphile/grafserv/node';
import type { ExecutableSchema } from './execution.ts';

/**
 * GraphiQL (ruru) for a GraphQL endpoint, for development. Its page and files come from grafserv, below the
 * endpoint's own path; the page asks the endpoint like any other client, with a token of its own.
 */
export function graphiqlHandler(
  { schema, resolvedPreset }: ExecutableSchema,
  path: string,
): (req: IncomingMessage, res: ServerResponse) => void {
  const handler = grafserv({
    schema,
    preset: {
      extends: [resolvedPreset],
      grafserv: { graphqlPath: path, graphiqlPath: path, graphiqlStaticPath: `${path}/ruru/`, graphqlOverGET: false },
    },
  }).createHandler();
  return (req, res) => {
    // The page brings its own scripts and styles inline; it exists in development only.
    res.removeHeader('Content-Security-Policy');
    handler(req, res);
  };
}
