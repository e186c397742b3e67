// What two runs have in common and what not: facts, times, headers, bodies and lines.
import { afterAll, describe, expect, it } from 'vitest'
import { compareBodies } from '../../../playground/src/panels/compare-bodies.js'
import {
  factsOf,
  firstDifference,
  headerDifferences,
  headersOf,
  lineDifferences,
  sameOrigin,
  timesOf,
  type Side,
} from '../../../playground/src/panels/differences.js'
import type { Run, Transfer } from '../../../playground/src/model.js'
import { startOrigin } from '../../../dist/playground/server/origin.js'
import { refusingPort } from '../../servers/faults.js'
import { record } from './record.js'
import { pick, random } from '../command/random.js'

const origin = await startOrigin()
afterAll(() => origin.close())

const side = async (...argv: string[]): Promise<Side> => {
  const run = await record(argv, origin.ca)
  return { run, transfer: run.transfers[0] }
}
const fact = (before: Side, after: Side, name: string): [string, string] | undefined => {
  const found = factsOf(before, after).find((each) => each.name === name)
  return found && [found.before, found.after]
}

describe('runs', () => {
  it('differ in status, versions, redirects and size', async () => {
    const before = await side('-L', `${origin.https}/redirect/2`)
    const after = await side('--http1.1', '--tls-max', '1.2', `${origin.https}/status/404`)
    expect(fact(before, after, 'Status')).toEqual(['200', '404'])
    expect(fact(before, after, 'Responses')).toEqual(['302 → 302 → 200', '404'])
    expect(fact(before, after, 'HTTP version')).toEqual(['2', '1.1'])
    expect(fact(before, after, 'TLS')).toEqual(['TLS 1.3', 'TLS 1.2'])
    expect(fact(before, after, 'Result')).toEqual(['ok', 'ok'])
    expect(sameOrigin(before, after)).toBe(true)
    const { rows } = timesOf(before, after, 0)
    expect(rows.at(-1)).toMatchObject({ phase: 'total' })
    for (const end of ['before', 'after'] as const) {
      const total = rows.at(-1)![end]!
      const sum = rows.slice(0, -1).reduce((all, row) => all + (row[end] ?? 0), 0)
      expect(sum).toBeCloseTo(total, 3)
    }
  })

  it('may have failed, made no transfer, or still go on', async () => {
    const good = await side(`${origin.http}/get`)
    const failed = await side(`http://127.0.0.1:${await refusingPort()}/`)
    expect(fact(good, failed, 'Result')).toEqual(['ok', 'CURLE_COULDNT_CONNECT (7)'])
    expect(fact(good, failed, 'HTTP version')).toEqual(['1.1', ''])
    expect([headersOf(good)?.length, headersOf(failed)]).toEqual([expect.any(Number), null])
    expect(sameOrigin(good, failed)).toBe(false)
    const none: Side = { run: { ...good.run, transfers: [] }, transfer: undefined }
    expect(fact(good, none, 'Result')).toEqual(['ok', 'no transfer'])
    expect(timesOf(good, none, 0).after).toBeNull()
    const going = (run: Run): Side => ({
      run: { ...run, status: null, duration: null },
      transfer: { ...run.transfers[0]!, result: null, infos: null, body: null },
    })
    const live = going(good.run)
    expect(fact(good, live, 'Result')).toEqual(['ok', 'running'])
    expect(fact(good, live, 'Body')![1]).toMatch(/ so far$/)
    expect(timesOf(good, live, live.run.startedAt + 60_000).rows.at(-1)!.after).toBeGreaterThan(50_000)
  })
})

it('headers are added, removed and changed by name, whatever their case, with all of their values', () => {
  const list = (...lines: string[]): { name: string; value: string }[] =>
    lines.map((line) => ({ name: line.split(': ')[0]!, value: line.split(': ')[1]! }))
  const before = list('Server: a', 'Set-Cookie: a=1', 'Set-Cookie: b=2', 'Date: x', 'Gone: yes')
  const after = list('server: a', 'set-cookie: b=2', 'set-cookie: a=1', 'New: yes', 'date: y', '__proto__: z')
  expect(headerDifferences(before, after).map(({ name, change }) => `${change} ${name}`)).toEqual([
    ...['changed set-cookie', 'changed date', 'added new', 'added __proto__', 'removed gone', 'same server'],
  ])
  expect(headerDifferences(before, before).every(({ change }) => change === 'same')).toBe(true)
})

describe('bodies', () => {
  const blob = (text: string): Blob => new Blob([text])
  it('are equal, or differ at a byte, also beyond a MB', async () => {
    const long = 'x'.repeat(3 << 20)
    expect(await firstDifference(blob(''), blob(''))).toBeNull()
    expect(await firstDifference(blob(long), blob(long))).toBeNull()
    expect(await firstDifference(blob(`${long}a`), blob(`${long}b`))).toBe(long.length)
    expect(await firstDifference(blob(long), blob(`${long}b`))).toBe(long.length)
    expect(await firstDifference(blob('ab'), blob('ax'))).toBe(1)
    const stopped = AbortSignal.abort()
    await expect(firstDifference(blob(long), blob(long), stopped)).rejects.toThrow()
  })

  it('are compared by lines if they are text, and JSON is indented first', async () => {
    const of = async (body: string, type: string): Promise<Transfer & { body: Blob }> => ({
      ...{ number: 0, trace: [], received: body.length, result: 0, infos: { CONTENT_TYPE: type }, body: blob(body) },
    })
    const { signal } = new AbortController()
    const compare = async (before: string, after: string, type: string) =>
      compareBodies(await of(before, type), await of(after, type), signal)
    const json = await compare('{"a":1,"b":2}', '{"a":1,"b":3}', 'application/json')
    expect(json.lines!.filter(({ kind }) => kind !== 'same')).toEqual([
      { kind: 'removed', text: '  "b": 2' },
      { kind: 'added', text: '  "b": 3' },
    ])
    expect(await compare('same', 'same', 'text/plain')).toMatchObject({ at: null, compared: 4, lines: null })
    expect(await compare('a\0b', 'a\0c', 'application/octet-stream')).toMatchObject({ at: 2, lines: null })
    const big = 'y'.repeat(300_000)
    expect(await compare(big, `${big}z`, 'text/plain')).toMatchObject({ at: 300_000, lines: null })
    // a shared run has only the beginning
    const cut = { ...(await of('begin', 'text/plain')), cut: true as const }
    const part = await compareBodies(cut, await of('beginning', 'text/plain'), signal)
    expect(part).toEqual({ at: null, compared: 5, partial: true, lines: null })
  })

  it('become each other by the lines that are removed and added', () => {
    const next = random(11)
    for (let round = 0; round < 300; round++) {
      const some = (): string[] => Array.from({ length: Math.floor(next() * 12) }, () => pick(next, [...'abcd']))
      const [before, after] = [some(), some()]
      const lines = lineDifferences(before, after)!
      const texts = (kind: string): string[] => lines.filter((line) => line.kind !== kind).map(({ text }) => text)
      expect([texts('added'), texts('removed')]).toEqual([before, after])
    }
    const many = Array.from({ length: 5000 }, (_, i) => `${i}`)
    expect(lineDifferences(many, many.with(2500, 'x'))!.filter(({ kind }) => kind !== 'same')).toHaveLength(2)
    expect(lineDifferences(many, many.toReversed())).toBeNull()
  })
})
