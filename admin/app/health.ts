/** What the system's health means: a tone and words for each part, and for the whole the worst of them. */
import type { HealthFragment } from './api/frame.generated.ts';
import { formatRelative } from '../text/format.ts';
import { frame } from '../text/frame.ts';

type PartName = keyof typeof frame.health.parts;
export type HealthTone = 'secure' | 'attention' | 'critical' | 'neutral';

export interface HealthPart {
  readonly part: PartName;
  readonly tone: HealthTone;
  /** Why it has this tone, with the figures. */
  readonly words: string;
}

const words = frame.health;

/** Seconds that an event of the trail may wait for its seal before it is worth a look: sealing runs every second. */
const SEAL_SECONDS = 60;
/** The share of connections in use from which it is worth a look. */
const BUSY = 0.85;

/** The parts in the order in which they matter, at a moment (milliseconds). */
export function healthParts(health: HealthFragment, now: number): readonly HealthPart[] {
  const own = (['database', 'migrations', 'posture'] as const).map((part): HealthPart => {
    const fails = health.failing.includes(part);
    return { part, tone: fails ? 'critical' : 'secure', words: fails ? words.failing : words.answers };
  });
  const live: HealthPart = { part: 'live', tone: health.listening ? 'secure' : 'attention', words: health.listening ? words.listening : words.notListening };
  return [...own, ...databaseParts(health, now), live];
}

function databaseParts({ status, failing }: HealthFragment, now: number): readonly HealthPart[] {
  if (status === null) return failing.includes('worker') ? [{ part: 'worker', tone: 'critical', words: words.failing }] : [];
  const ago = (at: string): string => formatRelative(at, now);
  const seen = status.workerSeenAt;
  const flawed = status.flawedChains;
  const unsealed = status.unsealedEvents ?? 0;
  const late = status.unsealedSince !== null && now - Date.parse(status.unsealedSince) > SEAL_SECONDS * 1_000;
  const [lanes, tenants] = [status.lockedLanes ?? 0, status.lockedTenants ?? 0];
  const [used, most] = [status.connections ?? 0, status.mostConnections ?? 0];
  const failed = status.jobsFailed ?? 0;
  return [
    {
      part: 'chains',
      tone: flawed === null ? 'neutral' : flawed > 0 ? 'critical' : 'secure',
      words: flawed === null ? words.chainsUnverified : flawed > 0 ? words.chainsFlawed(flawed) : words.chainsWhole,
    },
    { part: 'sealing', tone: late ? 'attention' : 'secure', words: unsealed > 0 && status.unsealedSince !== null ? words.unsealed(unsealed, ago(status.unsealedSince)) : words.sealed },
    { part: 'proofs', tone: status.lastProofAt === null ? 'neutral' : 'secure', words: status.lastProofAt === null ? words.proofNever : words.proof(ago(status.lastProofAt)) },
    { part: 'access', tone: lanes + tenants > 0 ? 'attention' : 'secure', words: lanes + tenants > 0 ? words.locked(lanes, tenants) : words.unlocked },
    {
      part: 'worker',
      tone: status.workerAlive === true ? 'secure' : 'critical',
      words: seen === null ? words.workerNever : status.workerAlive === true ? words.workerHere(ago(seen)) : words.workerGone(ago(seen)),
    },
    { part: 'jobs', tone: failed > 0 ? 'attention' : 'secure', words: words.jobs(status.jobsWaiting ?? 0, failed) },
    { part: 'connections', tone: most > 0 && used / most > BUSY ? 'attention' : 'secure', words: words.connectionsOf(used, most) },
  ];
}

/** The worst of the parts; what is not known counts for nothing. */
export function worstOf(parts: readonly HealthPart[]): Exclude<HealthTone, 'neutral'> {
  const tones = new Set(parts.map(({ tone }) => tone));
  return tones.has('critical') ? 'critical' : tones.has('attention') ? 'attention' : 'secure';
}
