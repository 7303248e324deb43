import { Link } from 'react-router';
import { Box, Stack } from '../../../components/ui/layout.tsx';

interface SectionListProps {
  readonly label: string;
  readonly sections: readonly { readonly value: string; readonly label: string }[];
  readonly chosen: string;
}

/** The sections beside the form of one. */
export function SectionList({ label, sections, chosen }: SectionListProps) {
  return (
    <Box as="nav" aria-label={label}>
      <Stack as="ul" listStyleType="none" gap="1">
        {sections.map((section) => (
          <Box
            as="li"
            key={section.value}
            css={{
              '& a': { display: 'block', padding: '0.5rem 0.75rem', borderRadius: '6px', color: 'fg.muted', fontWeight: 'medium' },
              '& a:hover': { background: 'bg.muted', color: 'fg' },
              '& a[aria-current=true]': { background: 'bg.muted', color: 'fg', fontWeight: 'semibold' },
            }}
          >
            <Link to={{ search: `?section=${section.value}` }} aria-current={section.value === chosen ? 'true' : undefined}>
              {section.label}
            </Link>
          </Box>
        ))}
      </Stack>
    </Box>
  );
}
