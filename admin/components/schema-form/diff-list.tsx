import { schemaForm as words } from '../../text/schema-form.ts';
import { Code } from '../ui/code.tsx';
import { Box } from '../ui/layout.tsx';
import { Table } from '../ui/table.tsx';
import { shown } from './diff.ts';
import type { Difference } from './diff.ts';

/** What changes, place by place: as it is, and as it will be. */
export function DiffList({ label, differences }: { readonly label: string; readonly differences: readonly Difference[] }) {
  return (
    <Table.Root label={label}>
      <Table.Header>
        <Table.Row>
          <Table.ColumnHeader>{words.diff.place}</Table.ColumnHeader>
          <Table.ColumnHeader>{words.diff.before}</Table.ColumnHeader>
          <Table.ColumnHeader>{words.diff.after}</Table.ColumnHeader>
        </Table.Row>
      </Table.Header>
      <Table.Body>
        {differences.map(({ at, before, after }) => (
          <Table.Row key={at}>
            <Table.Cell rowHeader>
              <Code>{at}</Code>
            </Table.Cell>
            <Table.Cell>
              <Box whiteSpace="normal" overflowWrap="anywhere" minW="20">
                <del>{shown(before)}</del>
              </Box>
            </Table.Cell>
            <Table.Cell>
              <Box whiteSpace="normal" overflowWrap="anywhere" minW="20">
                <ins>{shown(after)}</ins>
              </Box>
            </Table.Cell>
          </Table.Row>
        ))}
      </Table.Body>
    </Table.Root>
  );
}
