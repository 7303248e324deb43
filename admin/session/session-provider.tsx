import { createContext, useContext, useEffect, useSyncExternalStore } from 'react';
import type { ReactNode } from 'react';
import { mayRole } from './rights.ts';
import type { Right, Role } from './rights.ts';
import type { Operator, Session, SessionState } from './session.ts';

const SessionContext = createContext<Session | null>(null);

/** Gives a session to all below and opens it. */
export function SessionProvider({ session, children }: { readonly session: Session; readonly children: ReactNode }) {
  useEffect(() => {
    void session.open();
  }, [session]);
  return <SessionContext value={session}>{children}</SessionContext>;
}

/** The session that this page belongs to. */
export function useSession(): Session {
  const session = useContext(SessionContext);
  if (session === null) throw new Error('There is no SessionProvider above.');
  return session;
}

/** How the session stands, now and whenever it changes. */
export function useSessionState(): SessionState {
  const session = useSession();
  return useSyncExternalStore(session.subscribe, session.state);
}

/** The operator who is signed in. Only below the frame, which shows nothing else before there is one. */
export function useOperator(): Operator {
  const state = useSessionState();
  if (state.kind !== 'open') throw new Error('Nobody is signed in.');
  return { ...state.person, role: state.person.role as Role };
}

/** Whether the operator may: `const may = useMay(); may('tenants.create')`. */
export function useMay(): (right: Right) => boolean {
  const { role } = useOperator();
  return (right) => mayRole(role, right);
}
