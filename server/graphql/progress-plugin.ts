import type { PgSelectSingleStep } from 'postgraphile/@dataplan/pg';
import { access, constant, context, lambda, listen } from 'postgraphile/grafast';
import type { FieldArgs, GrafastSubscriber, Step } from 'postgraphile/grafast';
import { extendSchema, gql } from 'postgraphile/utils';
import type { ProvisioningProgress } from './progress.ts';
import { hintOf, reached, within } from './reach.ts';
import type { Ask, Told } from './reach.ts';

/**
 * `subscription { provisioningProgress(tenantId) { tenant { … } run { … } } }`. An event carries an id and nothing
 * else; tenant and newest run are read for each, with the subscriber's own rights. Of a tenant that the subscriber
 * doesn't reach there is the first event, which is empty, as of one that is not there, and no other.
 */
export const ProgressPlugin: GraphileConfig.Plugin = extendSchema((build) => {
  const { tenants, provisioning_runs: runs } = build.pgResources;
  if (tenants === undefined || runs === undefined) throw new Error('the schema holds no tenants or no provisioning runs');
  return {
    typeDefs: gql`
      extend type Subscription {
        """
        How the provisioning of a tenant goes: where it stands now, and again after each step.
        """
        provisioningProgress(tenantId: String!): ProvisioningProgress
      }

      """
      A moment in the provisioning of a tenant.
      """
      type ProvisioningProgress {
        """
        The tenant as it is now; empty if there is none of that id.
        """
        tenant: Tenant
        """
        The newest attempt to provision it.
        """
        run: ProvisioningRun
      }
    `,
    objects: {
      Subscription: {
        plans: {
          provisioningProgress: {
            subscribePlan(_$root: Step, args: FieldArgs) {
              const $hints = lambda(
                [access<ProvisioningProgress>(context(), ['provisioningProgress']), access<Ask>(context(), ['withPgClient'])] as const,
                ([progress, ask]): GrafastSubscriber<Record<string, Told<string>>> => ({
                  subscribe: (tenantId) => within(progress.follow(tenantId), async (id) => (await reached(ask, 'tenants', [id]))[0] ?? null),
                }),
              );
              return listen($hints, args.getRaw('tenantId') as Step<string>);
            },
            plan: ($event: Step) => hintOf($event as Step<Told<string>>),
          },
        },
      },
      ProvisioningProgress: {
        plans: {
          tenant: ($tenantId: Step<string>) => tenants.get({ id: $tenantId }),
          run($tenantId: Step<string>): PgSelectSingleStep {
            const $runs = runs.find({ tenant_id: $tenantId });
            $runs.orderBy({ attribute: 'created_at', direction: 'DESC' });
            $runs.setFirst(constant(1));
            return $runs.single();
          },
        },
      },
    },
  };
}, 'ProgressPlugin');
