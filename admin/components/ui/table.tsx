import { useEffect, useRef } from 'react';
import type { ReactNode } from 'react';
import { fadeEnds, fadingEnds, watchEnds } from './fading.ts';
import { Box } from './layout.tsx';

type HideBelow = 'sm' | 'md' | 'lg' | 'xl' | undefined;

interface CellProps {
  readonly children: ReactNode;
  readonly hideBelow?: HideBelow;
  readonly numeric?: boolean | undefined;
  /** The cell that names its row. */
  readonly rowHeader?: boolean | undefined;
}

interface RootProps {
  readonly label: string;
  readonly children: ReactNode;
  /** Many narrow columns, which are to stand beside each other on a screen. */
  readonly dense?: boolean;
}

function Root({ label, children, dense = false }: RootProps) {
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => watchEnds(box.current), []);
  return (
    // What is wider than the screen scrolls in its own box, which the keyboard reaches, and fades where it goes on.
    <Box
      ref={box}
      overflow="auto"
      maxW="full"
      tabIndex={0}
      role="region"
      aria-label={label}
      _focusVisible={{ outlineOffset: '-2px' }}
      onScroll={(event) => fadeEnds(event.currentTarget)}
      css={fadingEnds}
    >
      <table className={dense ? 'tn-table tn-dense' : 'tn-table'} aria-label={label}>
        {children}
      </table>
    </Box>
  );
}

function Header({ children }: { readonly children: ReactNode }) {
  return <thead>{children}</thead>;
}

function Body({ children }: { readonly children: ReactNode }) {
  return <tbody>{children}</tbody>;
}

function Row({ children }: { readonly children: ReactNode }) {
  return <tr>{children}</tr>;
}

interface ColumnHeaderProps extends CellProps {
  readonly sorted?: 'none' | 'ascending' | 'descending';
  readonly sortable?: boolean;
}

function ColumnHeader({ children, hideBelow, numeric = false, sorted = 'none', sortable = false }: ColumnHeaderProps) {
  return (
    <th scope="col" className={classes('tn-column', hideBelow, numeric)} {...(sortable && { 'aria-sort': sorted })}>
      {children}
    </th>
  );
}

function Cell({ children, hideBelow, numeric = false, rowHeader = false }: CellProps) {
  const className = classes('tn-cell', hideBelow, numeric);
  return rowHeader ? <th scope="row" className={className}>{children}</th> : <td className={className}>{children}</td>;
}

/** Of theme/rows.ts: a list has hundreds of cells. */
function classes(name: string, hideBelow: HideBelow, numeric: boolean): string {
  return `${name}${numeric ? ' tn-numeric' : ''}${hideBelow === undefined ? '' : ` tn-below-${hideBelow}`}`;
}

/** A table by its parts, for small ones; lists take `<DataTable>`. */
export const Table = { Root, Header, Body, Row, ColumnHeader, Cell } as const;
