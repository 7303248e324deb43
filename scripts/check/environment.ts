/** .env.example against the variables that config/config.ts reads, and process.env read nowhere else. */
import { parseEnv } from 'node:util';
import { environmentVariables } from '../../config/config.ts';
import { filesBelow, lineAt, readSource } from './files.ts';

/**
 * The environment is read in config/, and by what starts processes. embedded-home passes PATH on to PostgreSQL;
 * graphql/environment sets GRAPHILE_ENV, which grafast reads when it is imported.
 */
const mayRead = [
  /^config\//,
  /^(scripts|tests|bench)\//,
  /^vitest\.config\.ts$/,
  /^database\/embedded-home\.ts$/,
  /^server\/graphql\/environment\.ts$/,
];

export function environmentComplaints(): string[] {
  const listed = Object.keys(parseEnv(readSource('.env.example')));
  const complaints = [
    ...environmentVariables.filter((name) => !listed.includes(name)).map((name) => `.env.example does not list ${name}`),
    ...listed.filter((name) => !environmentVariables.includes(name)).map((name) => `.env.example lists ${name}, which nothing reads`),
  ];
  for (const file of filesBelow('.', '.ts')) {
    if (mayRead.some((pattern) => pattern.test(file))) continue;
    const text = readSource(file);
    const use = text.search(/\bprocess\.env\b/);
    if (use !== -1) complaints.push(`${file}:${lineAt(text, use)} reads process.env: take it from Config`);
  }
  return complaints;
}
