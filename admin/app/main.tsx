import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { RouterProvider } from 'react-router';
import { ThemeProvider } from '../theme/theme-provider.tsx';
import { loadAhead } from '../components/lazy-page.tsx';
import { beginOperators } from './begin.ts';
import { createRouter, routes } from './routes.tsx';
import { operatorSession } from './start.ts';

const root = document.getElementById('root');
if (root === null) throw new Error('The page has no #root.');

// A brand's own pages ask in the name of their own people.
if (!location.pathname.startsWith('/t/')) loadAhead(routes, location, beginOperators(operatorSession));
createRoot(root).render(
  <StrictMode>
    <ThemeProvider>
      <RouterProvider router={createRouter()} />
    </ThemeProvider>
  </StrictMode>,
);
