import { NavLink } from 'react-router';
import { Box, Stack } from '../components/ui/layout.tsx';
import { useMay } from '../session/session-provider.tsx';
import { frame } from '../text/frame.ts';
import { sections } from './sections.tsx';

/** The sections that this operator's role shows. */
export function Navigation({ id }: { readonly id?: string }) {
  const may = useMay();
  return (
    <Box as="nav" aria-label={frame.navigation} {...(id !== undefined && { id, tabIndex: -1 })} outline="none">
      <Stack as="ul" listStyleType="none" gap="1">
        {sections
          .filter((section) => may(section.right))
          .map(({ path, label, icon: Icon }) => (
            <Box
              as="li"
              key={path}
              css={{
                '& a': { display: 'flex', alignItems: 'center', gap: '0.75rem', minHeight: '2.75rem', paddingInline: '0.75rem', borderRadius: '8px', color: 'fg.muted', fontWeight: 'medium', borderInlineStart: '3px solid transparent' },
                '& a:hover': { background: 'bg.muted', color: 'fg' },
                '& a[aria-current=page]': { background: 'bg.panel', color: 'fg', fontWeight: 'semibold', borderInlineStartColor: 'brand.focusRing', boxShadow: 'xs' },
                // Forced colours show transparent edges: every section would look chosen.
                '@media (forced-colors: active)': { '& a': { borderColor: 'Canvas' }, '& a[aria-current=page]': { borderColor: 'Highlight' } },
              }}
            >
              <NavLink to={`/${path}`}>
                <Icon size={18} aria-hidden />
                {label}
              </NavLink>
            </Box>
          ))}
      </Stack>
    </Box>
  );
}
