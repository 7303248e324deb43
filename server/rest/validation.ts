import type { z } from 'zod';
import { counted } from '../../config/counted.ts';
import { problem } from '../http/problems.ts';
import type { FieldError } from '../http/problems.ts';

/** Told at once; a body with more wrong fields than this is not a mistake. */
const MAX_FIELD_ERRORS = 20;

/** Checks a part of a request. @throws `INVALID_INPUT` with what is wrong, field by field */
export function parseInput<S extends z.ZodType>(schema: S, value: unknown): z.output<S> {
  const result = schema.safeParse(value, { error: words });
  if (result.success) return result.data;
  const errors = result.error.issues.flatMap(fieldErrors).slice(0, MAX_FIELD_ERRORS);
  const fields = [...new Set(errors.map(({ field }) => field))].join(', ');
  throw problem('INVALID_INPUT', `Not accepted: ${fields}.`, { errors, cause: result.error });
}

/** Checks the parameters in a path. @throws `NOT_FOUND`: what hasn't the form of a name is the name of nothing */
export function parsePath<S extends z.ZodType>(schema: S, value: unknown): z.output<S> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const words = issue === undefined ? '' : ` ${formOf(issue)}`;
  throw problem('NOT_FOUND', `There is nothing at this address.${words}`, { cause: result.error });
}

/** What a parameter of a path looks like, in words. */
function formOf(issue: z.core.$ZodIssue): string {
  const name = issue.path.map(String).join('.');
  if (issue.code !== 'invalid_format') return `Its ${name} has another form.`;
  return issue.format === 'guid' || issue.format === 'uuid'
    ? `Its ${name} is a UUID, as 0b0f8c1e-6f0a-4d6e-9a55-2f4f5f6c7d8e.`
    : issue.format === 'regex' ? issue.message : `Its ${name} has another form.`;
}

const KINDS: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object',
  record: 'an object',
};
const FORMS: Readonly<Record<string, string>> = {
  email: 'an e-mail address',
  guid: 'an id (a UUID)',
  uuid: 'an id (a UUID)',
  url: 'a URL',
  datetime: 'a date and time such as 2026-01-31T12:00:00Z',
  date: 'a date such as 2026-01-31',
};

/** What is wrong with a value, in our own words; those that a schema has for itself go before these. */
function words(issue: z.core.$ZodRawIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      return issue.input === undefined ? 'This is needed.' : `This must be ${KINDS[issue.expected] ?? 'of another kind'}.`;
    case 'too_small':
      if (issue.origin === 'string') return issue.minimum === 1 ? 'This must not be empty.' : `This needs at least ${counted(Number(issue.minimum), 'character')}.`;
      return issue.origin === 'array' ? `This needs at least ${counted(Number(issue.minimum), 'entry', 'entries')}.` : `This must be at least ${issue.minimum}.`;
    case 'too_big':
      if (issue.origin === 'string') return `This may have ${counted(Number(issue.maximum), 'character')} at most.`;
      return issue.origin === 'array' ? `This may have ${counted(Number(issue.maximum), 'entry', 'entries')} at most.` : `This must be ${issue.maximum} at most.`;
    case 'invalid_format':
      return FORMS[issue.format] === undefined ? 'This does not have the accepted form.' : `This must be ${FORMS[issue.format]}.`;
    case 'invalid_value':
      return `This must be one of: ${issue.values.map(String).join(', ')}.`;
    case 'custom':
    case 'invalid_element':
    case 'invalid_key':
    case 'invalid_union':
    case 'not_multiple_of':
    case 'unrecognized_keys':
      break;
  }
  return 'This is not accepted.';
}

function fieldErrors(issue: z.core.$ZodIssue): FieldError[] {
  const path = issue.path.map(String);
  if (issue.code !== 'unrecognized_keys') return [{ field: path.join('.') || 'body', message: issue.message }];
  return issue.keys.map((key) => ({ field: [...path, key].join('.').slice(0, 200), message: 'There is no such field.' }));
}
