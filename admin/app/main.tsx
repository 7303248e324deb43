import { ask } from './start.ts';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { RouterProvider } from 'react-router';
import { ThemeProvider } from '../theme/theme-provider.tsx';
import { loadAhead } from '../components/lazy-page.tsx';
import { createRouter, routes } from './routes.tsx';

const root = document.getElementById('root');
if (root === null) throw new Error('The page has no #root.');

loadAhead(routes, location, ask);
createRoot(root).render(
  <StrictMode>
    <ThemeProvider>
      <RouterProvider router={createRouter()} />
    </ThemeProvider>
  </StrictMode>,
);
