/** Settings as calls take them, read off the same JSON Schemas that the database goes by. */
import { z } from 'zod';
import { SETTING_SCHEMAS } from '../../../database/setting-schemas.ts';
import type { SettingSchema } from '../../../database/setting-schemas.ts';

/** Deeper values aren't settings, and reading them must not exhaust the stack. */
const DEEPEST_SETTING = 8;

/** The default is what null puts back, in the database; here an absent section stays absent. */
function sectionOf({ schema }: SettingSchema): z.ZodType {
  const { default: _default, ...shape } = schema;
  return z.fromJSONSchema(shape).refine((value) => isShallow(value, DEEPEST_SETTING), `Nested deeper than ${DEEPEST_SETTING} levels.`);
}

const sections = new Map(SETTING_SCHEMAS.map((section) => [section.key, sectionOf(section)]));

/** The section that operators hold. */
export const securitySettings = sectionOf(SETTING_SCHEMAS[4]);

/** The settings of a new tenant. */
export const newSettings = z.strictObject(Object.fromEntries(sections)).partial().meta({ description: 'Settings by section.' });

/** A change of settings. */
export const changedSettings = z
  .strictObject(Object.fromEntries([...sections].map(([key, section]) => [key, section.nullable()])))
  .partial()
  .meta({ description: 'Settings by section. A section given is replaced whole; null puts it back to its default.' });

function isShallow(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return true;
  return levels > 0 && Object.values(value).every((inner) => isShallow(inner, levels - 1));
}
