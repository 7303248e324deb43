import type { ReactNode } from 'react';
import { useApiQuery } from '../graphql/api.tsx';
import { audit as words } from '../text/audit.ts';
import { formatMoment } from '../text/format.ts';
import { Actor } from './actor.tsx';
import { ColumnClassesDocument } from './audit-table.generated.ts';
import type { AuditEventRow } from './audit-table.tsx';
import { ClassBadge } from './class-badge.tsx';
import { Facts } from './facts.tsx';
import { Outcome } from './outcome.tsx';
import { Code, CopyableCode } from './ui/code.tsx';
import { Drawer } from './ui/drawer.tsx';
import { Box, Heading, Stack, Text } from './ui/layout.tsx';
import { Notice } from './ui/notice.tsx';
import { Table } from './ui/table.tsx';

/** One event in full: who, what, where, and each changed column with its values and how they are to be treated. */
export function AuditEventDetails({ event, onClose }: { readonly event: AuditEventRow; readonly onClose: () => void }) {
  const tenant = event.chain === null || event.chain === '' ? null : event.chain;
  const fact = (name: keyof typeof words.facts, value: ReactNode): readonly [string, ReactNode] => [words.facts[name], value];
  const code = (name: keyof typeof words.facts, value: string | null) => (value === null || value === '' ? [] : [fact(name, <CopyableCode what={words.facts[name]}>{value}</CopyableCode>)]);
  return (
    <Drawer open onClose={onClose} title={words.drawer} width="lg">
      <Stack gap="6" pb="6">
        <Facts
          facts={[
            fact('action', <Code>{event.action ?? ''}</Code>),
            fact('outcome', <Outcome outcome={event.outcome} />),
            fact('at', event.at === null ? '' : formatMoment(event.at)),
            fact('actor', <Actor actor={event.actor} />),
            ...(event.actorRole === null || event.actorRole === '' ? [] : [fact('actorRole', event.actorRole)]),
            ...code('onBehalfOf', event.onBehalfOf),
            ...code('subject', event.subject),
            fact('chain', tenant === null ? words.platform : <Code>{tenant}</Code>),
            ...code('id', event.seq === null ? null : event.rowId),
            ...(event.seq === null ? [fact('id', words.unsealed)] : []),
            ...code('requestId', event.requestId),
            ...code('sessionId', event.sessionId),
            ...(event.source === 'database' || event.source === 'server' ? [fact('source', words.sources[event.source])] : []),
          ]}
        />
        <Changes event={event} tenant={tenant} />
        {event.detail !== null && event.detail !== undefined && Object.keys(event.detail).length > 0 && (
          <Box>
            <Heading as="h3" size="sm" mb="2">
              {words.further}
            </Heading>
            <Facts facts={Object.entries(event.detail as Readonly<Record<string, unknown>>).map(([name, value]) => [name, <Code key={name}>{plain(value)}</Code>])} />
          </Box>
        )}
      </Stack>
    </Drawer>
  );
}

function Changes({ event, tenant }: { readonly event: AuditEventRow; readonly tenant: string | null }) {
  const table = event.action?.split('.')[0] ?? '';
  const columns = columnsOf(event);
  const classes = useApiQuery(ColumnClassesDocument, { table }, { enabled: tenant !== null && columns.length > 0 });
  // The newest version of the schema comes first.
  const classOf = (column: string) => classes.data?.columnClasses?.nodes.find((row) => row?.columnName === column)?.class ?? null;
  if (columns.length === 0) return null;
  const [before, after] = [valuesOf(event.before), valuesOf(event.after)];
  const hidden = tenant !== null && Object.keys(before).length === 0 && Object.keys(after).length === 0;
  return (
    <Box>
      <Heading as="h3" size="sm" mb="2">
        {words.changes}
      </Heading>
      <Box borderWidth="1px" borderColor="border" borderRadius="l2" overflow="hidden">
        <Table.Root label={words.changes}>
          <Table.Header>
            <Table.Row>
              <Table.ColumnHeader>{words.column}</Table.ColumnHeader>
              {!hidden && <Table.ColumnHeader>{words.before}</Table.ColumnHeader>}
              {!hidden && <Table.ColumnHeader>{words.after}</Table.ColumnHeader>}
              {tenant !== null && <Table.ColumnHeader>{words.class}</Table.ColumnHeader>}
            </Table.Row>
          </Table.Header>
          <Table.Body>
            {columns.map((column) => (
              <Table.Row key={column}>
                <Table.Cell rowHeader>
                  <Code>{column}</Code>
                </Table.Cell>
                {!hidden && <Table.Cell><Value value={before[column]} /></Table.Cell>}
                {!hidden && <Table.Cell><Value value={after[column]} /></Table.Cell>}
                {tenant !== null && <Table.Cell><ClassBadge of={classOf(column)} /></Table.Cell>}
              </Table.Row>
            ))}
          </Table.Body>
        </Table.Root>
      </Box>
      {hidden && (
        <Box mt="3">
          <Notice tone="info" title={words.valuesHidden} />
        </Box>
      )}
    </Box>
  );
}

function Value({ value }: { readonly value: unknown }) {
  return value === undefined || value === null ? <Text color="fg.muted">—</Text> : <Code>{plain(value)}</Code>;
}

/** The changed columns; what was made or removed whole has all of them as changed. */
function columnsOf({ changed, before, after }: AuditEventRow): readonly string[] {
  const named = (changed ?? []).filter((name) => name !== null);
  return named.length > 0 ? named : [...new Set([...Object.keys(valuesOf(before)), ...Object.keys(valuesOf(after))])].toSorted();
}

function valuesOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
}

function plain(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
