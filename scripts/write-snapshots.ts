/** `npm run snapshots`. */
import { runCommand } from '../config/run-command.ts';
import { writeOperations } from './graphql-operations.ts';
import { writeSnapshots } from './snapshots.ts';

await runCommand(async () => {
  await writeSnapshots();
  // Of the schemas just written.
  await writeOperations();
});
