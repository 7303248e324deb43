/** `npm run snapshots`. */
import { runScript } from './run-script.ts';
import { writeSnapshots } from './snapshots.ts';

await runScript(writeSnapshots);
