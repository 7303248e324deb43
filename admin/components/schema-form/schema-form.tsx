/** A form that is made from a JSON Schema: one field for each value, its description as help, its flaw below it as one types. */
import { useState } from 'react';
import type { ReactNode } from 'react';
import { Plus, Trash2 } from 'lucide-react';
import type { FieldFlaw } from '../../session/problem.ts';
import { schemaForm as words } from '../../text/schema-form.ts';
import { Button, IconButton } from '../ui/button.tsx';
import { Checkbox } from '../ui/checkbox.tsx';
import { Field, Input, Select } from '../ui/field.tsx';
import { Box, Flex, Stack, Text } from '../ui/layout.tsx';
import { flawsOf, isObject, typesOf } from './schema.ts';
import type { Schema, Values } from './schema.ts';

interface PartProps {
  readonly schema: Schema;
  readonly value: unknown;
  readonly onChange: (value: unknown) => void;
  /** Path of this value. */
  readonly at: string;
  /** Of the whole form. */
  readonly flaws: readonly FieldFlaw[];
  /** Paths that this person may look at and not change, with all below them. */
  readonly locked?: readonly string[];
}

interface NamedProps extends PartProps {
  readonly label: string;
  /** It may stay away. */
  readonly optional: boolean;
}

/** `invitationLimit` as a person reads it: `Invitation limit`. */
export function labelOf(name: string): string {
  const split = name.replace(/([a-z0-9])([A-Z])/g, '$1 $2').toLowerCase();
  return (split.slice(0, 1).toUpperCase() + split.slice(1)).replace(/\burl\b/i, 'URL');
}

const isLocked = (locked: readonly string[], at: string): boolean => locked.some((path) => at === path || at.startsWith(`${path}.`));
const flawAt = (flaws: readonly FieldFlaw[], at: string): string | undefined => flaws.find(({ field }) => field === at)?.message;

/** The fields of an object. */
export function SchemaForm({ schema, value, onChange, at, flaws, locked = [] }: PartProps) {
  const values: Values = isObject(value) ? value : {};
  const shared = { flaws, locked };
  const change = (name: string, inner: unknown): void => {
    const { [name]: _before, ...others } = values;
    // In the order of before, so that nothing jumps; what is left out is not there.
    onChange(inner === undefined ? others : { ...values, [name]: inner });
  };
  return (
    <Stack gap="5">
      {flawAt(flaws, at) !== undefined && <Flaw message={flawAt(flaws, at) ?? ''} />}
      {Object.entries(schema.properties ?? {}).map(([name, inner]) => (
        <Part key={name} {...shared} schema={inner} value={values[name]} onChange={(next) => change(name, next)} at={`${at}.${name}`} label={labelOf(name)} optional={schema.required?.includes(name) !== true} />
      ))}
      {isObject(schema.additionalProperties) && (
        <Switches {...shared} schema={schema} value={values} onChange={onChange} at={at} />
      )}
    </Stack>
  );
}

function Part(props: NamedProps) {
  const { schema, value, onChange, at, flaws, label, optional, locked = [] } = props;
  const types = typesOf(schema);
  const disabled = isLocked(locked, at);
  if (schema.enum !== undefined) {
    const choices = schema.enum.map((one) => ({ value: String(one), label: String(one) }));
    return (
      <Field label={label} optional={optional} help={schema.description} error={flawAt(flaws, at)}>
        <Select value={typeof value === 'string' ? value : ''} choices={[{ value: '', label: '' }, ...choices]} disabled={disabled} onChange={(next) => onChange(next === '' ? undefined : next)} />
      </Field>
    );
  }
  if (types.includes('boolean')) {
    return (
      <Checkbox checked={value === true} disabled={disabled} help={schema.description} onChange={onChange}>
        {label}
      </Checkbox>
    );
  }
  if (types.includes('array')) return schema.items?.enum === undefined ? <List {...props} /> : <Choices {...props} />;
  if (types.includes('object')) return <SchemaForm {...props} />;
  if (types.includes('integer') || types.includes('number')) {
    return (
      <Field label={label} optional={optional} help={schema.description} error={flawAt(flaws, at)}>
        <NumberInput value={value} disabled={disabled} onChange={onChange} />
      </Field>
    );
  }
  return (
    <Field label={label} optional={optional} help={schema.description} error={flawAt(flaws, at)}>
      <Input
        value={typeof value === 'string' ? value : ''}
        disabled={disabled}
        autoComplete="off"
        spellCheck={false}
        // Empty is none, where there may be none.
        onChange={({ currentTarget }) => onChange(currentTarget.value === '' ? (types.includes('null') ? null : undefined) : currentTarget.value)}
      />
    </Field>
  );
}

/** Keeps what is typed: what is no number yet goes out as text, which the schema then refuses in words. */
function NumberInput({ value, disabled, onChange }: { readonly value: unknown; readonly disabled: boolean; readonly onChange: (value: unknown) => void }) {
  const text = typeof value === 'number' || typeof value === 'string' ? String(value) : '';
  return (
    <Input
      inputMode="numeric"
      maxW="40"
      value={text}
      disabled={disabled}
      onChange={({ currentTarget }) => {
        const typed = currentTarget.value.trim();
        onChange(typed === '' ? undefined : /^-?\d+(\.\d+)?$/.test(typed) ? Number(typed) : typed);
      }}
    />
  );
}

