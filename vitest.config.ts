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
    // if a browser has crashed, each of its tests would run into its timeout
    bail: 20,
    maxWorkers: 2,
    execArgv: ['--expose-gc'],
    // REPORT is a file for the results as JSON
    reporters: ['default', new Stalled(), ...(REPORT ? [['json', { outputFile: REPORT }] as const] : [])],
  },
})
