import { hash } from 'node:crypto';

/**
 * Prepared statements kept on one connection. A statement of this API with its plan takes some 50-100 kB in the
 * backend, so 200 stay below a third of the 64 MB a backend may use (design, "Targets").
 */
const STATEMENTS_PER_CONNECTION = 200;

/** Hexadecimal digits kept of a hash: 160 bits. PostgreSQL cuts names at 63 bytes, and the version goes in front. */
const HASH_DIGITS = 40;

/** The prepared statements of one connection, least recently used first. */
export interface StatementNames {
  /** The name under which a statement is prepared for tenants on this version; marks it as used just now. */
  use(version: string, text: string, name: string | undefined): string;
  /** Names that have to be deallocated now, each handed out once. */
  takeEvicted(): string[];
  /** Forgets a name that was deallocated for another reason. */
  forget(name: string): void;
}

/** Makes the names for one connection. Deallocating what falls out is the connection's duty, which can await it. */
export function statementNames(limit: number = STATEMENTS_PER_CONNECTION): StatementNames {
  const used = new Set<string>();
  const evicted = new Set<string>();

  return {
    use(version, text, given) {
      const name = `${version}:${(given ?? hash('sha256', text)).slice(0, HASH_DIGITS)}`;
      used.delete(name);
      used.add(name);
      evicted.delete(name);
      if (used.size > limit) {
        for (const oldest of used) {
          used.delete(oldest);
          evicted.add(oldest);
          break;
        }
      }
      return name;
    },
    takeEvicted() {
      const names = [...evicted];
      evicted.clear();
      return names;
    },
    forget(name) {
      used.delete(name);
      evicted.delete(name);
    },
  };
}
