import type { AuthPool } from './auth-pool.ts';
import { loadingCache } from './loading-cache.ts';
import type { Identity } from './tokens.ts';

/** What a token's session is worth now, whatever the token says. */
export interface Standing {
  /** Whose session it is: a user's, an operator's or a service account's id. */
  readonly holder: string;
  readonly role: string;
  readonly access: 'read' | 'write';
  /** A second factor is required and there is none: nothing but setting one up is open. */
  readonly factorMissing: boolean;
  /** Milliseconds since 1970 at which it ends by itself. */
  readonly expiresAt: number;
}

/** Sessions behind tokens. */
export interface Standings {
  /** Null for a session that ended, or whose holder may no longer have one. */
  of(identity: Identity): Promise<Standing | null>;
  /** Forgets one session: a hint says that it changed. */
  drop(tenantId: string, sessionId: string): void;
  clear(): void;
}

type Kind = 'person' | 'visit' | 'service';

const KINDS: readonly Kind[] = ['person', 'visit', 'service'];

/** About 400 bytes each. */
const MAX_SESSIONS = 50_000;
/** A lost hint heals after this. */
const OPEN_TTL_MS = 30_000;
const ENDED_TTL_MS = 5_000;

const STATEMENTS = {
  person: {
    name: 'session_standing',
    text: `select person_id as holder, role, 'write' as access, factor_missing, expires_at from identity.session_standing($1::text, $2::uuid)`,
  },
  visit: {
    name: 'visit_standing',
    text: 'select operator_id as holder, role, access, false as factor_missing, expires_at from identity.visit_standing($1::text, $2::uuid)',
  },
  service: {
    name: 'service_standing',
    text: `select account_id as holder, role, 'write' as access, false as factor_missing, expires_at from identity.service_standing($1::text, $2::uuid)`,
  },
} as const satisfies Record<Kind, { name: string; text: string }>;

interface Row {
  readonly holder: string;
  readonly role: string;
  readonly access: 'read' | 'write';
  readonly factor_missing: boolean;
  readonly expires_at: Date;
}

/** Makes the cache over the sign-in login. */
export function createStandings(pool: AuthPool): Standings {
  const held = loadingCache<{ readonly standing: Standing | null }>({
    max: MAX_SESSIONS,
    ttlMs: ({ standing }) => (standing === null ? ENDED_TTL_MS : Math.max(1, Math.min(OPEN_TTL_MS, standing.expiresAt - Date.now()))),
    load: async (key) => {
      const [kind = '', tenantId = '', sessionId = ''] = key.split('/');
      const [row] = await pool.query<Row>(STATEMENTS[kind as Kind], [tenantId === '' ? null : tenantId, sessionId]);
      if (row === undefined) return { standing: null };
      const { holder, role, access, factor_missing: factorMissing, expires_at: expiresAt } = row;
      return { standing: Object.freeze({ holder, role, access, factorMissing, expiresAt: expiresAt.getTime() }) };
    },
  });
  const keyOf = (kind: Kind, tenantId: string, sessionId: string): string => `${kind}/${tenantId}/${sessionId}`;

  return {
    of: async (identity) =>
      identity.kind === 'operator'
        ? (await held.get(keyOf('person', '', identity.sessionId))).standing
        : (await held.get(keyOf(identity.by === 'user' ? 'person' : identity.by, identity.tenantId, identity.sessionId))).standing,
    drop(tenantId, sessionId) {
      for (const kind of KINDS) held.drop(keyOf(kind, tenantId, sessionId));
    },
    clear: () => {
      held.clear();
    },
  };
}
