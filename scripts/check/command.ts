/** Runs the tools that npm installed for us. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { root } from './files.ts';

/** Runs a tool from node_modules/.bin in the repository and returns the lines it complains with; none when it exits with 0. */
export function complaintsOf(tool: string, options: readonly string[]): Promise<string[]> {
  return new Promise((resolve) => {
    const limits = { cwd: root, maxBuffer: 64 * 1024 * 1024 };
    execFile(join(root, 'node_modules', '.bin', tool), options, limits, (error, stdout, stderr) => {
      if (error === null) {
        resolve([]);
        return;
      }
      const lines = `${stdout}\n${stderr}`.split('\n').filter((line) => line.trim() !== '');
      resolve(lines.length > 0 ? lines : [`${tool} failed: ${error.message}`]);
    });
  });
}
