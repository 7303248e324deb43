/** Reading SQL as text: enough to tell code from comments and strings, without a parser. */

/**
 * The same text with comments and string literals blanked, so that offsets and lines stay. Bodies between
 * dollar quotes are code and stay.
 */
export function codeOnly(sql: string): string {
  return sql.replace(/--[^\n]*|\/\*[\s\S]*?\*\/|'(?:[^']|'')*'/g, (part) => part.replace(/[^\n]/g, ' '));
}

/** The part of a function's definition before its body: arguments, language, volatility, settings. */
export function functionHeader(code: string): string {
  const start = code.search(/\bcreate\s+(or\s+replace\s+)?(function|procedure)\b/);
  if (start === -1) return '';
  const rest = code.slice(start);
  const body = rest.search(/\bas\s+\$|\bbegin\s+atomic\b|\n\s*return\s/);
  return body === -1 ? rest : rest.slice(0, body);
}
