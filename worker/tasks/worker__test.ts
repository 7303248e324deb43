/** Does nothing: that it ran shows that jobs are found, locked, run and removed. Payload `{}`. */
import type { Task } from 'graphile-worker';

export const workerTest: Task = () => undefined;
