import type { z } from 'zod';
import { problem } from '../http/problems.ts';
import type { FieldError } from '../http/problems.ts';

/** Told at once; a body with more wrong fields than this is not a mistake. */
const MAX_FIELD_ERRORS = 20;

/** Checks a part of a request. @throws `INVALID_INPUT` with what is wrong, field by field */
export function parseInput<S extends z.ZodType>(schema: S, value: unknown): z.output<S> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const errors = result.error.issues.flatMap(fieldErrors).slice(0, MAX_FIELD_ERRORS);
  const fields = [...new Set(errors.map(({ field }) => field))].join(', ');
  throw problem('INVALID_INPUT', `Not accepted: ${fields}.`, { errors, cause: result.error });
}

/** Checks the parameters in a path. @throws `NOT_FOUND`: what hasn't the form of a name is the name of nothing */
export function parsePath<S extends z.ZodType>(schema: S, value: unknown): z.output<S> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw problem('NOT_FOUND', 'There is nothing at this address.', { cause: result.error });
}

function fieldErrors(issue: z.core.$ZodIssue): FieldError[] {
  const path = issue.path.map(String);
  if (issue.code !== 'unrecognized_keys') return [{ field: path.join('.') || 'body', message: issue.message }];
  return issue.keys.map((key) => ({ field: [...path, key].join('.').slice(0, 200), message: 'There is no such field.' }));
}
