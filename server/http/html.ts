/** Markup that may be put into a page as it is. Only `html` makes it. */
export interface Markup {
  readonly markup: string;
}

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

function escape(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? character);
}

function render(value: string | number | Markup | readonly Markup[]): string {
  if (typeof value === 'string') return escape(value);
  if (typeof value === 'number') return String(value);
  return 'markup' in value ? value.markup : value.map((part) => part.markup).join('');
}

/** Builds markup from a template; what is put in is escaped unless it is markup itself. */
export function html(
  literals: TemplateStringsArray,
  ...values: readonly (string | number | Markup | readonly Markup[])[]
): Markup {
  return { markup: literals.reduce((text, literal, index) => `${text}${render(values[index - 1] ?? '')}${literal}`) };
}
