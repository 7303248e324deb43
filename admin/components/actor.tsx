import { useApiQuery } from '../graphql/api.tsx';
import { audit as words } from '../text/audit.ts';
import { OperatorNamesDocument } from './audit-table.generated.ts';
import { Code } from './ui/code.tsx';
import { Box, Text } from './ui/layout.tsx';

/** Its first part is enough to tell people apart; the whole is in the title. */
const UUID = /^([\da-f]{8})-[\da-f-]{27}$/;

/** What an operator is called; nobody else is known here by name. */
export function useActorName(actor: string | null): string | undefined {
  const operators = useApiQuery(OperatorNamesDocument, {}, { enabled: actor?.startsWith('operator:') === true });
  if (actor?.startsWith('operator:') !== true) return undefined;
  const [, id] = split(actor);
  return operators.data?.operators?.nodes.find((operator) => operator?.rowId === id)?.name;
}

/** Who did something, as the trail names them: operators by their names, everybody else by kind and id. */
export function Actor({ actor, role }: { readonly actor: string | null; readonly role?: string | null }) {
  const name = useActorName(actor);
  if (actor === null) return null;
  const [kind, id] = split(actor);
  const label = Object.hasOwn(words.kinds, kind) ? words.kinds[kind as keyof typeof words.kinds] : kind;
  return (
    <Box minW="0" title={actor}>
      <Text truncate>{name ?? label}</Text>
      {(name !== undefined || id !== '') && (
        <Text textStyle="xs" color="fg.muted" truncate>
          {name !== undefined ? label : <Code>{id.replace(UUID, '$1…')}</Code>}
          {typeof role === 'string' && role !== '' && name === undefined && ` · ${role}`}
        </Text>
      )}
    </Box>
  );
}

/** The same in a word, for a line of small print. */
export function ActorName({ actor }: { readonly actor: string | null }) {
  const name = useActorName(actor);
  if (actor === null) return null;
  const [kind, id] = split(actor);
  const label = Object.hasOwn(words.kinds, kind) ? words.kinds[kind as keyof typeof words.kinds] : kind;
  return <span title={actor}>{name ?? `${label} ${id.replace(UUID, '$1…')}`.trim()}</span>;
}

function split(actor: string): [kind: string, id: string] {
  const at = actor.indexOf(':');
  return at === -1 ? [actor, ''] : [actor.slice(0, at), actor.slice(at + 1)];
}
