import { Box } from '../components/ui/layout.tsx';
import { frame } from '../text/frame.ts';

/** The first stops of the keyboard; they show when they have the focus. */
export function SkipLinks() {
  return (
    <Box
      css={{
        '& a': { position: 'fixed', insetInlineStart: '1rem', top: '-6rem', zIndex: 'skipNav', background: 'bg.panel', color: 'fg', padding: '0.75rem 1rem', borderRadius: '6px', fontWeight: 'semibold' },
        '& a:focus': { top: '0.75rem' },
      }}
    >
      <a href="#content">{frame.skipToContent}</a>
      <Box asChild hideBelow="lg">
        <a href="#navigation">{frame.skipToNavigation}</a>
      </Box>
    </Box>
  );
}
