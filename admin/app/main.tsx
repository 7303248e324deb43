import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { RouterProvider } from 'react-router';
import { ThemeProvider } from '../theme/theme-provider.tsx';
import { beginOperators } from './begin.ts';
import { createRouter, routes } from './routes.tsx';
import { operatorSession } from './start.ts';

/** Milliseconds after which it is shown that something is on its way. */
const PATIENCE_MS = 150;

const root = document.getElementById('root');
if (root === null) throw new Error('The page has no #root.');

// What is to show is mostly there in a moment: what shows that it is not would only delay it. A brand's own pages begin by themselves.
const there = location.pathname.startsWith('/t/') ? Promise.resolve() : beginOperators(operatorSession, routes, location);
await Promise.race([there, new Promise((resolve) => setTimeout(resolve, PATIENCE_MS))]);
createRoot(root).render(
  <StrictMode>
    <ThemeProvider>
      <RouterProvider router={createRouter()} />
    </ThemeProvider>
  </StrictMode>,
);
