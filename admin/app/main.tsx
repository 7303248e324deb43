import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { RouterProvider } from 'react-router';
import { ThemeProvider } from '../theme/theme-provider.tsx';
import { createRouter } from './routes.tsx';

const root = document.getElementById('root');
if (root === null) throw new Error('The page has no #root.');

createRoot(root).render(
  <StrictMode>
    <ThemeProvider>
      <RouterProvider router={createRouter()} />
    </ThemeProvider>
  </StrictMode>,
);
