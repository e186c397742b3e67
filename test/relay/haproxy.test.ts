// Two relays behind HAProxy, with the configuration from the documentation: one of them dies under load, or drains.
import { spawn, type ChildProcess } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { freePort } from '../servers/listening.js'
import { scratch } from '../servers/scratch.js'
import { echo } from './origins.js'
import { connect, v1, type Peer } from './peer.js'
import { relayProcess, until, type RelayProcess } from './relays.js'

const folder = scratch()
const echoing = await echo()
const proxies: ChildProcess[] = []
afterAll(() => void proxies.forEach((proxy) => proxy.kill('SIGKILL')))

/** Starts HAProxy with docs/haproxy.cfg, but with loopback addresses and frequent health checks. */
async function haproxy(relays: RelayProcess[]): Promise<string> {
  const port = await freePort()
  const changes: [RegExp, string][] = [
    [/bind .*/, `bind 127.0.0.1:${port}`],
    [/inter 2s/, 'inter 100ms'],
    [/10\.0\.0\.11:9001/, `127.0.0.1:${relays[0]!.port}`],
    [/10\.0\.0\.12:9001/, `127.0.0.1:${relays[1]!.port}`],
  ]
  let text = readFileSync(new URL('../../docs/haproxy.cfg', import.meta.url), 'utf8')
  for (const [pattern, replacement] of changes) {
    expect(text).toMatch(pattern)
    text = text.replace(pattern, replacement)
  }
  const file = join(folder, `haproxy-${port}.cfg`)
  writeFileSync(file, text)
  const program = existsSync('/usr/sbin/haproxy') ? '/usr/sbin/haproxy' : 'haproxy'
  const child = spawn(program, ['-db', '-f', file], { stdio: ['ignore', 'ignore', 'pipe'] })
  proxies.push(child)
  let said = ''
  child.stderr!.on('data', (chunk) => (said += chunk))
  const up = async (): Promise<boolean> => {
    if (child.exitCode !== null) throw new Error(`haproxy has ended: ${said}`)
    return fetch(`http://127.0.0.1:${port}/healthz`).then(
      ({ status }) => status === 200,
      () => false,
    )
  }
  await until(up)
  return `ws://127.0.0.1:${port}/`
}

const twoRelays = (): Promise<RelayProcess[]> =>
  Promise.all([1, 2].map(() => relayProcess('--trusted-proxy', '127.0.0.1', '--log-level', 'debug')))

const clientsOf = ({ log }: RelayProcess): number => log.filter(({ event }) => event === 'client').length

/** A client with a stream on which data is echoed again and again until it ends. */
interface Load {
  peer: Peer
  rounds: number
  ended: Promise<number>
}

async function load(url: string): Promise<Load> {
  const { peer } = await v1(url)
  const one: Load = { peer, rounds: 0, ended: peer.closed.then(({ code }) => code) }
  peer.connect(1, echoing.port)
  const turn = async (): Promise<void> => {
    for (;;) {
      peer.data(1, 'round')
      await peer.read(1, 5)
      one.rounds++
    }
  }
  turn().catch(() => {})
  await until(() => one.rounds > 0)
  return one
}

test('when a relay dies, only its own streams end, with an error, and new ones work', async () => {
  const relays = await twoRelays()
  const url = await haproxy(relays)
  const loads: Load[] = []
  for (let i = 0; i < 20; i++) loads.push(await load(url))
  expect(relays.map(clientsOf)).toEqual([10, 10]) // by leastconn

  const over = new Set<Load>()
  const codes: number[] = []
  for (const one of loads) void one.ended.then((code) => (over.add(one), codes.push(code)))
  relays[0]!.child.kill('SIGKILL')
  // at once, when HAProxy has only noticed that connections have ended
  const fresh = await Promise.all(Array.from({ length: 10 }, () => load(url)))
  await until(() => over.size === 10)
  expect(codes).toEqual(Array(10).fill(1006)) // broken, without an orderly end

  const others = [...loads.filter((one) => !over.has(one)), ...fresh]
  const before = others.map(({ rounds }) => rounds)
  await until(() => others.every(({ rounds }, index) => rounds > before[index]! + 20))
  expect(over.size).toBe(10)
  expect(clientsOf(relays[1]!)).toBe(20)
  for (const { peer } of others) peer.end()
})

test('a relay that drains gets no new clients, and loses none', async () => {
  const relays = await twoRelays()
  const url = await haproxy(relays)
  const loads = [await load(url), await load(url)]
  expect(relays.map(clientsOf)).toEqual([1, 1])
  relays[0]!.child.kill('SIGTERM')
  await until(() => relays[0]!.log.some(({ event }) => event === 'draining'))
  // until HAProxy has checked twice, it may connect to the draining relay, and get a 503
  await until(async () => {
    const peer = await connect(url).catch(() => null)
    peer?.end()
    return peer !== null
  })
  const refused = (): number => relays[0]!.log.filter(({ status }) => status === 503).length
  await until(async () => {
    const before = refused()
    const peers = await Promise.all([1, 2, 3].map(() => connect(url).catch(() => null)))
    for (const peer of peers) peer?.end()
    return refused() === before
  })
  expect(clientsOf(relays[0]!)).toBe(1)
  const before = loads.map(({ rounds }) => rounds)
  await until(() => loads.every(({ rounds }, index) => rounds > before[index]! + 20))
  for (const { peer } of loads) peer.end()
  expect((await relays[0]!.exit).status).toBe(0)
})

test('the relay knows the address of the client and not of the proxy, and ignores what the client claims', async () => {
  const relays = await Promise.all(
    [1, 2].map(() => relayProcess('--trusted-proxy', '127.0.0.0/9', '--log-level', 'debug')),
  )
  const url = await haproxy(relays)
  const { peer } = await v1(url, { localAddress: '127.200.0.1', headers: { 'x-forwarded-for': '1.2.3.4' } })
  const lines = (): unknown[] => relays.flatMap(({ log }) => log.filter(({ event }) => event === 'client'))
  await until(() => lines().length > 0)
  expect(lines()).toEqual([expect.objectContaining({ from: '127.200.0.1' })])
  peer.end()
})

test('metrics are not public', async () => {
  const relays = await twoRelays()
  const url = (await haproxy(relays)).replace('ws:', 'http:')
  expect((await fetch(`${url}metrics`)).status).toBe(404)
  expect((await fetch(`http://127.0.0.1:${relays[0]!.metricsPort}/metrics`)).status).toBe(200)
})

test('the documentation has the tested configuration', () => {
  const docs = readFileSync(new URL('../../docs/relay.md', import.meta.url), 'utf8')
  const shown = /```haproxy\n([^]*?)```/.exec(docs)![1]
  expect(shown).toBe(readFileSync(new URL('../../docs/haproxy.cfg', import.meta.url), 'utf8'))
})
