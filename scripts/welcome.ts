/** What `npm start` says once everything runs: where to go, and each password the one time it is known. */
import type { DemoUser } from './demo.ts';

/** Where things are and who was just given a password. */
export interface Welcome {
  readonly url: string;
  readonly operatorEmail: string;
  /** null: given by OPERATOR_PASSWORD, or shown at the first start */
  readonly operatorPassword: string | null;
  readonly demoUsers: readonly DemoUser[];
}

/** @returns the text, ending without a line break */
export function welcome({ url, operatorEmail, operatorPassword, demoUsers }: Welcome): string {
  const lines = [
    '',
    'Tenantry is running.',
    `  Console    ${url}/`,
    `  GraphQL    ${url}/graphql (tenants)   ${url}/platform/graphql (operators)`,
    `  REST       ${url}/api/docs`,
    `  Operator   ${operatorEmail}   ${
      operatorPassword === null ? 'password: as set or shown before' : `one-time password: ${operatorPassword}`
    }`,
  ];
  for (const tenantId of new Set(demoUsers.map((user) => user.tenantId))) {
    lines.push(`  Tenant     ${tenantId}`);
    for (const user of demoUsers.filter((candidate) => candidate.tenantId === tenantId)) {
      lines.push(`    ${user.email.padEnd(28)} password: ${user.password}`);
    }
  }
  lines.push('', 'Stop with Ctrl-C.');
  return lines.join('\n');
}
