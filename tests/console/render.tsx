/** Renders parts of the console in jsdom, with everything around them that they need; queried by role. */
import type { ReactNode } from 'react';
import { QueryClientProvider } from '@tanstack/react-query';
import { cleanup, render } from '@testing-library/react';
import type { RenderResult } from '@testing-library/react';
import { RouterProvider, createMemoryRouter } from 'react-router';
import { afterEach } from 'vitest';
import { ApiProvider } from '../../admin/graphql/api.tsx';
import { createQueryClient } from '../../admin/graphql/query-client.ts';
import { SessionProvider } from '../../admin/session/session-provider.tsx';
import type { Role } from '../../admin/session/rights.ts';
import type { Session } from '../../admin/session/session.ts';
import { ThemeProvider } from '../../admin/theme/theme-provider.tsx';

afterEach(cleanup);

export interface Rendered extends RenderResult {
  /** The address, with what the list has put into it. */
  address(): string;
}

/** A session that is open, of an operator with a role; no server is asked. */
export function openSession(role: Role = 'admin'): Session {
  const state = { kind: 'open', person: { id: '7c0c7a52-6c0e-4f66-8a44-3f1f4a1d4d10', email: 'ada@operators.example', name: 'Ada', role } } as const;
  return {
    state: () => state,
    subscribe: () => () => undefined,
    open: async () => undefined,
    signIn: async () => ({ mustChangePassword: false }),
    signOut: async () => undefined,
    token: async () => 'token',
    refused: () => undefined,
    end: () => undefined,
  };
}

/** Shows `element` at an address. */
export function show(element: ReactNode, { at = '/', session = openSession() }: { readonly at?: string; readonly session?: Session } = {}): Rendered {
  const router = createMemoryRouter([{ path: '*', element }], { initialEntries: [at] });
  const result = render(
    <ThemeProvider>
      <SessionProvider session={session}>
        <QueryClientProvider client={createQueryClient()}>
          <ApiProvider session={session} path="/platform/graphql">
            <RouterProvider router={router} />
          </ApiProvider>
        </QueryClientProvider>
      </SessionProvider>
    </ThemeProvider>,
  );
  return { ...result, address: () => `${router.state.location.pathname}${router.state.location.search}` };
}
