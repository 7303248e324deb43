/** What must not get into the repository: a machine's paths, notes to self, conflict marks, secrets. */
import { filesBelow, lineAt, readSource } from './files.ts';

const endings = ['.ts', '.tsx', '.sql', '.md', '.json', '.yml', '.toml', '.example', '.css', '.html', '.sh', '.graphql', '.svg', 'run'];
const excepted = new Set(['package-lock.json', 'scripts/check/hygiene.ts', 'tests/check/rules.test.ts']);

const forbidden: readonly { readonly pattern: RegExp; readonly message: string }[] = [
  { pattern: /\b(TODO|FIXME|XXX)\b/, message: 'a note to self: do it or file an issue' },
  { pattern: /(?<![\w.])\/(?:home|Users|root|work)\/[\w.-]+/, message: "a path of somebody's machine" },
  { pattern: /\b[A-Z]:\\Users\\/, message: "a path of somebody's machine" },
  { pattern: /^(?:<{7}|>{7}|={7})(?: |$)/m, message: 'a conflict mark' },
  { pattern: /-----BEGIN (?:[A-Z]+ )?PRIVATE KEY-----\n[A-Za-z0-9+/]/, message: 'a private key' },
  { pattern: /[ \t]+$/m, message: 'blanks at the end of a line' },
  { pattern: /\r\n/, message: 'lines end with a line feed alone' },
];

/** What a file holds that it must not, as `file:line message`; the first of each kind. */
export function complaintsAboutText(file: string, text: string): string[] {
  const complaints = forbidden.flatMap(({ pattern, message }) => {
    const at = text.search(pattern);
    return at === -1 ? [] : [`${file}:${lineAt(text, at)} ${message}`];
  });
  if (text !== '' && !text.endsWith('\n')) complaints.push(`${file} does not end with a line feed`);
  return complaints;
}

/** The whole repository; what spells the forbidden out on purpose is left out. */
export function hygieneComplaints(): string[] {
  const files = new Set(endings.flatMap((ending) => filesBelow('.', ending)));
  return [...files].filter((file) => !excepted.has(file)).flatMap((file) => complaintsAboutText(file, readSource(file)));
}
