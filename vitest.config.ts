import { defineConfig } from 'vitest/config';
import { consoleAliases } from './admin/vite.config.ts';
import { plainReporter } from './tests/harness/plain-reporter.ts';

export default defineConfig({
  resolve: { alias: consoleAliases },
  test: {
    include: ['tests/**/*.test.{ts,tsx}'],
    globalSetup: ['tests/harness/global-setup.ts'],
    testTimeout: 30_000,
    hookTimeout: 60_000,
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
