export const startupBench = null as never;
