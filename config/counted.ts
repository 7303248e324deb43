/** How many of what, in words for people: `1 event`, `12 events`. Digits alone, so that a program finds the figure too. */
export function counted(figure: number, one: string, many = `${one}s`): string {
  return `${figure} ${figure === 1 ? one : many}`;
}
