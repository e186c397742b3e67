// How often a property is tried, and with what it begins: FAST_CHECK_SEED and FAST_CHECK_RUNS choose. A failure prints the
// seed that repeats it.
import fc from 'fast-check'

const { FAST_CHECK_SEED: seed, FAST_CHECK_RUNS: runs } = process.env

fc.configureGlobal({ numRuns: Number(runs ?? 200), ...(seed !== undefined && { seed: Number(seed) }) })

export default fc
