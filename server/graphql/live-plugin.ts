import { access, constant, context, each, get, lambda, listen } from 'postgraphile/grafast';
import type { FieldArgs, GrafastSubscriber, Step } from 'postgraphile/grafast';
import { TYPES } from 'postgraphile/@dataplan/pg';
import type { PgSelectSingleStep } from 'postgraphile/@dataplan/pg';
import { extendSchema, gql } from 'postgraphile/utils';
import type { Health } from '../observability/health.ts';
import type { Changes, Feed } from './feeds.ts';
import { MOST_IDS, hintOf, reached, within } from './reach.ts';
import type { Admit, Ask, Told } from './reach.ts';

/** What the fields of this plugin find in the context of a request. */
export interface LiveContext {
  readonly health: Health;
  readonly tenantFeed: Feed;
  readonly alertFeed: Feed;
  readonly runFeed: Feed;
  /** Every few seconds: health is asked for anew. */
  readonly healthPulse: Feed;
  /** Every second: the trail is looked at for what is new. */
  readonly accessPulse: Feed;
}

/** Stands for every id. */
const ALL = '*';

/** Where a subscriber to the feed of accesses has got to, kept from event to event; empty before the first. */
interface Place {
  until: string | null;
}

/** An event as one subscriber gets it. */
interface Beat extends Changes {
  readonly place: Place;
}

/**
 * An event is written when its transaction does it and seen when that commits: a stretch ends so long before now, for those that take a moment.
 * What takes longer is in the trail and not in the feed.
 */
const SETTLING_MS = 1_500;
/** Entries of the feed that an event brings at most; the newest count. */
const MOST_ACCESSES = 200;

/** By the database's clock, which is the events'. */
const SETTLED = { name: 'settled', text: `select (clock_timestamp() - interval '${SETTLING_MS} ms')::text as at` };

/**
 * What changes while somebody watches. An event carries ids or nothing at all; what it shows is read for each subscriber, with that subscriber's
 * rights, so that rights that ended show nothing more; and one about rows that a subscriber doesn't see does not reach it.
 */
export const LivePlugin: GraphileConfig.Plugin = extendSchema((build) => {
  const { tenants, alerts, isolation_runs: proofs, system_status: status, accesses } = build.pgResources;
  if (tenants === undefined || alerts === undefined || proofs === undefined || status === undefined || accesses === undefined) {
    throw new Error('the schema lacks what is to be watched');
  }
  return {
    typeDefs: gql`
      extend type Query {
        """
        How the system is doing now: this server, and what the database knows.
        """
        systemHealth: SystemHealth
      }

      extend type Subscription {
        """
        How the system is doing: now, and again every five seconds.
        """
        systemHealth: SystemHealth
        """
        Tenants whose rows changed. The first event comes at once and names none.
        """
        tenantChanges: TenantChanges
        """
        Alerts that were raised, came again or were acknowledged. The first event comes at once and names none.
        """
        alertChanges: AlertChanges
        """
        How the newest proof of a tenant's isolation goes: where it stands now, and again when it moves on.
        """
        isolationProgress(tenantId: String!): IsolationProgress
        """
        What happens, with verdicts on its tenant context: each event brings what is new since the one before.
        """
        accesses(tenantId: String): AccessFeed
      }

      type SystemHealth {
        "Whether every part that the server needs is there."
        ready: Boolean!
        "The parts that fail: database, migrations, worker, posture."
        failing: [String!]!
        "Version of the server that answers."
        version: String!
        startedAt: Datetime!
        memoryBytes: BigInt!
        "Whether the server hears of changes at once."
        listening: Boolean!
        "Whom to ask for help, as the installation says: an address, a number or a sentence."
        supportContact: String
        "Connections of each lane and of the operators' pool."
        pools: [PoolHealth!]!
        "What the database knows; empty while it does not answer."
        status: SystemStatusRecord
      }

      type PoolHealth {
        "Empty for the operators' pool."
        lane: Int
        open: Int!
        busy: Int!
        "Requests that wait for a connection."
        waiting: Int!
      }

      type TenantChanges {
        "Those that the asking operator reaches, as they are now."
        tenants: [Tenant]!
        "More changed than are named, or some changes were missed: ask for your page again."
        many: Boolean!
      }

      type AlertChanges {
        "Those that the asking operator reaches, as they are now."
        alerts: [Alert]!
        "More changed than are named, or some were missed: ask for your page again."
        many: Boolean!
      }

      type IsolationProgress {
        "The newest proof; empty if there was none."
        run: IsolationRun
      }

      type AccessFeed {
        "The newest first."
        accesses: [AccessesRecord]!
        "From when on this event looked."
        since: Datetime!
        "Until when this event looked."
        until: Datetime!
      }
    `,
    objects: {
      Query: { plans: { systemHealth: () => healthAt(constant(null)) } },
      Subscription: {
        plans: {
          systemHealth: { subscribePlan: () => heard('healthPulse'), plan: ($event: Step) => healthAt($event) },
          tenantChanges: {
            subscribePlan: () => heardWithin('tenantFeed', (ask) => seen(ask, 'tenants')),
            plan: ($event: Step) => hintOf($event as Step<Told<Changes>>),
          },
          alertChanges: {
            subscribePlan: () => heardWithin('alertFeed', (ask) => seen(ask, 'alerts')),
            plan: ($event: Step) => hintOf($event as Step<Told<Changes>>),
          },
          isolationProgress: {
            subscribePlan: (_$root: Step, args: FieldArgs) => heardWithin('runFeed', ofTenant, args.getRaw('tenantId') as Step<string>),
            plan: ($event: Step, args: FieldArgs) =>
              lambda([args.getRaw('tenantId'), hintOf($event as Step<Told<Changes>>)] as const, ([tenantId]) => tenantId),
          },
          accesses: {
            subscribePlan: () => heard('accessPulse'),
            plan: ($event: Step, args: FieldArgs) => stretchAt($event, args.getRaw('tenantId') as Step<string | null>),
          },
        },
      },
      SystemHealth: {
        plans: {
          ready: ($health: Step) => lambda(get($health, 'failing') as Step<readonly string[]>, (failing) => failing.length === 0),
          status($health: Step) {
            const $status = status.execute([]) as PgSelectSingleStep;
            // Depends on the event, or it would be read once and shown for ever.
            const $rows = $status.getClassStep();
            $rows.where(build.sql`${$rows.placeholder(get($health, 'startedAt') as Step<string>, TYPES.text)} is not null`);
            return $status;
          },
        },
      },
      TenantChanges: {
        plans: { tenants: ($changes: Step) => each(get($changes, 'ids') as Step<string[]>, ($id) => tenants.get({ id: $id })) },
      },
      AlertChanges: {
        plans: { alerts: ($changes: Step) => each(get($changes, 'ids') as Step<string[]>, ($id) => alerts.get({ id: $id })) },
      },
      IsolationProgress: {
        plans: {
          run($tenantId: Step): PgSelectSingleStep {
            const $runs = proofs.find({ tenant_id: $tenantId });
            $runs.orderBy({ attribute: 'started_at', direction: 'DESC' });
            $runs.setFirst(constant(1));
            return $runs.single();
          },
        },
      },
      AccessFeed: {
        plans: {
          accesses: ($stretch: Step) =>
            accesses.execute([
              { step: get($stretch, 'since'), pgCodec: TYPES.timestamptz },
              { step: get($stretch, 'until'), pgCodec: TYPES.timestamptz },
              { step: get($stretch, 'tenantId'), pgCodec: TYPES.text },
              { step: constant(MOST_ACCESSES), pgCodec: TYPES.int },
            ]),
        },
      },
    },
  };
}, 'LivePlugin');

