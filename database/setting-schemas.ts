/** What each section of a tenant's settings may hold: one JSON Schema a section in sql/settings, for SQL, the API and whoever asks. */
import type { Client } from 'pg';
import branding from '../sql/settings/branding.json' with { type: 'json' };
import businessRules from '../sql/settings/business_rules.json' with { type: 'json' };
import features from '../sql/settings/features.json' with { type: 'json' };
import integrations from '../sql/settings/integrations.json' with { type: 'json' };
import security from '../sql/settings/security.json' with { type: 'json' };

/** One section of settings. */
export interface SettingSchema {
  /** key of the row in the tenant's table `settings` */
  readonly section: string;
  /** name in JSON */
  readonly key: string;
  /** tenant: kept in the tenant's own table; operators: on its row in the registry, out of its reach */
  readonly heldBy: 'tenant' | 'operators';
  readonly schema: Readonly<Record<string, unknown>>;
}

/** Every section there is. */
export const SETTING_SCHEMAS = [
  { section: 'branding', key: 'branding', heldBy: 'tenant', schema: branding },
  { section: 'business_rules', key: 'businessRules', heldBy: 'tenant', schema: businessRules },
  { section: 'integrations', key: 'integrations', heldBy: 'tenant', schema: integrations },
  { section: 'features', key: 'features', heldBy: 'tenant', schema: features },
  { section: 'security', key: 'security', heldBy: 'operators', schema: security },
] as const satisfies readonly SettingSchema[];

/**
 * Registers the schemas, which the triggers of tenants' settings go by. Unchanged ones stay as they are.
 * @throws the database's TN002 for a schema that says more than is checked
 */
export async function registerSettingSchemas(client: Client): Promise<void> {
  for (const { section, key, heldBy, schema } of SETTING_SCHEMAS) {
    await client.query(
      `insert into platform.setting_sections as s (section, key, held_by, schema)
       values ($1, $2, $3, $4)
       on conflict (section) do update
         set key = excluded.key, held_by = excluded.held_by, schema = excluded.schema, registered_at = now()
       where (s.key, s.held_by, s.schema) is distinct from (excluded.key, excluded.held_by, excluded.schema)`,
      [section, key, heldBy, JSON.stringify(schema)],
    );
  }
}
