/**
 * What makes a spreadsheet take a cell for a formula, by OWASP's list (CSV injection), full-width signs included, behind blanks and quotes,
 * which some programs drop.
 */
const FORMULA = String.raw`[\s"']*[=+\-@＝＋－＠]`;
/** Where a field begins: there a blank that breaks lines or cells is none to begin with either. */
const AT_START = new RegExp(String.raw`^(?=${FORMULA}|[\t\r\n])`);
/** Where a cell may begin to a program with another separator. */
const INSIDE = new RegExp(String.raw`[;|\t\r\n](?=${FORMULA})`, 'g');

/**
 * A field as RFC 4180 wants it. What a spreadsheet would take for a formula begins with an apostrophe, and not at the field's start alone: a
 * program whose separator is the semicolon, as in most of Europe, or the tab finds cells in the middle of fields, and there quotes hold
 * nothing together, since they don't stand where its cells begin. A first line `sep=,` would say it to one program, and be a row to all others.
 */
export function csvField(value: unknown): string {
  if (value === null || value === undefined) return '';
  const plain = typeof value === 'string' ? value : JSON.stringify(value);
  const safe = plain.replaceAll(INSIDE, "$&'").replace(AT_START, "'");
  return /[",;|\t\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
