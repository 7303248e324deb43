import { defineConfig } from 'vitest/config';
import { consoleAliases } from './admin/vite.config.ts';
import { plainReporter } from './tests/harness/plain-reporter.ts';

/** Files whose tests change what is the cluster's (a lane's memberships, a role's attributes): the proofs of all other files would see it. */
const alone = ['tests/platform/{life,lock-down}.test.ts', 'tests/prover/attempts.test.ts'];
/** They wait for a browser, which the machine may have little time for. */
const inBrowsers = 'tests/console/e2e/*.test.ts';
const every = 'tests/**/*.test.{ts,tsx}';

export default defineConfig({
  resolve: { alias: consoleAliases },
  test: {
    projects: [
      { extends: true, test: { name: 'together', include: [every], exclude: [...alone, inBrowsers], sequence: { groupOrder: 0 } } },
      { extends: true, test: { name: 'browser', include: [inBrowsers], testTimeout: 120_000, hookTimeout: 120_000, sequence: { groupOrder: 0 } } },
      { extends: true, test: { name: 'alone', include: alone, maxWorkers: 1, sequence: { groupOrder: 1 } } },
    ],
    globalSetup: ['tests/harness/global-setup.ts'],
    // What is waited for comes at once on a quiet machine, and on a busy one it comes: a slow test is none that failed. What has to be fast is
    // measured by benches, and a test that means a time says so itself.
    testTimeout: 60_000,
    hookTimeout: 120_000,
    expect: { poll: { timeout: 15_000 } },
    maxWorkers: 3,
    reporters: ['default', plainReporter()],
    coverage: {
      provider: 'v8',
      include: ['{config,database,network,server,worker}/**/*.ts'],
      exclude: ['server/main.ts', 'worker/main.ts'],
      reporter: ['text-summary', 'html'],
      thresholds: {
        lines: 80,
        branches: 80,
        'database/{envelope,connection,lane,lanes,scope,statements,waiting,terminate}.ts': { lines: 95, branches: 95 },
        'server/identity/**': { lines: 95, branches: 95 },
      },
    },
  },
});
