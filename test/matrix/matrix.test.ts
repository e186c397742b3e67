// The short form of the test matrix: a few cells that together have each possible pair of values. `make matrix` runs
// all.
import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'
import { cells, everything, impossible, nameOf, pairwise, selected } from './axes.js'
import { bundle } from './bundle.mjs'
import { DIFFERENCES } from './expected.js'

const run = promisify(execFile)
const root = fileURLToPath(new URL('../..', import.meta.url))

it('every API ends in the same error on every way, and leaves nothing behind', async () => {
  await bundle()
  const ended = await run(process.execPath, ['build/matrix/run.js', '--short'], { cwd: root }).catch(
    (error: { stdout: string; stderr: string }) => error,
  )
  expect(ended.stderr).toBe('')
  expect(ended.stdout).toMatch(/^(\d+) of \1 cells are right/m)
}, 280_000)

describe('the axes', () => {
  it('the short form has every possible pair of values', () => {
    const pairs = (chosen: ReturnType<typeof cells>): Set<string> =>
      new Set(
        chosen.flatMap((cell) => {
          const values = Object.entries(cell).map(String)
          return values.flatMap((a, i) => values.slice(i + 1).map((b) => `${a} ${b}`))
        }),
      )
    expect(pairs(pairwise())).toEqual(pairs(cells()))
  })

  it('names select cells, and a name that selects none is an error with the reason', () => {
    expect(selected('fetch/wisp2/https/fin-in-body/stopped').map(nameOf)).toEqual([
      'fetch/wisp2/https/fin-in-body/stopped',
    ])
    expect(selected('*/direct/h2/refused').map(({ api }) => api)).toEqual(['fetch', 'Session', 'Easy', 'runTool'])
    expect(() => selected('WebSocket/direct/h2')).toThrow('only has WebSockets over HTTP/1.1')
    expect(() => selected('fetch/wisp3')).toThrow("'wisp3' is none of direct, wisp1")
  })

  it('every documented difference applies to some cell', () => {
    for (const { reason, of } of DIFFERENCES) expect(cells().some(of), reason).toBe(true)
    expect(everything().length).toBe(cells().length + everything().filter(impossible).length)
  })
})
