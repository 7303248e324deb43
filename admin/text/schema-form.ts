/** Words of forms that are made from a JSON Schema. */
import { counted } from './format.ts';

export const schemaForm = {
  add: 'Add',
  addTo: (list: string) => `Add to ${list}`,
  remove: (what: string) => `Remove ${what}`,
  item: (list: string, place: number) => `${list} ${place}`,
  newSwitch: 'Name of a new switch',
  nothing: 'Nothing here yet.',
  clear: 'Leave empty for none.',
  types: { string: 'text', integer: 'a whole number', number: 'a number', boolean: 'yes or no', array: 'a list', object: 'an object' } as Readonly<Record<string, string>>,
  flaws: {
    type: (types: readonly string[]) => `This has to be ${types.join(' or ')}.`,
    choice: 'This is none of the choices.',
    short: (least: number) => `At least ${counted(least, 'character')}.`,
    long: (most: number) => `At most ${counted(most, 'character')}.`,
    pattern: 'This does not have the form that is asked for.',
    range: (least: number, most: number) =>
      most === Infinity ? `At least ${least}.` : least === -Infinity ? `At most ${most}.` : `From ${least} to ${most}.`,
    few: (least: number) => (least === 1 ? 'Choose at least one.' : `At least ${least} of them.`),
    many: (most: number) => `At most ${most} of them.`,
    twice: 'Another one has the same.',
    missing: 'This is needed.',
    name: 'A name starts with a lower-case letter; letters and digits follow.',
    unknown: 'There is no such setting.',
  },
  diff: { place: 'Setting', before: 'Now', after: 'After saving' },
} as const;
