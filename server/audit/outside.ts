/**
 * The copy of checkpoints outside the database, without which a trail that was cut off or rewritten together with its checkpoints looks whole. It
 * belongs where the database's administrators can't reach: another machine's disk, a write-once mount, a bucket with object lock.
 */
import { mkdir, open, readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { withoutPath } from './without-path.ts';

/** Where statements are kept outside. Nothing is ever changed or removed there. */
export interface OutsideCopy {
  /** For people: where that is. */
  readonly place: string;
  /** Keeps a text under a name; the same text again is fine. @throws if the name holds another, or is no plain name of a file */
  put(name: string, text: string): Promise<void>;
  /** The names that end so, in their order. */
  list(ending: string): Promise<string[]>;
  /** @throws Error in words without the path, which may be shown to people; the cause has it */
  get(name: string): Promise<string>;
}

/** A folder, made if it isn't there. */
export function folderCopy(folder: string): OutsideCopy {
  return {
    place: folder,
    async put(name, text) {
      // Parts of names come from the database, whose administrators may not write anywhere else by them.
      if (!/^\w[\w.-]*$/.test(name)) throw new Error(`${JSON.stringify(name)} is no name for a statement outside: letters, digits, dots, hyphens and underscores`);
      await mkdir(folder, { recursive: true });
      try {
        // Only if it isn't there, and on the disk before it counts.
        const file = await open(join(folder, name), 'wx');
        try {
          await file.writeFile(text);
          await file.sync();
        } finally {
          await file.close();
        }
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
        if ((await readFile(join(folder, name), 'utf8')) !== text) throw new Error(`${join(folder, name)} holds something else`, { cause: error });
      }
    },
    async list(ending) {
      const names = await readdir(folder).catch((error: unknown) => {
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
        throw error;
      });
      return names.filter((name) => name.endsWith(ending)).toSorted();
    },
    async get(name) {
      try {
        return await readFile(join(folder, name), 'utf8');
      } catch (error) {
        throw withoutPath(error);
      }
    },
  };
}