/** Several of a few. */
function Choices({ schema, value, onChange, at, flaws, label, locked = [] }: NamedProps) {
  const chosen = Array.isArray(value) ? value : [];
  return (
    <Group label={label} help={schema.description} flaw={flawAt(flaws, at)}>
      {(schema.items?.enum ?? []).map((one) => (
        <Checkbox
          key={String(one)}
          checked={chosen.includes(one)}
          disabled={isLocked(locked, at)}
          onChange={(checked) => onChange((schema.items?.enum ?? []).filter((each) => (each === one ? checked : chosen.includes(each))))}
        >
          {String(one)}
        </Checkbox>
      ))}
    </Group>
  );
}

/** A list of objects. */
function List({ schema, value, onChange, at, flaws, label, locked = [] }: NamedProps) {
  const items: readonly unknown[] = Array.isArray(value) ? value : [];
  const disabled = isLocked(locked, at);
  return (
    <Group label={label} help={schema.description} flaw={flawAt(flaws, at)}>
      {items.length === 0 && <Text color="fg.muted">{words.nothing}</Text>}
      {items.map((item, index) => (
        <Flex key={index} role="group" aria-label={words.item(label, index + 1)} borderWidth="1px" borderColor="border" borderRadius="l2" p="4" gap="3" align="flex-start">
          <Box flex="1" minW="0">
            <SchemaForm
              schema={schema.items ?? {}}
              value={item}
              onChange={(next) => onChange(items.with(index, next))}
              at={`${at}.${index}`}
              flaws={flaws}
              locked={locked}
            />
          </Box>
          {!disabled && (
            <IconButton label={words.remove(words.item(label, index + 1))} size="sm" onClick={() => onChange(items.toSpliced(index, 1))}>
              <Trash2 aria-hidden />
            </IconButton>
          )}
        </Flex>
      ))}
      {!disabled && items.length < (schema.maxItems ?? Infinity) && (
        <Button size="sm" alignSelf="flex-start" onClick={() => onChange([...items, firstOf(schema.items ?? {})])}>
          <Plus aria-hidden />
          {words.addTo(label.toLowerCase())}
        </Button>
      )}
    </Group>
  );
}

/** What a new item begins with: every switch off, every list empty, the rest to be filled in. */
function firstOf(schema: Schema): Values {
  return Object.fromEntries(
    Object.entries(schema.properties ?? {}).flatMap(([name, inner]): [string, unknown][] => {
      const types = typesOf(inner);
      if (types.includes('boolean')) return [[name, false]];
      if (types.includes('array')) return [[name, []]];
      return types.includes('string') ? [[name, '']] : [];
    }),
  );
}

/** Switches by names of one's own. */
function Switches({ schema, value, onChange, at, flaws, locked = [] }: Omit<PartProps, 'value'> & { readonly value: Values }) {
  const [name, setName] = useState('');
  const names = Object.keys(value).filter((one) => schema.properties?.[one] === undefined);
  const flaw = name === '' ? undefined : name in value ? words.flaws.twice : flawsOf({ ...schema, additionalProperties: true }, { [name]: true }, at)[0]?.message;
  const disabled = isLocked(locked, at);
  return (
    <Stack gap="4">
      {names.length === 0 && <Text color="fg.muted">{words.nothing}</Text>}
      {names.map((one) => (
        <Flex key={one} justify="space-between" align="center" gap="3" borderBottomWidth="1px" borderColor="border.muted" pb="2">
          <Checkbox checked={value[one] === true} disabled={disabled} onChange={(checked) => onChange({ ...value, [one]: checked })}>
            {one}
          </Checkbox>
          {flawAt(flaws, `${at}.${one}`) !== undefined && <Flaw message={flawAt(flaws, `${at}.${one}`) ?? ''} />}
          {!disabled && (
            <IconButton
              label={words.remove(one)}
              size="sm"
              onClick={() => {
                const { [one]: _gone, ...others } = value;
                onChange(others);
              }}
            >
              <Trash2 aria-hidden />
            </IconButton>
          )}
        </Flex>
      ))}
      {!disabled && (
        <Flex gap="3" align="flex-start" wrap="wrap">
          <Box flex="1" minW="48">
            <Field label={words.newSwitch} error={flaw}>
              <Input value={name} autoComplete="off" spellCheck={false} onChange={({ currentTarget }) => setName(currentTarget.value)} />
            </Field>
          </Box>
          <Box pt="7">
            <Button
              disabled={name === '' || flaw !== undefined}
              onClick={() => {
                onChange({ ...value, [name]: true });
                setName('');
              }}
            >
              <Plus aria-hidden />
              {words.add}
            </Button>
          </Box>
        </Flex>
      )}
    </Stack>
  );
}

function Group({ label, help, flaw, children }: { readonly label: string; readonly help?: string | undefined; readonly flaw: string | undefined; readonly children: ReactNode }) {
  return (
    <Stack role="group" aria-label={label} gap="3">
      <Box>
        <Text fontWeight="medium" textStyle="sm">
          {label}
        </Text>
        {help !== undefined && (
          <Text textStyle="sm" color="fg.muted">
            {help}
          </Text>
        )}
      </Box>
      {children}
      {flaw !== undefined && <Flaw message={flaw} />}
    </Stack>
  );
}

function Flaw({ message }: { readonly message: string }) {
  return (
    <Text role="alert" textStyle="sm" color="fg.error" fontWeight="medium">
      {message}
    </Text>
  );
}
