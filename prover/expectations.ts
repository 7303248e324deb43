/** How each kind of attempt has to end, read off the attempts themselves: what an attestation says beside the counts. */
import { attemptsAlone, attemptsOf } from './attempts.ts';
import type { Subject } from './subject.ts';

/** Every kind is tried of it: a rival on another lane, a table that may not be read, an extension that is not there. */
const SPECIMEN: Subject = {
  tenant: {
    id: 'specimen', lane: 0, schema: 'specimen', role: 'specimen', status: 'active', schemaVersion: 1,
    tables: [{ name: 'specimen', verbs: [] }],
  },
  rivals: [{ id: 'rival', lane: 1, schema: 'rival', role: 'rival', tables: [{ name: 'specimen', verbs: [] }] }],
  extension: 'specimen',
  sequence: 0,
};

/** By kind, the SQLSTATEs of which each attempt has to end in one; `ok` where the prover shows that it sees. */
export function expectedEnds(): ReadonlyMap<string, string> {
  const kinds = Map.groupBy([...attemptsOf(SPECIMEN, ''), ...attemptsAlone()], ({ kind }) => kind);
  return new Map([
    ['own-table', 'ok'],
    ['canary', 'ok'],
    ...[...kinds].map(([kind, of]) => [kind, [...new Set(of.flatMap(({ expected }) => expected))].toSorted().join(' or ')] as const),
  ]);
}
