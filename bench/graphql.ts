export const graphqlBench = null as never;