/** Health at an event. */
function healthAt($event: Step): Step {
  return lambda([access<Health>(context(), ['health']), $event] as const, async ([health]) => await health());
}

/** The events of a pulse. */
function heard(feed: 'healthPulse' | 'accessPulse'): Step {
  const $subscriber = lambda(
    access<Feed>(context(), [feed]),
    (source): GrafastSubscriber<Record<string, Beat>> => ({ subscribe: () => beats(source.follow()) }),
  );
  return listen($subscriber, constant(ALL));
}

/** The events of a feed that the subscriber may hear, for all that it is about or for one id. */
function heardWithin(feed: 'tenantFeed' | 'alertFeed' | 'runFeed', admit: (ask: Ask, only: string) => Admit<Changes>, $only: Step<string> = constant(ALL)): Step {
  const $subscriber = lambda(
    [access<Feed>(context(), [feed]), access<Ask>(context(), ['withPgClient'])] as const,
    ([source, ask]): GrafastSubscriber<Record<string, Told<Changes>>> => ({
      subscribe: (only) => within(source.follow(only === ALL ? undefined : only), admit(ask, only)),
    }),
  );
  return listen($subscriber, $only);
}

/** Of changes those of rows that the subscriber sees. Whether there are many counts these alone; hints that were missed are nobody's. */
function seen(ask: Ask, rows: 'tenants' | 'alerts'): Admit<Changes> {
  return async (changes) => {
    const ids = await reached(ask, rows, changes.ids);
    const many = changes.many || ids.length > MOST_IDS;
    return many || ids.length > 0 ? { ids: ids.slice(0, MOST_IDS), many } : null;
  };
}

/** What is about one tenant, while the subscriber reaches it. */
function ofTenant(ask: Ask, tenantId: string): Admit<Changes> {
  return async (changes) => ((await reached(ask, 'tenants', [tenantId])).length > 0 ? changes : null);
}

/** Gives each event of one subscriber the place that it shares with those before. No generator: its end would wait for the next event. */
function beats(changes: AsyncGenerator<Changes, void, undefined>): AsyncGenerator<Beat, void, undefined> {
  const place: Place = { until: null };
  return {
    async next() {
      const { done, value } = await changes.next();
      return done === true ? { done, value: undefined } : { done: false, value: { ...value, place } };
    },
    return: async () => ({ done: true, value: (await changes.return()).value as undefined }),
    throw: async (error: unknown) => ({ done: true, value: (await changes.throw(error)).value as undefined }),
    [Symbol.asyncIterator]() {
      return this;
    },
    async [Symbol.asyncDispose]() {
      await changes.return();
    },
  };
}

/** The stretch of time between the event before and this one; the first looks at none. */
function stretchAt($event: Step, $tenantId: Step<string | null>): Step {
  return lambda([access<Ask>(context(), ['withPgClient']), $event as Step<Beat>, $tenantId] as const, async ([ask, { place }, tenantId]) => {
    const { rows } = await ask(null, (client) => client.query<{ at: string }>(SETTLED));
    const until = rows[0]?.at ?? '';
    const since = place.until ?? until;
    place.until = until;
    return { since, until, tenantId: tenantId ?? null };
  });
}
