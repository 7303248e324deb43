import { sideEffect } from 'postgraphile/grafast';
import type { ObjectStep, Step } from 'postgraphile/grafast';
import { noSuchRow } from './field-errors.ts';

/**
 * An update that found no row is refused. PostGraphile answers it with an empty payload, as if all were well, although
 * nothing was changed: the row is not there, is another tenant's, or row security keeps it from the caller.
 */
export const MissingRowPlugin: GraphileConfig.Plugin = {
  name: 'MissingRowPlugin',
  version: '1.0.0',
  schema: {
    hooks: {
      GraphQLObjectType_fields_field(field, _build, context) {
        const { plan } = field;
        if (!context.scope.isPgUpdateMutation || plan === undefined) return field;
        return {
          ...field,
          plan($root, fieldArgs, info) {
            const $payload = plan($root, fieldArgs, info) as ObjectStep<{ result: Step }>;
            sideEffect($payload.getStepForKey('result'), (row) => {
              if (row === null || row === undefined) throw noSuchRow();
            });
            return $payload;
          },
        };
      },
    },
  },
};
