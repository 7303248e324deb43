import { readFile, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';
import type { Plugin } from 'vite';

/** Chakra exports its recipes only all at once; one by one, only those that are used are loaded. */
export const consoleAliases = [
  { find: /^chakra-theme\/(.*)$/, replacement: fileURLToPath(new URL('../node_modules/@chakra-ui/react/dist/esm/theme/$1.js', import.meta.url)) },
];

const folder = fileURLToPath(new URL('.', import.meta.url));
/** What `app/start.ts` needs, which is to run before all else. */
const start = [join(folder, 'app', 'start.ts')];
/** What the list of tenants needs, where people begin. In one file it is an eighth smaller than in its seventy parts, and asked for once. */
const first = [join(folder, 'app', 'main.tsx'), join(folder, 'app', 'frame.tsx'), join(folder, 'features', 'tenants', 'routes', 'tenant-list.tsx')];
/** The server that `npm run dev` starts. It hears the browser's own host, by which it tells its pages from other sites'. */
const api = { target: 'http://127.0.0.1:4000', changeOrigin: false };

/** `npm run build` and `npm start` build the console into admin/dist; `npm run dev:console` serves it with live changes beside a server. */
export default defineConfig({
  root: folder,
  // The server puts a new one in its place with each page it sends.
  html: { cspNonce: '{{nonce}}' },
  plugins: [react(), started(), compressed()],
  resolve: { alias: consoleAliases },
  build: {
    outDir: 'dist',
    assetsDir: 'static',
    emptyOutDir: true,
    target: 'es2023',
    // What is small is a file like any other: the policy allows no data: scripts or fonts.
    assetsInlineLimit: 0,
    manifest: true,
    chunkSizeWarningLimit: 700,
    rolldownOptions: {
      input: { index: join(folder, 'index.html'), start: join(folder, 'app', 'start.ts') },
      output: {
        codeSplitting: {
          groups: [
            { name: (id, graph) => (staticallyFrom(start, graph).has(id) ? 'session' : null), debugName: 'session', priority: 2 },
            { name: (id, graph) => (staticallyFrom(first, graph).has(id) ? 'first' : null), debugName: 'first', priority: 1 },
          ],
        },
      },
    },
  },
  server: {
    port: 5173,
    strictPort: true,
    proxy: {
      '/api': api,
      // Exactly: admin/graphql/ holds files of the console.
      '^/graphql$': api,
      '^/platform/graphql$': { ...api, ws: true },
    },
  },
});

interface ModuleGraph {
  getModuleInfo(id: string): { readonly importedIds: readonly string[] } | null;
}

/** They name all there is, of which little is used. */
const COLLECTION = /@(?:chakra-ui|ark-ui|zag-js)\/.*\/index\.m?js$/;

const reached = new Map<readonly string[], Set<string>>();

/** @returns the ids of these modules and of all that they import without waiting */
function staticallyFrom(roots: readonly string[], graph: ModuleGraph): ReadonlySet<string> {
  const known = reached.get(roots);
  if (known !== undefined) return known;
  const ids = new Set(roots);
  for (const id of ids) {
    for (const imported of graph.getModuleInfo(id)?.importedIds ?? []) if (!COLLECTION.test(imported)) ids.add(imported);
  }
  reached.set(roots, ids);
  return ids;
}

/** Has `app/start.ts` run as soon as it is there, before the page is read to its end. Named in the page, it would become a part of the console's script. */
function started(): Plugin {
  return {
    name: 'started',
    apply: 'build',
    transformIndexHtml: {
      order: 'post',
      handler(_, { bundle }) {
        const start = Object.values(bundle ?? {}).find((file) => file.type === 'chunk' && file.isEntry && file.name === 'start');
        if (start === undefined) throw new Error('The build has no app/start.ts.');
        return [{ tag: 'script', attrs: { type: 'module', async: true, crossorigin: true, src: `/${start.fileName}`, nonce: '{{nonce}}' }, injectTo: 'head-prepend' }];
      },
    },
  };
}

/** Writes each text file compressed beside itself, once, as well as it goes, so that no request waits for a compressor. */
function compressed(): Plugin {
  return {
    name: 'compressed',
    apply: 'build',
    async writeBundle({ dir }) {
      if (dir === undefined) return;
      const names = await readdir(dir, { recursive: true });
      await Promise.all(names.filter((name) => /\.(?:js|css|svg)$/.test(name)).map((name) => compress(join(dir, name))));
    },
  };
}

async function compress(path: string): Promise<void> {
  const bytes = await readFile(path);
  const options = { params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length } };
  await writeFile(`${path}.br`, await promisify(brotliCompress)(bytes, options));
  await writeFile(`${path}.gz`, await promisify(gzip)(bytes, { level: 9 }));
}
