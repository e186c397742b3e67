// Runs the same behaviours on every runtime, against the same servers, and compares the table of differences with
// README.md.
import { expect, test } from 'vitest'
import { behaviours } from './behaviours.js'
import { differences, documented, table, type Column } from './differences.js'
import { DENO, inProcess, runtimes } from './runtimes.js'
import { servers } from './servers.js'

const at = await servers()
const columns: Column[] = []

test.each(runtimes)(
  '$name behaves like the others, except for known differences',
  async ({ name, family, outcomes: run }) => {
    const outcomes = await run(at)
    expect(Object.keys(outcomes)).toEqual(Object.keys(behaviours))
    const expected = Object.keys(behaviours).filter((behaviour) => differences[behaviour]?.[family])
    const failed = Object.entries(outcomes).filter(([, outcome]) => outcome !== null)
    expect(
      failed.map(([behaviour]) => behaviour),
      JSON.stringify(failed, null, 2),
    ).toEqual(expected)
    const before = columns.at(-1)
    if (before?.family !== family) columns.push({ name, family, outcomes })
    else before.name += `, ${name.replace(`${family} `, '')}`
  },
  200_000,
)

const ESSENTIAL = ['HTTPS, verified', 'upload of bytes and of a stream', 'blocking calls', 'the tool']
const NODE = 'node-20/bin/node'

test.each([
  ['Deno, which may do everything, does everything', '.bin/deno run --allow-all', [], undefined],
  ['Deno, which shows the system but not the environment, does its work', `${DENO} --allow-sys`, [], ESSENTIAL],
  ['Node has the module inside of the JavaScript', NODE, ['inline'], ESSENTIAL],
  ['Bun has the module inside of the JavaScript', '.bin/bun', ['inline'], ESSENTIAL],
  ['Deno has the module inside of the JavaScript', DENO, ['inline'], ESSENTIAL],
  ['Node has the light module', NODE, ['lite'], ESSENTIAL],
  ['Bun has the light module', '.bin/bun', ['lite'], ESSENTIAL],
  ['Deno has the light module', DENO, ['lite'], ESSENTIAL],
])(
  '%s',
  async (_name, command, args, which) => {
    const outcomes = await inProcess({ ...at, relay: null }, command, args, which)
    expect(Object.entries(outcomes).filter(([, outcome]) => outcome !== null)).toEqual([])
  },
  200_000,
)

test.each([
  ['Node', NODE],
  ['Bun', '.bin/bun'],
  ['Deno', DENO],
])(
  '%s goes through a relay when it is told to',
  async (_name, command) => {
    const essential = Object.fromEntries(ESSENTIAL.map((name) => [name, null]))
    expect(await inProcess(at, command, [], ESSENTIAL)).toEqual(essential)
  },
  200_000,
)

test('the README has the table of this run', () => {
  expect(columns.length).toBeGreaterThan(0)
  const now = table(columns)
  expect(documented(now), 'run it with UPDATE_README=1').toBe(now)
})
