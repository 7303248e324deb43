/** The subset of JSON Schema that settings are described in (docs/how-to/configure-a-tenant.md), and what is wrong with a value by it. */
import type { FieldFlaw } from '../../session/problem.ts';
import { schemaForm as words } from '../../text/schema-form.ts';

/** A schema, as `settingSections` gives it. */
export interface Schema {
  readonly type?: string | readonly string[];
  readonly title?: string;
  readonly description?: string;
  readonly default?: unknown;
  readonly enum?: readonly unknown[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | Schema;
  readonly propertyNames?: Schema;
  readonly maxProperties?: number;
  readonly items?: Schema;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly pattern?: string;
  readonly minimum?: number;
  readonly maximum?: number;
}

export type Values = Readonly<Record<string, unknown>>;

/** Whether a value is an object of JSON. */
export function isObject(value: unknown): value is Values {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The types that a value may have. */
export function typesOf({ type }: Schema): readonly string[] {
  return type === undefined ? [] : typeof type === 'string' ? [type] : type;
}

function typeOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  return Number.isInteger(value) ? 'integer' : typeof value;
}

/** All that a schema refuses in a value, by path: `webhooks.0.url`, the value itself being the path given. The server refuses the same. */
export function flawsOf(schema: Schema, value: unknown, at: string): FieldFlaw[] {
  const type = typeOf(value);
  const types = typesOf(schema);
  if (types.length > 0 && !types.includes(type) && !(type === 'integer' && types.includes('number'))) {
    return [{ field: at, message: words.flaws.type(types.filter((one) => one !== 'null').map((one) => words.types[one] ?? one)) }];
  }
  if (schema.enum !== undefined && !schema.enum.includes(value)) return [{ field: at, message: words.flaws.choice }];
  if (typeof value === 'string') return flawsOfText(schema, value, at);
  if (typeof value === 'number') return flawsOfNumber(schema, value, at);
  if (Array.isArray(value)) return flawsOfList(schema, value, at);
  return isObject(value) ? flawsOfObject(schema, value, at) : [];
}

function flawsOfText({ minLength = 0, maxLength = Infinity, pattern }: Schema, value: string, at: string): FieldFlaw[] {
  const { length } = Array.from(value);
  if (length < minLength) return [{ field: at, message: words.flaws.short(minLength) }];
  if (length > maxLength) return [{ field: at, message: words.flaws.long(maxLength) }];
  return pattern === undefined || new RegExp(pattern, 'u').test(value) ? [] : [{ field: at, message: words.flaws.pattern }];
}

function flawsOfNumber({ minimum = -Infinity, maximum = Infinity }: Schema, value: number, at: string): FieldFlaw[] {
  return value < minimum || value > maximum ? [{ field: at, message: words.flaws.range(minimum, maximum) }] : [];
}

function flawsOfList({ minItems = 0, maxItems = Infinity, items = {} }: Schema, value: readonly unknown[], at: string): FieldFlaw[] {
  if (value.length < minItems) return [{ field: at, message: words.flaws.few(minItems) }];
  if (value.length > maxItems) return [{ field: at, message: words.flaws.many(maxItems) }];
  const ids = value.map((item) => (isObject(item) ? item['id'] : undefined));
  return value.flatMap((item, index) => [
    ...flawsOf(items, item, `${at}.${index}`),
    // What a section says beside its schema: ids of a list are unique.
    ...(ids[index] !== undefined && ids.indexOf(ids[index]) < index ? [{ field: `${at}.${index}.id`, message: words.flaws.twice }] : []),
  ]);
}

function flawsOfObject(schema: Schema, value: Values, at: string): FieldFlaw[] {
  // What is undefined isn't there: JSON leaves it out.
  const entries = Object.entries(value).filter(([, inner]) => inner !== undefined);
  if (entries.length > (schema.maxProperties ?? Infinity)) return [{ field: at, message: words.flaws.many(schema.maxProperties ?? 0) }];
  const missing = (schema.required ?? []).filter((name) => value[name] === undefined);
  return [
    ...missing.map((name) => ({ field: `${at}.${name}`, message: words.flaws.missing })),
    ...entries.flatMap(([name, inner]) => {
      const place = `${at}.${name}`;
      if (schema.propertyNames !== undefined && flawsOf(schema.propertyNames, name, place).length > 0) return [{ field: place, message: words.flaws.name }];
      const known = schema.properties?.[name];
      if (known !== undefined) return flawsOf(known, inner, place);
      if (schema.additionalProperties === false) return [{ field: place, message: words.flaws.unknown }];
      return isObject(schema.additionalProperties) ? flawsOf(schema.additionalProperties, inner, place) : [];
    }),
  ];
}
