/** The worker: our tasks under our own login, begun anew when a life ends by itself. */
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseCrontab } from 'graphile-worker';
import type { TaskList } from 'graphile-worker';
import type { Logger } from 'pino';
import { fixedRole, loginConfig } from '../database/logins.ts';
import type { DatabaseEndpoint } from '../database/logins.ts';
import { readManifest } from '../database/manifest.ts';
import { newestMigration } from '../database/newest-migration.ts';
import { STANDARD_PATIENCE_MS, untilDatabaseAnswers } from '../database/patience.ts';
import { createProver } from '../prover/prover.ts';
import { localSealer } from '../server/identity/sealer.ts';
import { beginLife } from './life.ts';
import type { Mailer } from './mailer.ts';
import { folderCopy } from '../server/audit/outside.ts';
import { auditCheckpoint } from './tasks/audit__checkpoint.ts';
import { auditTend } from './tasks/audit__tend.ts';
import { auditVerify } from './tasks/audit__verify.ts';
import { agreementsExpire } from './tasks/agreements__expire.ts';
import { agreementsRemind } from './tasks/agreements__remind.ts';
import { evidenceSign } from './tasks/evidence__sign.ts';
import { invitationSend } from './tasks/invitation__send.ts';
import { isolationProve } from './tasks/isolation__prove.ts';
import { isolationSweep } from './tasks/isolation__sweep.ts';
import { keysReseal } from './tasks/keys__reseal.ts';
import { keysRotate } from './tasks/keys__rotate.ts';
import { keysTend } from './tasks/keys__tend.ts';
import { noticeSend } from './tasks/notice__send.ts';
import { pastClear } from './tasks/past__clear.ts';
import { schemaWatch } from './tasks/schema__watch.ts';
import { tenantMeasure } from './tasks/tenant__measure.ts';
import { tenantProvision } from './tasks/tenant__provision.ts';
import { webhookDeliver } from './tasks/webhook__deliver.ts';
import { workerTend } from './tasks/worker__tend.ts';
import { workerTest } from './tasks/worker__test.ts';
import { createVerification } from './verification.ts';
import type { Life } from './life.ts';

/** Pauses between lives double from the first to the last, with jitter, so that a fleet doesn't return in step. */
const firstPauseMs = 200;
const lastPauseMs = 15_000;
/** With the database away graphile-worker waits for it before it stops; after this a stop is a stop. */
const stopDeadlineMs = 10_000;

/** What a worker needs. */
export interface WorkerOptions {
  readonly endpoint: DatabaseEndpoint;
  readonly prefix: string;
  readonly masterKey: Buffer;
  /** Opens what is not yet sealed under the master key. */
  readonly previousMasterKey?: Buffer | null;
  /** How long a signing key signs, in days. */
  readonly keyRotationDays?: number;
  /** Folder outside the database for signed statements of the audit trail; null or absent: there is none. */
  readonly checkpoints?: string | null;
  /** PostgreSQL's own log, a file or a folder, to find access past the API in; null or absent: it isn't read. */
  readonly serverLog?: string | null;
  readonly logger: Logger;
  readonly mailer: Mailer;
  /** Origin of the links in messages. */
  readonly publicUrl: string;
  /** How long a database that doesn't answer is waited for at start, in milliseconds. */
  readonly patienceMs?: number;
  /** Stops the worker, also while it starts. */
  readonly signal?: AbortSignal;
  /** Webhooks may call this machine itself: for tests of receivers. */
  readonly webhookAllowLoopback?: boolean;
}

/** A running worker. */
export interface Worker {
  /** Ends when the worker was stopped. */
  readonly ended: Promise<void>;
  /** Finishes the jobs at hand, then stops; returns after 10 s at the latest. The process may have handles left then. */
  stop(): Promise<void>;
}

/**
 * Starts a worker and keeps it going until stopped.
 * @throws Refusal when the database does not answer in time or won't do, or when the worker is stopped meanwhile
 */
export async function startWorker(options: WorkerOptions): Promise<Worker> {
  const { endpoint, prefix, masterKey, logger, keyRotationDays = 90, patienceMs = STANDARD_PATIENCE_MS } = options;
  const sealer = localSealer(masterKey, options.previousMasterKey ?? null);
  const outside = typeof options.checkpoints === 'string' ? folderCopy(options.checkpoints) : null;
  const prover = createProver({ endpoint, prefix, masterKey, manifest: await readManifest(), newest: await newestMigration() });
  const login = loginConfig(endpoint, fixedRole(prefix, 'tenantry_worker'), masterKey);
  const verify = createVerification({
    login: loginConfig(endpoint, fixedRole(prefix, 'tenantry_maintenance'), masterKey), owner: fixedRole(prefix, 'tenantry_owner'), outside,
  });
  const tasks: TaskList = {
    agreements__expire: agreementsExpire,
    audit__checkpoint: auditCheckpoint({ sealer, outside }),
    audit__tend: auditTend({ sealer, outside }, verify),
    audit__verify: auditVerify(verify),
    agreements__remind: agreementsRemind,
    evidence__sign: evidenceSign(sealer),
    invitation__send: invitationSend(options.mailer, options.publicUrl),
    isolation__prove: isolationProve(prover, sealer),
    isolation__sweep: isolationSweep(sealer),
    keys__reseal: keysReseal(sealer),
    keys__rotate: keysRotate(sealer),
    keys__tend: keysTend(keyRotationDays),
    past__clear: pastClear,
    schema__watch: schemaWatch,
    tenant__measure: tenantMeasure,
    tenant__provision: tenantProvision(sealer, prover),
    worker__tend: workerTend({ endpoint, prefix, masterKey }),
    worker__test: workerTest,
  };
  const waitingTasks: TaskList = {
    notice__send: noticeSend(options.mailer, options.publicUrl),
    webhook__deliver: webhookDeliver(sealer, options.webhookAllowLoopback ?? false),
  };
  const cron = parseCrontab(await readFile(new URL('crontab', import.meta.url), 'utf8'));
  const begin = (): Promise<Life> => beginLife({ login, tasks, waitingTasks, cron, logger, sealer, prefix, serverLog: options.serverLog ?? null });
  const stopping = new AbortController();
  const signal = options.signal === undefined ? stopping.signal : AbortSignal.any([options.signal, stopping.signal]);
  let life = await untilDatabaseAnswers(begin, { patienceMs, signal, logger });
  logger.info('worker ready');
  const ended = Promise.race([live(), stopped()]);

  return {
    ended,
    async stop() {
      stopping.abort();
      await ended;
    },
  };

  /** Ends the life at hand when the worker is to stop, and stops waiting for it after a while. */
  async function stopped(): Promise<void> {
    if (!signal.aborted) await once(signal, 'abort');
    await Promise.race([life.stop(), sleep(stopDeadlineMs, undefined, { ref: false })]);
  }

  async function live(): Promise<void> {
    let pauseMs = firstPauseMs;
    while (!signal.aborted) {
      try {
        await life.ended;
        pauseMs = firstPauseMs;
      } catch (error) {
        logger.warn({ err: error }, 'the worker ended by itself and begins anew');
      }
      while (!signal.aborted) {
        await sleep(pauseMs * (0.5 + Math.random() / 2), undefined, { signal }).catch(() => undefined);
        if (signal.aborted) return;
        pauseMs = Math.min(pauseMs * 2, lastPauseMs);
        try {
          life = await begin();
          break;
        } catch (error) {
          logger.warn({ err: error }, 'the worker cannot begin yet');
        }
      }
    }
  }
}
