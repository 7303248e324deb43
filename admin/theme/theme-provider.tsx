import '@fontsource-variable/ibm-plex-sans/wght.css';
import '@fontsource/ibm-plex-mono/latin-400.css';
import type { ReactNode } from 'react';
import createCache from '@emotion/cache';
import { CacheProvider } from '@emotion/react';
import { ChakraProvider } from '@chakra-ui/react';
// Follows the system and the printer on every page, also where nothing is chosen.
import './scheme.ts';
import { system } from './system.ts';

/** The nonce that came with the page: what the policy lets style elements be made with. Absent in tests and in development. */
const nonce = document.querySelector<HTMLMetaElement>('meta[property=csp-nonce]')?.nonce;

const cache = createCache({ key: 'tn', ...(nonce !== undefined && nonce !== '' && { nonce }) });

/** Styles for all that is below. */
export function ThemeProvider({ children }: { readonly children: ReactNode }) {
  return (
    <CacheProvider value={cache}>
      <ChakraProvider value={system}>{children}</ChakraProvider>
    </CacheProvider>
  );
}
