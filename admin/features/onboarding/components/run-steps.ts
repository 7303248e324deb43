/** What of a provisioning run is done, under way, ahead, or undone: from what the server says of it. */
import type { ProvisioningProgressSubscription } from '../api/onboarding.generated.ts';
import type { onboarding } from '../../../text/onboarding.ts';

export type Event = NonNullable<ProvisioningProgressSubscription['provisioningProgress']>;
export type Run = NonNullable<Event['run']>;
export type StepName = keyof typeof onboarding.progress.steps;
export type StepState = keyof typeof onboarding.progress.state;

export interface ShownStep {
  readonly name: StepName;
  readonly state: StepState;
  /** Milliseconds it took; null until it is done. */
  readonly ms: number | null;
}

interface Recorded {
  readonly name: string;
  readonly ms: number;
}

/** The name under which a failure of the last step is recorded. */
const LAST = 'activation';

/** Every step of a run, in order. */
export function stepsOf(run: Run, template: string): readonly ShownStep[] {
  const last: StepName = run.activate ? 'active' : 'ready';
  const names: readonly StepName[] = ['role', 'schema', ...(template === 'demo' ? (['template'] as const) : []), 'administrator', 'fingerprint', 'keys', 'proof', last];
  const recorded = new Map((Array.isArray(run.steps) ? (run.steps as Recorded[]) : []).map(({ name, ms }) => [name, ms]));
  const failed = run.failedStep === LAST ? last : run.failedStep;
  const failedAt = names.findIndex((name) => name === failed);
  const over = run.status === 'failed' || run.status === 'cancelled';
  const current = names.findIndex((name) => !recorded.has(name));
  return names.map((name, at): ShownStep => {
    const ms = recorded.get(name) ?? null;
    // Whether somebody was named is told once it has succeeded.
    if (name === 'administrator' && run.status === 'succeeded' && !run.administratorNamed) return { name, state: 'unasked', ms: null };
    if (over) {
      if (at === failedAt) return { name, state: 'failed', ms };
      return { name, state: ms !== null || at < failedAt ? 'undone' : 'skipped', ms };
    }
    if (ms !== null || run.status === 'succeeded') return { name, state: 'done', ms };
    return { name, state: at === current && run.status === 'running' ? 'running' : 'waiting', ms: null };
  });
}

/** Whether what a failed run had made is gone: the database says so where it isn't. */
export function isRolledBack(run: Run): boolean {
  return !(run.error ?? '').includes('could not be removed');
}

/** Milliseconds from the order until it ended, or until `now`. */
export function elapsedOf(run: Run, now: number): number {
  return (run.finishedAt === null ? now : Date.parse(run.finishedAt)) - Date.parse(run.createdAt);
}
