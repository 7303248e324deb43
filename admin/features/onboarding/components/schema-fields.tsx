import type { ReactNode } from 'react';
import { CheckField } from '../../../components/ui/choice.tsx';
import { Field, Input } from '../../../components/ui/field.tsx';
import { Stack } from '../../../components/ui/layout.tsx';
import { onboarding as words } from '../../../text/onboarding.ts';

/** What of a JSON Schema a single field of a form needs. */
export interface SimpleSchema {
  readonly type?: string | readonly string[];
  readonly description?: string;
  readonly pattern?: string;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
}

/** The single values that a section has; lists and maps are set when the tenant is there. */
export function simpleFields(schema: unknown): readonly (readonly [name: string, schema: SimpleSchema])[] {
  const { properties = {} } = schema as { readonly properties?: Readonly<Record<string, SimpleSchema>> };
  return Object.entries(properties).filter(([, property]) => kindOf(property) !== null);
}

function kindOf({ type }: SimpleSchema): 'text' | 'number' | 'switch' | null {
  const kinds = [type ?? []].flat();
  return kinds.includes('boolean') ? 'switch' : kinds.includes('integer') ? 'number' : kinds.includes('string') ? 'text' : null;
}

/** What is wrong with a value; empty when nothing is. Nothing at all is always right: it leaves the value to the platform. */
export function flawOf(schema: SimpleSchema, value: unknown): string | undefined {
  if (value === undefined) return undefined;
  if (kindOf(schema) === 'number') {
    if (!Number.isInteger(value)) return words.whole;
    if (schema.minimum !== undefined && (value as number) < schema.minimum) return words.tooLow(schema.minimum);
    if (schema.maximum !== undefined && (value as number) > schema.maximum) return words.tooHigh(schema.maximum);
  }
  if (typeof value === 'string') {
    if (schema.maxLength !== undefined && value.length > schema.maxLength) return words.invalid;
    if (schema.pattern !== undefined && !new RegExp(schema.pattern, 'u').test(value)) return words.invalid;
  }
  return undefined;
}

/** Whether every value of a section fits. */
export function fits(schema: unknown, values: Readonly<Record<string, unknown>>): boolean {
  return simpleFields(schema).every(([name, property]) => flawOf(property, values[name]) === undefined);
}

/** `primaryColor` as it is said. */
export function labelOf(name: string): string {
  const spaced = name.replaceAll(/([A-Z])/g, ' $1').toLowerCase();
  return `${spaced.slice(0, 1).toUpperCase()}${spaced.slice(1)}`.replace(/\burl\b/, 'URL').replace('Logo url', 'Logo URL');
}

interface SchemaFieldsProps {
  readonly schema: unknown;
  readonly values: Readonly<Record<string, unknown>>;
  readonly onChange: (name: string, value: unknown) => void;
}

/** A field for each single value of a section, by its schema: the same that the database checks by. */
export function SchemaFields({ schema, values, onChange }: SchemaFieldsProps) {
  return (
    <Stack gap="4">
      {simpleFields(schema).map(([name, property]) => (
        <SchemaField key={name} name={name} schema={property} value={values[name]} onChange={(value) => onChange(name, value)} />
      ))}
    </Stack>
  );
}

function SchemaField({ name, schema, value, onChange }: { readonly name: string; readonly schema: SimpleSchema; readonly value: unknown; readonly onChange: (value: unknown) => void }): ReactNode {
  const kind = kindOf(schema);
  if (kind === 'switch') {
    return <CheckField label={labelOf(name)} help={schema.description} checked={value === true} onChange={(checked) => onChange(checked ? true : undefined)} />;
  }
  const read = (text: string): unknown => (text === '' ? undefined : kind === 'number' && /^-?\d+$/.test(text) ? Number(text) : text);
  return (
    <Field label={labelOf(name)} optional help={schema.description} error={flawOf(schema, value)}>
      <Input
        value={typeof value === 'string' || typeof value === 'number' ? String(value) : ''}
        placeholder={words.byDefault}
        inputMode={kind === 'number' ? 'numeric' : 'text'}
        spellCheck={false}
        onChange={(event) => onChange(read(event.currentTarget.value.trim()))}
      />
    </Field>
  );
}
