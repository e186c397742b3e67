import { defineConfig } from 'vitest/config'

// Every test file is a process of its own: libcurl's instance, its descriptors and the process' idleness are counted.
export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    pool: 'forks',
    testTimeout: 30_000,
    hookTimeout: 60_000,
    maxWorkers: 2,
    execArgv: ['--expose-gc'],
  },
})
