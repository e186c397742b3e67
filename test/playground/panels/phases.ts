// The phases of a transfer in a form for tests.
import { expect } from 'vitest'
import type { Transfer } from '../../../playground/src/model.js'
import { timingOf, type Phase } from '../../../playground/src/panels/phases.js'

export function phasesFor(transfer: Transfer) {
  const timing = timingOf(transfer, null)!
  expect(timing).not.toBeNull()
  const { phases, start, end } = timing
  const touching = phases.every(({ from, to }, i) => to > from && from === (phases[i - 1]?.to ?? 0))
  return {
    timing,
    names: phases.map(({ phase }) => phase),
    of: (wanted: Phase) =>
      phases.filter(({ phase }) => phase === wanted).reduce((sum, { from, to }) => sum + to - from, 0),
    /** Whether they follow each other without gaps, from the start to the end. */
    whole: touching && Math.abs(phases.at(-1)!.to - (end - start)) < 0.01,
  }
}
