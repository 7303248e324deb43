import type { ReactNode } from 'react';
import { Box, Text } from '../../../components/ui/layout.tsx';
import { StatusBadge } from '../../../components/ui/status-badge.tsx';
import type { Tone } from '../../../components/ui/status-badge.tsx';
import { Table } from '../../../components/ui/table.tsx';

interface RowsProps {
  readonly label: string;
  readonly columns: readonly { readonly header: string; readonly numeric?: boolean; readonly hideBelow?: 'sm' }[];
  readonly rows: readonly { readonly key: string; readonly cells: readonly ReactNode[] }[];
  readonly none?: string;
}

/** A small table; without rows, what that means. */
export function Rows({ label, columns, rows, none }: RowsProps) {
  if (rows.length === 0) return <Text color="fg.muted">{none}</Text>;
  return (
    <Box borderWidth="1px" borderColor="border" borderRadius="l2" overflow="hidden" bg="bg.panel" css={{ '& td, & th[scope=row]': { whiteSpace: 'normal' } }}>
      <Table.Root label={label}>
        <Table.Header>
          <Table.Row>
            {columns.map(({ header, numeric, hideBelow }) => (
              <Table.ColumnHeader key={header} {...(numeric === true && { numeric })} hideBelow={hideBelow}>
                {header}
              </Table.ColumnHeader>
            ))}
          </Table.Row>
        </Table.Header>
        <Table.Body>
          {rows.map(({ key, cells }) => (
            <Table.Row key={key}>
              {cells.map((cell, index) => (
                <Table.Cell key={columns[index]?.header} numeric={columns[index]?.numeric} hideBelow={columns[index]?.hideBelow} rowHeader={index === 0}>
                  {cell}
                </Table.Cell>
              ))}
            </Table.Row>
          ))}
        </Table.Body>
      </Table.Root>
    </Box>
  );
}

/** A status within a table. */
export function Badge({ tone, children }: { readonly tone: Tone; readonly children: ReactNode }) {
  return (
    <StatusBadge tone={tone} size="sm">
      {children}
    </StatusBadge>
  );
}
