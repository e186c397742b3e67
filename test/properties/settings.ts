// The settings of property tests: FAST_CHECK_SEED chooses the seed, and FAST_CHECK_RUNS how often a property is tried.
// A failure prints the seed that repeats it.
import fc from 'fast-check'

const { FAST_CHECK_SEED: seed, FAST_CHECK_RUNS: runs } = process.env

fc.configureGlobal({ numRuns: Number(runs ?? 200), ...(seed !== undefined && { seed: Number(seed) }) })

export default fc
