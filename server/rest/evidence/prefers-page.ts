/**
 * Whether an `Accept` header (RFC 9110, 12.5.1) rather wants a page than JSON. Equal wishes, and none, are for JSON: programs seldom say what
 * they want, browsers do.
 */
export function prefersPage(accept: string | undefined): boolean {
  const wishes = (accept ?? '*/*').split(',').map((part) => {
    const [type = '', ...parameters] = part.split(';').map((piece) => piece.trim().toLowerCase());
    const weight = parameters.find((parameter) => parameter.startsWith('q='));
    return { type, weight: weight === undefined ? 1 : Number(weight.slice(2)) || 0 };
  });
  // The most specific range that fits says how much: RFC 9110 again.
  const wish = (...ranges: readonly string[]): number => {
    for (const range of ranges) {
      const found = wishes.find(({ type }) => type === range);
      if (found !== undefined) return found.weight;
    }
    return 0;
  };
  return wish('text/html', 'text/*', '*/*') > wish('application/json', 'application/*', '*/*');
}
