/** Connections that begin with the newest row: their whole order is by time, and pages of it come from an index. */
const NEWEST_FIRST: readonly string[] = ['auditEvents'];

/** Gives the trail its own order where a client names none. By its key, as connections begin otherwise, every page would sort all events. */
export const NewestFirstPlugin: GraphileConfig.Plugin = {
  name: 'NewestFirstPlugin',
  version: '1.0.0',
  after: ['PgConnectionArgOrderByDefaultValuePlugin'],
  schema: {
    hooks: {
      GraphQLObjectType_fields_field_args_arg: {
        after: ['PgConnectionArgOrderByDefaultValuePlugin'],
        callback(arg, build, { scope: { fieldName, argName, pgFieldResource } }) {
          if (argName !== 'orderBy' || !NEWEST_FIRST.includes(fieldName) || pgFieldResource === undefined) return arg;
          const type = build.getTypeByName(build.inflection.orderByType(build.inflection.tableType(pgFieldResource.codec)));
          const newest = build.graphql.isEnumType(type) ? type.getValues().find(({ name }) => name === 'AT_DESC') : undefined;
          if (newest === undefined) throw new Error(`${fieldName} can't be ordered by time`);
          return { ...arg, defaultValue: [newest.value] };
        },
      },
    },
  },
};
