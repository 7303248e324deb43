/** docs/error-codes.md against the SQLSTATEs that our SQL raises: each listed once, none listed that nothing raises. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { filesBelow, lineAt, readSource, root } from './files.ts';

const document = 'docs/error-codes.md';

export function errorCodeComplaints(): string[] {
  if (!existsSync(join(root, document))) return [`${document} is missing`];
  const raised = new Map<string, string>();
  for (const file of [...filesBelow('sql', '.sql'), ...filesBelow('migrations', '.sql')]) {
    const text = readSource(file);
    for (const match of text.matchAll(/'(TN\d{3})'/g)) {
      if (!raised.has(match[1] ?? '')) raised.set(match[1] ?? '', `${file}:${lineAt(text, match.index)}`);
    }
  }
  const listed = [...readSource(document).matchAll(/^\|\s*`?(TN\d{3})`?\s*\|/gm)].map((match) => match[1] ?? '');
  const complaints = [...raised].filter(([code]) => !listed.includes(code)).map(([code, place]) => `${place} raises ${code}, which ${document} does not list`);
  for (const [index, code] of listed.entries()) {
    if (!raised.has(code)) complaints.push(`${document} lists ${code}, which nothing raises`);
    if (listed.indexOf(code) !== index) complaints.push(`${document} lists ${code} twice`);
  }
  return complaints;
}
