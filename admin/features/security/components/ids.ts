/** Ids of tenants as they are typed: separated by blanks or commas, each once. */
export function idsIn(typed: string): readonly string[] {
  return [...new Set(typed.split(/[\s,;]+/).filter((id) => id !== ''))];
}
