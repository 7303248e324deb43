/** What differs between two values of JSON, one line for each place. */
import { isObject } from './schema.ts';

export interface Difference {
  /** Where, such as `businessRules.approvalsRequired`. */
  readonly at: string;
  /** Undefined: it was not there. */
  readonly before: unknown;
  /** Undefined: it is not there any more. */
  readonly after: unknown;
}

/** The differences, in the order of the places. Objects are gone into; a list counts as one value unless it has the same length. */
export function differences(before: unknown, after: unknown, at = ''): Difference[] {
  if (Object.is(before, after)) return [];
  if (isObject(before) && isObject(after)) {
    return [...new Set([...Object.keys(before), ...Object.keys(after)])].flatMap((name) => differences(before[name], after[name], at === '' ? name : `${at}.${name}`));
  }
  if (Array.isArray(before) && Array.isArray(after) && before.length === after.length) {
    return before.flatMap((item, index) => differences(item, after[index], `${at}.${index}`));
  }
  return [{ at, before, after }];
}

/** A value as one reads it. */
export function shown(value: unknown): string {
  if (value === undefined || value === null) return '—';
  return typeof value === 'string' ? value : JSON.stringify(value);
}
