import { get, lambda } from 'postgraphile/grafast';
import type { Step } from 'postgraphile/grafast';
import type { ScopedClient } from '../../database/scope.ts';

/** A way to the data, with the rights of whoever asks. */
export type Ask = <T>(settings: null, callback: (client: ScopedClient) => Promise<T>) => Promise<T>;

/** What a hint becomes for one subscriber: what may be told, or why that could not be found out. */
export interface Told<T> {
  readonly hint: T | null;
  readonly failure: unknown;
}

/** What is left of a hint for whoever asks; null: nothing, and nothing is sent. */
export type Admit<T> = (hint: T) => Promise<T | null>;

/** Ids an event names; beyond that whoever shows a page of them asks for the page again. */
export const MOST_IDS = 100;

/** Hints are payloads that anybody on the database can forge: what is no id of a row, or of none that the asking operator reaches, falls out. */
const REACHED = {
  tenants: {
    name: 'reached_tenants',
    text: `select t.id from platform.tenants t where t.id = any ($1::text[]) limit ${MOST_IDS + 1}`,
  },
  alerts: {
    name: 'reached_alerts',
    text: `select a.id::text from unnest($1::text[]) as hint (id)
             join platform.alerts a on a.id = case when hint.id ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' then hint.id::uuid end limit ${MOST_IDS + 1}`,
  },
};

/** Those of the ids whose rows the asking operator sees, one more than an event names at most. */
export async function reached(ask: Ask, rows: keyof typeof REACHED, ids: readonly string[]): Promise<string[]> {
  if (ids.length === 0) return [];
  const answer = await ask(null, (client) => client.query<{ id: string }>({ ...REACHED[rows], values: [ids] }));
  return answer.rows.map(({ id }) => id);
}

/**
 * Lets through what a subscriber may hear: that something happened to a tenant beyond an operator's limit would tell that there is one, even if
 * every field of it read empty. The first event comes whatever it is, since it says only that one is heard. No generator: its end would wait for
 * the next event.
 */
export function within<T>(hints: AsyncGenerator<T, void, undefined>, admit: Admit<T>): AsyncGenerator<Told<T>, void, undefined> {
  let isFirst = true;
  return {
    async next() {
      for (;;) {
        const { done, value } = await hints.next();
        if (done === true) return { done, value: undefined };
        const told = await tell(value);
        if (told.hint !== null || told.failure !== null) return { done: false, value: told };
      }
    },
    return: async () => ({ done: true, value: (await hints.return()).value as undefined }),
    throw: async (error: unknown) => ({ done: true, value: (await hints.throw(error)).value as undefined }),
    [Symbol.asyncIterator]() {
      return this;
    },
    async [Symbol.asyncDispose]() {
      await hints.return();
    },
  };

  async function tell(hint: T): Promise<Told<T>> {
    if (isFirst) {
      isFirst = false;
      return { hint, failure: null };
    }
    try {
      return { hint: await admit(hint), failure: null };
    } catch (error) {
      // The event says it: a token that ended ends the socket there.
      return { hint: null, failure: error };
    }
  }
}

/** The hint of an event; throws where the look at it failed. */
export function hintOf<T>($event: Step<Told<T>>): Step<T> {
  return lambda([get($event, 'hint') as Step<T>, get($event, 'failure')] as const, ([hint, failure]) => {
    if (failure !== null) throw failure;
    return hint;
  });
}
