// The page's explanations of failed commands: of connections that a real relay could not make, and of brackets in a
// URL.
import { expect, it } from 'vitest'
import { wispTransport, wsproxyTransport, type Transport } from 'libcurl-wasm'
import { runTool } from 'libcurl-wasm/tool'
import type { Run } from '../../../playground/src/model.js'
import { adviceFor, meaningOf } from '../../../playground/src/shell/explanations.js'
import { tapped } from '../../../playground/src/worker/wire.js'
import { refusingPort } from '../../servers/faults.js'
import { testRelay } from '../../relay/relays.js'

const open = await testRelay()
const shut = await testRelay({ allowRanges: [] })
const refusing = await refusingPort()

/** A run of the tool through a relay, as the page records it. */
async function run(
  argv: string[],
  relay: { url: string },
  by: (options: { url: string }) => Transport = wispTransport,
): Promise<Run> {
  const connections: Run['connections'] = []
  const transport = tapped(by({ url: `${relay.url}/` }), {
    connected: (id, host, port) =>
      void connections.push({ id, host, port, openedAt: 0, sent: 0, received: 0, events: [] }),
    bytes: (id, direction, { length }) => void (connections[id]![direction === 'in' ? 'received' : 'sent'] += length),
    disconnected: (id, ended, reason = '') => void Object.assign(connections[id]!, { ended, reason }),
  })
  const nowhere = (): WritableStream<Uint8Array> => new WritableStream()
  const streams = { stdin: new Blob([]).stream(), stdout: nowhere(), stderr: nowhere() }
  const status = await runTool(['-sS', '--max-time', '20', ...argv], { ...streams, transport, env: {} })
  return { id: 1, text: '', argv, startedAt: 0, duration: 0, status, transfers: [], connections }
}

it.each([
  ['Wisp', wispTransport],
  ['wsproxy', wsproxyTransport],
])('a relay of %s that has not connected is told from a host that is not there', async (_name, by) => {
  const nobody = await run([`http://127.0.0.1:${refusing}/`], open, by)
  expect(meaningOf(nobody)).toBe(`The relay reached 127.0.0.1, but no server listens on port ${refusing} there.`)
  const blocked = await run([`http://127.0.0.1:${refusing}/`], shut, by)
  expect(meaningOf(blocked)).toMatch(
    /^The relay is not allowed to connect to 127\.0\.0\.1, port \d+: .*private addresses/,
  )
  const unknown = await run(['http://no-such-name.invalid/'], open, by)
  expect(meaningOf(unknown)).toMatch(/^The relay (?:cannot reach|waited for) no-such-name\.invalid\b/)
  for (const { status } of [nobody, blocked, unknown]) expect(status).not.toBe(0)
})

it('other errors have the meaning of curl’s code', async () => {
  expect(meaningOf(await run(['no-such-scheme://h/'], open))).toBe(
    'The URL has a scheme that this build does not know.',
  )
})

it('for brackets that curl does not understand it advises -g', async () => {
  for (const argv of [['http://h.example/?a[name]=1'], ['-s', 'h.example/{a'], ['-d', 'x', 'http://h.example/?[b-1]']])
    expect(adviceFor(await run(argv, open))).toContain('Use -g to keep brackets and braces')
  for (const argv of [['http://h.example:x/'], ['-g', 'http://h.example:x/[a]'], ['--globoff', 'http://h:x/{a']])
    expect(adviceFor(await run(argv, open))).toBeNull()
})
