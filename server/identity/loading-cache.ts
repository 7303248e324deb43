import { LRUCache } from 'lru-cache';

export interface LoadingCacheOptions<V> {
  readonly load: (key: string) => Promise<V>;
  readonly max: number;
  /** Values that say there is nothing under a key; so many of them are kept, apart, and never in the place of others. */
  readonly absent?: { readonly is: (value: V) => boolean; readonly max: number };
  /** Milliseconds a loaded value may be used, by the value: a missed notification heals after that. */
  readonly ttlMs: (value: V) => number;
}

/** A bounded cache that loads what it lacks. */
export interface LoadingCache<V> {
  get(key: string): Promise<V>;
  /** What is held now, without loading. */
  peek(key: string): V | undefined;
  /** Forgets one key; a load under way for it is answered and not kept. */
  drop(key: string): void;
  clear(): void;
}

/**
 * Makes a {@link LoadingCache}. Concurrent callers of one key share a load. A load that began before the key was
 * dropped may carry the old state, so whoever asks after the drop starts a new one, and the old result is never kept.
 */
export function loadingCache<V extends object>(options: LoadingCacheOptions<V>): LoadingCache<V> {
  const { absent } = options;
  const held = new LRUCache<string, V>({ max: options.max });
  const absences = new LRUCache<string, V>({ max: absent?.max ?? 1 });
  const loads = new Map<string, Promise<V>>();

  const start = (key: string): Promise<V> => {
    const load = options
      .load(key)
      .then((value) => {
        if (loads.get(key) !== load) return value;
        const [kept, other] = absent?.is(value) === true ? [absences, held] : [held, absences];
        kept.set(key, value, { ttl: options.ttlMs(value) });
        other.delete(key);
        return value;
      })
      .finally(() => {
        if (loads.get(key) === load) loads.delete(key);
      });
    loads.set(key, load);
    return load;
  };

  return {
    get: (key) => {
      const value = held.get(key) ?? absences.get(key);
      return value === undefined ? (loads.get(key) ?? start(key)) : Promise.resolve(value);
    },
    peek: (key) => held.get(key) ?? absences.get(key),
    drop: (key) => {
      loads.delete(key);
      held.delete(key);
      absences.delete(key);
    },
    clear: () => {
      loads.clear();
      held.clear();
      absences.clear();
    },
  };
}
