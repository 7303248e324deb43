import { frame } from '../text/frame.ts';
import { Box, Text } from './ui/layout.tsx';

/** Whom to ask for help, as a link where it is an address. */
export function SupportContact({ contact }: { readonly contact: string | null }) {
  if (contact === null) return <Text color="fg.muted">{frame.health.noSupport}</Text>;
  const to = /^[^@\s]+@[^@\s]+$/.test(contact) ? `mailto:${contact}` : /^https:\/\/\S+$/.test(contact) ? contact : null;
  if (to === null) return <Text as="span">{contact}</Text>;
  return (
    <Box asChild color="fg.link" textDecoration="underline" overflowWrap="anywhere">
      <a href={to} rel="noreferrer">
        {contact}
      </a>
    </Box>
  );
}
