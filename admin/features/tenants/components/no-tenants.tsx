import { Box } from '../../../components/ui/layout.tsx';

/** Where a place for a tenant begins, from the left. */
const BAYS = [36, 96, 156] as const;
const COLUMNS = [24, 84, 144, 204] as const;

/** The name mark at large: columns that stand apart under one roof, with nobody between them yet and the first place marked. */
export function NoTenants() {
  return (
    <Box
      asChild
      width={{ base: '52', sm: '60' }}
      height="auto"
      css={{
        '& *': { strokeWidth: '2', strokeLinejoin: 'round', strokeLinecap: 'round', fill: 'none' },
        '& .roof': { fill: 'gray.subtle', stroke: 'gray.solid' },
        '& .column': { fill: 'gray.muted', stroke: 'gray.solid' },
        '& .place': { stroke: 'border.emphasized', strokeDasharray: '4 5' },
        '& .first': { fill: 'brand.subtle', stroke: 'brand.focusRing' },
        '& .plus': { stroke: 'brand.focusRing', strokeWidth: '3' },
        // Forced colours leave drawings as they are: lines of the system's own then, and no grounds.
        '@media (forced-colors: active)': { '& *': { stroke: 'CanvasText !important', fill: 'none !important' } },
      }}
    >
      <svg viewBox="0 0 240 132" aria-hidden focusable={false}>
        <path className="roof" d="M120 6 222 34v10H18V34z" />
        {COLUMNS.map((x) => (
          <rect key={x} className="column" x={x} y="44" width="12" height="70" />
        ))}
        {BAYS.map((x, at) => (
          <rect key={x} className={at === 1 ? 'first' : 'place'} x={x + 8} y="64" width="32" height="50" rx="3" />
        ))}
        <path className="plus" d="M120 81v16M112 89h16" />
        <path className="roof" d="M14 114h212v12H14z" />
      </svg>
    </Box>
  );
}
