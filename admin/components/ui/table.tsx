import type { ReactNode } from 'react';
import { Table as ChakraTable } from '@chakra-ui/react';

type HideBelow = 'sm' | 'md' | 'lg' | 'xl' | undefined;

interface CellProps {
  readonly children: ReactNode;
  readonly hideBelow?: HideBelow;
  readonly numeric?: boolean | undefined;
  /** The cell that names its row. */
  readonly rowHeader?: boolean | undefined;
}

function Root({ label, children }: { readonly label: string; readonly children: ReactNode }) {
  return (
    // What is wider than the screen scrolls in its own box, which the keyboard reaches.
    <ChakraTable.ScrollArea tabIndex={0} role="region" aria-label={label} _focusVisible={{ outlineOffset: '-2px' }}>
      <ChakraTable.Root size="md" aria-label={label} bg="transparent" interactive>
        {children}
      </ChakraTable.Root>
    </ChakraTable.ScrollArea>
  );
}

function Header({ children }: { readonly children: ReactNode }) {
  return <ChakraTable.Header bg="bg.subtle">{children}</ChakraTable.Header>;
}

function Body({ children }: { readonly children: ReactNode }) {
  return <ChakraTable.Body>{children}</ChakraTable.Body>;
}

function Row({ children }: { readonly children: ReactNode }) {
  return (
    <ChakraTable.Row bg="transparent" _hover={{ bg: 'bg.subtle' }}>
      {children}
    </ChakraTable.Row>
  );
}

interface ColumnHeaderProps extends CellProps {
  readonly sorted?: 'none' | 'ascending' | 'descending';
  readonly sortable?: boolean;
}

function ColumnHeader({ children, hideBelow, numeric = false, sorted = 'none', sortable = false }: ColumnHeaderProps) {
  return (
    <ChakraTable.ColumnHeader
      scope="col"
      py="2"
      {...(sortable && { 'aria-sort': sorted })}
      {...(hideBelow !== undefined && { hideBelow })}
      textAlign={numeric ? 'end' : 'start'}
      color="fg.muted"
      fontWeight="semibold"
      textStyle="xs"
      borderColor="border"
      whiteSpace="nowrap"
    >
      {children}
    </ChakraTable.ColumnHeader>
  );
}

function Cell({ children, hideBelow, numeric = false, rowHeader = false }: CellProps) {
  const styles = { ...(hideBelow !== undefined && { hideBelow }), textAlign: numeric ? 'end' : 'start', borderColor: 'border.muted', fontWeight: 'normal' } as const;
  return (
    <ChakraTable.Cell {...styles} {...(rowHeader && { as: 'th', scope: 'row' })}>
      {children}
    </ChakraTable.Cell>
  );
}

/** A table by its parts, for small ones; lists take `<DataTable>`. */
export const Table = { Root, Header, Body, Row, ColumnHeader, Cell } as const;
