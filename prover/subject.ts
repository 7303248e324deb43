/** Whom a run is about and whom it reaches for, as `platform_private.isolation_subject` says. */
import { z } from 'zod';

const table = z.object({ name: z.string(), verbs: z.array(z.enum(['SELECT', 'INSERT', 'UPDATE', 'DELETE'])) });
const tenant = z.object({ id: z.string(), lane: z.int(), schema: z.string(), role: z.string(), tables: z.array(table) });

/** The shape of the function's answer. */
export const subjectShape = z.object({
  tenant: tenant.extend({ status: z.string(), schemaVersion: z.int() }),
  rivals: z.array(tenant),
  /** an extension that the server has and this database hasn't; null if there is none */
  extension: z.string().nullable(),
  /** oid of a sequence of the control plane: by its oid it is reached past the schema that guards its name */
  sequence: z.coerce.number(),
});

export type Subject = z.output<typeof subjectShape>;
export type Rival = Subject['rivals'][number];
