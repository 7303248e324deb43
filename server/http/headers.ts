import type { IncomingMessage, ServerResponse } from 'node:http';
import helmet from 'helmet';

/** Sets the security headers of every answer. */
export type SecurityHeaders = (req: IncomingMessage, res: ServerResponse) => void;

/**
 * Makes the headers for an API: nothing may be loaded, framed or submitted. A page that needs a style of its own says
 * so by its hash (`sendPage`). `secure` adds HSTS, which only makes sense where the public URL is https.
 * No `Access-Control-Allow-*` is ever sent: other origins are closed out.
 */
export function securityHeaders(secure: boolean): SecurityHeaders {
  const apply = helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'none'"],
        baseUri: ["'none'"],
        formAction: ["'none'"],
        frameAncestors: ["'none'"],
      },
    },
    crossOriginEmbedderPolicy: true,
    referrerPolicy: { policy: 'no-referrer' },
    strictTransportSecurity: secure ? { maxAge: 63_072_000, includeSubDomains: false } : false,
    xFrameOptions: { action: 'deny' },
  });
  return (req, res) => {
    apply(req, res, (error?: unknown) => {
      if (error !== undefined) throw error;
    });
  };
}
