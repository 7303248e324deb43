import { access, context, get, lambda, loadOne } from 'postgraphile/grafast';
import type { LoadOneLoader, Step } from 'postgraphile/grafast';
import type { ClosedValues, OpenedValues, Values } from '../audit/opening.ts';

/** Opens values of the events of the tenant that the request is for. */
export type OpenEvents = (closed: readonly ClosedValues[]) => Promise<OpenedValues[]>;

/** What the database gives of an event's sealed values: closed, and which of them this caller may see. */
interface Sealed extends ClosedValues {
  /** The changed values. */
  readonly values: boolean;
  /** What tells of people: addresses, where they signed in from. */
  readonly people: boolean;
}

/** A value whose key was destroyed. */
const ERASED = '(erased)';

const RECORD = 'AuditTrailRecord';

type Shown = 'before' | 'after' | 'detail' | 'subject';

/** Opens all of a page at once. */
const LOADER: LoadOneLoader<Sealed | null, OpenedValues, OpenedValues | null, Record<string, unknown>, Step<OpenEvents>> = {
  name: 'openEvents',
  shared: () => access<OpenEvents>(context(), ['openEvents']),
  async load(specs, { shared: openEvents }) {
    const closed = specs.filter((spec) => spec !== null);
    const opened = closed.length === 0 ? [] : await openEvents(closed);
    return specs.map((spec) => (spec === null ? null : (opened[closed.indexOf(spec)] ?? null)));
  },
};

/**
 * The trail of a tenant shows its sealed values, to those to whom the database gives them: the plan opens them with the server's
 * key, all of a page at once. The closed form itself is no field.
 */
export const TrailValuesPlugin: GraphileConfig.Plugin = {
  name: 'TrailValuesPlugin',
  version: '1.0.0',
  schema: {
    hooks: {
      GraphQLObjectType_fields(fields, _build, { Self }) {
        if (Self.name !== RECORD) return fields;
        const { sealed: _closed, ...shown } = fields;
        return shown;
      },
      GraphQLObjectType_fields_field(field, _build, { Self, scope: { fieldName } }) {
        if (Self.name !== RECORD || !isShown(fieldName)) return field;
        return {
          ...field,
          plan($event: Step) {
            // Field and column are of one name, so there is no plan of the library's to go through.
            const $sealed = get($event, 'sealed') as Step<Sealed | null>;
            const $opened = loadOne($sealed, LOADER);
            return lambda(
              [get($event, fieldName), $sealed, $opened, get($event, 'action') as Step<string>, get($event, 'changed') as Step<string[] | null>] as const,
              ([clear, sealed, opened, action, changed]) => combine(fieldName, { clear, sealed, opened: opened ?? null, action, changed }),
            );
          },
        };
      },
    },
  },
};

interface Event {
  readonly clear: unknown;
  readonly sealed: Sealed | null;
  readonly opened: OpenedValues | null;
  readonly action: string;
  readonly changed: readonly string[] | null;
}

/** What a field shows: what stands in the clear, and of the rest what the caller may see. */
function combine(field: Shown, event: Event): unknown {
  const { clear, sealed, opened } = event;
  if (sealed === null || opened === null) return clear;
  const may = field === 'before' || field === 'after' ? sealed.values : sealed.people;
  if (!may) return clear;
  if (opened === 'erased') return field === 'before' || field === 'after' ? erased(field, event) : clear;
  if (field === 'subject') return opened.subject ?? clear;
  const hidden = opened[field];
  return hidden === undefined ? clear : { ...(clear as Values | null), ...hidden };
}

/** In the place of values that nobody can read any more stands that they were there: a new row had none before, a removed one none after. */
function erased(field: 'before' | 'after', { clear, action, changed }: Event): unknown {
  if (field === (action.endsWith('.insert') ? 'before' : action.endsWith('.delete') ? 'after' : '')) return clear;
  const shown = clear as Values | null;
  return Object.fromEntries((changed ?? []).map((name) => [name, shown !== null && name in shown ? shown[name] : ERASED]));
}

function isShown(name: string): name is Shown {
  return name === 'before' || name === 'after' || name === 'detail' || name === 'subject';
}
