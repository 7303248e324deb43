/** `npm run build`: the console, for a server that is deployed. */
import { runCommand } from '../config/run-command.ts';
import { buildConsole } from './console.ts';

await runCommand(buildConsole);
