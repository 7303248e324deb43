/** `npm run snapshots`. */
import { runCommand } from '../config/run-command.ts';
import { writeSnapshots } from './snapshots.ts';

await runCommand(writeSnapshots);
