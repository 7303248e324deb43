import { z } from 'zod';
import { problem } from '../../http/problems.ts';

/** A place in a sorted list: the last row seen. */
export interface Cursor {
  readonly sort: string;
  readonly value: string;
  readonly id: string;
}

const shape = z.tuple([z.string(), z.string(), z.string()]);

/** Writes a cursor as opaque text. */
export function encodeCursor({ sort, value, id }: Cursor): string {
  return Buffer.from(JSON.stringify([sort, value, id])).toString('base64url');
}

/** Reads a cursor back. @throws `INVALID_INPUT` if it isn't one, or belongs to a list in another order */
export function decodeCursor(text: string, sort: string): Cursor {
  try {
    const [madeFor, value, id] = shape.parse(JSON.parse(Buffer.from(text, 'base64url').toString('utf8')));
    if (madeFor === sort) return { sort, value, id };
  } catch (cause) {
    throw unusable('This is not a cursor of this list.', cause);
  }
  throw unusable('This cursor belongs to a list in another order.');
}

function unusable(message: string, cause?: unknown) {
  return problem('INVALID_INPUT', 'Not accepted: after.', { errors: [{ field: 'after', message }], cause });
}
