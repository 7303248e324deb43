import { ConstantStep, constant, lambda } from 'postgraphile/grafast';
import type { Step } from 'postgraphile/grafast';
import { DEFAULT_PAGE_SIZE } from './limits.ts';

/** What a connection's plan offers; the rest of it is none of this plugin's business. */
interface PagedStep extends Step {
  setFirst(first: Step | number): void;
}

/**
 * A connection asked for neither `first` nor `last` is cut at the default page, in the plan, so that a client that
 * forgot gets a page and a cursor rather than an error or the whole table. `first` is applied by the field's own plan
 * instead of by its argument, because only there is `last` known as well.
 */
export const PageSizePlugin: GraphileConfig.Plugin = {
  name: 'PageSizePlugin',
  version: '1.0.0',
  after: ['PgFirstLastBeforeAfterArgsPlugin'],
  schema: {
    hooks: {
      GraphQLObjectType_fields_field_args: {
        after: ['PgFirstLastBeforeAfterArgsPlugin'],
        callback(args, _build, context) {
          const { first } = args;
          if (!context.scope.isPgFieldConnection || first === undefined) return args;
          const { applyPlan: _applied, ...withoutPlan } = first;
          return { ...args, first: withoutPlan };
        },
      },
      GraphQLObjectType_fields_field(field, _build, context) {
        const { plan } = field;
        if (!context.scope.isPgFieldConnection || plan === undefined) return field;
        return {
          ...field,
          plan($parent, fieldArgs, info) {
            const $connection = plan($parent, fieldArgs, info) as PagedStep;
            // The connection of a function's rows has no `last`.
            $connection.setFirst(firstOrDefault(fieldArgs.getRaw('first'), (fieldArgs.getRaw('last') as Step | undefined) ?? constant(null)));
            return $connection;
          },
        };
      },
    },
  },
};

function firstOrDefault($first: Step, $last: Step): Step {
  if ($first instanceof ConstantStep && $last instanceof ConstantStep) return constant(choose([$first.data, $last.data]));
  return lambda([$first, $last], choose, true);
}

function choose([first, last]: readonly unknown[]): unknown {
  return first ?? (last === undefined || last === null ? DEFAULT_PAGE_SIZE : null);
}
