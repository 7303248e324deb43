/** Pages that are loaded when they are opened, or ahead of it when it is known that they will be. */
import { lazy, useState } from 'react';
import type { ComponentType } from 'react';
import { matchRoutes } from 'react-router';
import type { RouteObject } from 'react-router';
import type { Ask } from '../graphql/api.tsx';

/** What a page will ask for first, by its address: asked while the page itself is on its way. */
type Asks = (ask: Ask, search: URLSearchParams) => void;

interface Ahead {
  readonly load: () => Promise<unknown>;
  readonly asks: Asks | undefined;
}

/**
 * A route's page: `{ index: true, ...page(async () => (await import('./routes/tenant-list.tsx')).TenantList) }`. One that is there already shows at
 * once. React's own `lazy` would suspend all the same, and then hold the page back for 300 ms so that its fallback doesn't flicker.
 */
export function page(load: () => Promise<ComponentType>, asks?: Asks): { readonly Component: ComponentType; readonly handle: Ahead } {
  const once = loadedOnce(load);
  return { Component: deferred(once), handle: { load: once.load, asks } };
}

interface Once {
  readonly load: () => Promise<ComponentType>;
  readonly loaded: () => ComponentType | null;
}

/** Remembers what was loaded; what failed is tried again. */
export function loadedOnce(load: () => Promise<ComponentType>): Once {
  let component: ComponentType | null = null;
  return {
    load: async () => (component ??= await load()),
    loaded: () => component,
  };
}

/** Shows it, at once if it is there. */
export function deferred({ load, loaded }: Once): ComponentType {
  const Later = lazy(async () => ({ default: await load() }));
  return function Deferred() {
    // For as long as it shows: another component in its place would forget what was typed into it.
    const [Shown] = useState<ComponentType>(() => loaded() ?? Later);
    return <Shown />;
  };
}

/** Loads the pages of an address ahead, and asks what they will ask. A failure is left to the page, which tries again. @returns when they are there */
export function loadAhead(routes: readonly RouteObject[], { pathname, search }: { readonly pathname: string; readonly search: string }, ask: Ask): Promise<unknown> {
  const pages = (matchRoutes([...routes], pathname) ?? []).map(({ route }) => route.handle as Ahead | undefined);
  for (const ahead of pages) ahead?.asks?.(ask, new URLSearchParams(search));
  return Promise.allSettled(pages.flatMap((ahead) => (ahead === undefined ? [] : [ahead.load()])));
}
