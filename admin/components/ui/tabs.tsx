import { useEffect, useRef } from 'react';
import { NavLink, useLocation } from 'react-router';
import { fadeEnds, fadingEnds } from './fading.ts';
import { Box, Flex } from './layout.tsx';

export interface Tab {
  readonly to: string;
  readonly label: string;
  /** Whether only the exact address is this tab's. */
  readonly end?: boolean;
}

/** Parts of one thing. Each is an address of its own, so these are links: they can be opened, sent and gone back to. */
export function Tabs({ label, tabs }: { readonly label: string; readonly tabs: readonly Tab[] }) {
  const bar = useRef<HTMLDivElement>(null);
  const { pathname } = useLocation();
  const shown = useRef('');
  useEffect(() => {
    if (shown.current !== pathname) showOpen(bar.current);
    shown.current = pathname;
  }, [pathname]);
  useEffect(() => fadeEnds(bar.current));
  useEffect(() => {
    const again = (): void => {
      showOpen(bar.current);
      fadeEnds(bar.current);
    };
    addEventListener('resize', again);
    return () => removeEventListener('resize', again);
  }, []);
  return (
    <Box
      as="nav"
      ref={bar}
      aria-label={label}
      borderBottomWidth="1px"
      borderColor="border"
      overflowX="auto"
      onScroll={(event) => fadeEnds(event.currentTarget)}
      css={fadingEnds}
    >
      <Flex as="ul" listStyleType="none" gap={{ base: '1', lg: '0', xl: '1' }} minW="max-content">
        {tabs.map((tab) => (
          <Box
            as="li"
            key={tab.to}
            css={{
              '& a': { display: 'block', paddingBlock: '0.625rem', paddingInline: { base: '0.875rem', lg: '0.5rem', xl: '0.875rem' }, color: 'fg.muted', fontWeight: 'medium', borderBottom: '2px solid transparent', marginBottom: '-1px', borderRadius: '4px 4px 0 0' },
              '& a:hover': { color: 'fg' },
              '& a:focus-visible': { outlineOffset: '-2px' },
              '& a[aria-current=page]': { color: 'fg', borderColor: 'brand.focusRing', fontWeight: 'semibold' },
              // Forced colours show transparent edges: every tab would look chosen.
              '@media (forced-colors: active)': { '& a': { borderColor: 'Canvas' }, '& a[aria-current=page]': { borderColor: 'Highlight' } },
            }}
          >
            <NavLink to={tab.to} end={tab.end ?? false}>
              {tab.label}
            </NavLink>
          </Box>
        ))}
      </Flex>
    </Box>
  );
}

/** Where they don't all fit, the one that an address leads to shows; also after the screen was turned. */
function showOpen(bar: HTMLElement | null): void {
  const open = bar?.querySelector('[aria-current=page]')?.parentElement;
  if (bar !== null && open instanceof HTMLElement) bar.scrollLeft = open.offsetLeft - bar.offsetLeft - 48;
}
