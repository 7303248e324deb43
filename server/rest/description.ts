import type { z } from 'zod';
import type { ProblemCode } from '../http/catalogue.ts';
import type { OperatorTitle } from '../identity/operator-roles.ts';

/** A header of a request or an answer, for the documentation. */
export interface HeaderDescription {
  readonly name: string;
  readonly description: string;
}

export interface AnswerDescription {
  readonly description: string;
  readonly schema: z.ZodType;
  readonly headers?: readonly HeaderDescription[];
  /** The same as a page, for who accepts `text/html` rather. */
  readonly page?: true;
  /** Media types of what is sent to be kept, instead of JSON. */
  readonly types?: readonly string[];
}

/** What can be said of a call without running it: the OpenAPI document is made of this. */
export interface RouteDescription {
  readonly method: 'get' | 'post' | 'patch' | 'delete';
  /** Under the API's path, parameters in braces. */
  readonly path: string;
  /** Unique; names the operation in generated clients. */
  readonly name: string;
  readonly tag:
    | 'Sign-in'
    | 'Tenants'
    | 'Schema'
    | 'Isolation'
    | 'Life of a tenant'
    | 'Users of a tenant'
    | 'Settings'
    | 'Service accounts'
    | 'Operators'
    | 'Emergency'
    | 'Evidence';
  readonly summary: string;
  readonly description?: string;
  /** Who may call it, for the documentation: it is the database that refuses, and a test compares. `users` are a tenant's own. */
  readonly roles: 'anyone' | 'whoever signed in' | 'users' | readonly OperatorTitle[];
  readonly params: z.ZodObject;
  readonly query: z.ZodObject;
  /** The body is a form, as OAuth wants it, and not JSON. */
  readonly form?: true;
  /** null: a body is not read. */
  readonly body: z.ZodType | null;
  readonly headers?: readonly HeaderDescription[];
  readonly responses: Readonly<Record<number, AnswerDescription>>;
  /** Refusals of its own, beside those that any call can meet. */
  readonly problems: readonly ProblemCode[];
}
