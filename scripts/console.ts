/** Building the console, when it isn't what its sources say. */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Refusal } from '../config/refusal.ts';
import { filesBelow, root } from './check/files.ts';

const built = join(root, 'admin', 'dist');
/** Holds the fingerprint of what was built from; times of files say nothing after a checkout. */
const stampFile = join(built, '.built-from');
const vite = join(root, 'node_modules', 'vite', 'bin', 'vite.js');

/** Builds, whatever there is. @throws Refusal with what the builder said */
export async function buildConsole(): Promise<void> {
  if (!existsSync(vite)) throw new Refusal('The console cannot be built: its tools are missing. Run `npm install` without --omit=dev, then `npm run build`.');
  const fingerprint = await fingerprintOfSources();
  await run(vite, ['build', '--config', join('admin', 'vite.config.ts'), '--logLevel', 'warn']);
  await writeFile(stampFile, fingerprint);
}

/** Builds if the sources have changed since the last build, which takes a few seconds. @returns whether it did */
export async function ensureConsole(): Promise<boolean> {
  // Deployed with a console that was built elsewhere and without the tools to build another.
  if (!existsSync(vite) && existsSync(join(built, 'index.html'))) return false;
  const kept = await readFile(stampFile, 'utf8').catch(() => '');
  if (kept === (await fingerprintOfSources())) return false;
  await buildConsole();
  return true;
}

async function fingerprintOfSources(): Promise<string> {
  const hash = createHash('sha256');
  for (const file of [...filesBelow('admin', ''), 'package-lock.json']) hash.update(file).update('\0').update(await readFile(join(root, file))).update('\0');
  return hash.digest('hex');
}

function run(script: string, options: readonly string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [script, ...options], {
      cwd: root,
      // Whatever builds it, a test for one: React has another self for development.
      env: { ...process.env, NODE_ENV: 'production' },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const said: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => said.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => said.push(chunk));
    child.once('error', reject);
    child.once('exit', (code) => {
      if (code === 0) resolve();
      else reject(new Refusal(`The console could not be built:\n${Buffer.concat(said).toString('utf8')}`));
    });
  });
}
