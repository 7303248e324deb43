import { z } from 'zod';

/** Who did something, in the one form that the audit trail, SQL and GraphQL have too. */
export const actorName = z
  .string()
  .meta({ description: 'As in the audit trail: `operator:<id>`, or `login:<name>` of who did it from psql.', example: 'operator:3f0e4c1a-5d0b-4b51-9c39-2f1d9c1f7f55' });
