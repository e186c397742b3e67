import { defineConfig } from 'vitest/config'
import { Stalled } from './test/stalled/stalled.js'

const { REPORT } = process.env

// Every test file is a process of its own: libcurl's instance, its descriptors and the process' idleness are counted.
export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    pool: 'forks',
    testTimeout: 30_000,
    hookTimeout: 60_000,
    // where a browser has died, each of its tests would take all of its time
    bail: 20,
    maxWorkers: 2,
    execArgv: ['--expose-gc'],
    // REPORT is where to write the results as JSON
    reporters: ['default', new Stalled(), ...(REPORT ? [['json', { outputFile: REPORT }] as const] : [])],
  },
})
