import type { PgSelectSingleStep } from 'postgraphile/@dataplan/pg';
import { lambda } from 'postgraphile/grafast';
import { extendSchema, gql } from 'postgraphile/utils';

/**
 * `chainStatusList` of a tenant says in one word how its chain stands, in the words of the operators' `chainStatus`. No flaw alone says nothing: it may be that
 * nobody has looked. Made here and not in each tenant's schema: ten thousand would have to be migrated for what follows from two of their columns.
 */
export const ChainStatePlugin: GraphileConfig.Plugin = extendSchema(() => ({
  typeDefs: gql`
    extend type ChainStatusRecord {
      "unverified while nobody has looked, else holds or broken."
      state: String!
    }
  `,
  objects: {
    ChainStatusRecord: {
      plans: {
        state($chain: PgSelectSingleStep) {
          return lambda([$chain.get('flaw'), $chain.get('verified_at')] as const, ([flaw, verifiedAt]) => (flaw !== null ? 'broken' : verifiedAt === null ? 'unverified' : 'holds'));
        },
      },
    },
  },
}), 'ChainStatePlugin');
