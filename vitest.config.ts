import { defineConfig } from 'vitest/config';
import { plainReporter } from './tests/harness/plain-reporter.ts';

export default defineConfig({
  test: {
    include: ['tests/**/*.test.ts'],
    globalSetup: ['tests/harness/global-setup.ts'],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    maxWorkers: 3,
    reporters: ['default', plainReporter()],
  },
});
