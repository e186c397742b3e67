// bin/relay with several workers: their limits per address hold together, one that dies takes only its own streams and is
// replaced, and the primary answers for all.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { VisitorLimits } from '../../relay/core/limits.js'
import { SharedVisitors, VisitorsOfAll } from '../../relay/core/shared-limits.js'
import { CLOSE, CONTINUE, encodeClose, openConfirmationExtension } from '../../shim/transports/wisp/protocol.js'
import { CloseReason } from '../../shim/transports/relay.js'
import { scratch } from '../servers/scratch.js'
import { echo, source } from './origins.js'
import { connect, v1, v2, type Peer } from './peer.js'
import { relayProcess, runRelay, until, type LogLine, type RelayProcess } from './relays.js'

const echoing = await echo()

const start = (...args: string[]): Promise<RelayProcess> =>
  relayProcess('--workers', '2', '--log-level', 'debug', ...args)

const events = ({ log }: RelayProcess, event: string): LogLine[] => log.filter((line) => line.event === event)
/** The processes of all workers so far, the latest last. */
const workersOf = (relay: RelayProcess): number[] => events(relay, 'worker').map(({ worker }) => worker as number)
/** In which process the n-th client is, for each client that was accepted so far. */
const placesOf = (relay: RelayProcess): number[] => events(relay, 'client').map(({ pid }) => pid as number)

async function get(port: number, path: string): Promise<{ status: number; body: string }> {
  const response = await fetch(`http://127.0.0.1:${port}${path}`)
  return { status: response.status, body: await response.text() }
}

async function metric({ metricsPort }: RelayProcess, name: string): Promise<number> {
  const { body } = await get(metricsPort!, '/metrics')
  return Number(new RegExp(`^${name.replace(/[{}]/g, '\\$&')} (.*)$`, 'm').exec(body)?.[1])
}

function alive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

/** A client, and the worker that it is in. */
interface Placed {
  peer: Peer
  worker: number
}

/** One client after the other. */
async function clients(relay: RelayProcess, count: number): Promise<Placed[]> {
  const placed: Placed[] = []
  for (let i = 0; i < count; i++) {
    const before = placesOf(relay).length
    const { peer } = await v1(`${relay.url}/`)
    await until(() => placesOf(relay).length > before)
    placed.push({ peer, worker: placesOf(relay).at(-1)! })
  }
  return placed
}

/** Whether a client is accepted, and the client. */
async function accepted(relay: RelayProcess): Promise<{ peer: Peer; ok: boolean }> {
  const peer = await connect(`${relay.url}/`)
  const { type } = await peer.next(({ type }) => type === CONTINUE || type === CLOSE)
  return { peer, ok: type === CONTINUE }
}

test('a worker that dies takes only its own streams, is replaced, and new clients are served meanwhile', async () => {
  const relay = await start()
  expect(workersOf(relay)).toHaveLength(2)
  const placed = await clients(relay, 10)
  const [victim, other] = workersOf(relay)
  const lost = placed.filter(({ worker }) => worker === victim).length
  expect(lost).toBeGreaterThan(0)
  expect(lost).toBeLessThan(10)
  const rounds = new Map<Peer, number>()
  const codes: number[] = []
  const load = async (peer: Peer): Promise<void> => {
    peer.connect(1, echoing.port)
    for (let round = 1; ; round++) {
      peer.data(1, 'round')
      await peer.read(1, 5)
      rounds.set(peer, round)
    }
  }
  for (const { peer } of placed) {
    void peer.closed.then(({ code }) => codes.push(code))
    load(peer).catch(() => {})
  }
  await until(() => rounds.size === 10)
  process.kill(victim!, 'SIGKILL')
  await until(() => codes.length === lost)
  const fresh = await clients(relay, 2)
  for (const { peer } of fresh) load(peer).catch(() => {})
  await until(() => workersOf(relay).length === 3)
  expect(events(relay, 'worker ended')).toEqual([expect.objectContaining({ worker: victim, signal: 'SIGKILL' })])

  const others = [...placed.filter(({ worker }) => worker === other), ...fresh].map(({ peer }) => peer)
  const before = others.map((peer) => rounds.get(peer) ?? 0)
  await until(() => others.every((peer, index) => (rounds.get(peer) ?? 0) > before[index]! + 20))
  expect(codes).toEqual(Array(lost).fill(1006))
  expect(await metric(relay, 'relay_workers')).toBe(2)
  expect(await metric(relay, 'relay_workers_ended_total')).toBe(1)
  expect((await clients(relay, 2)).map(({ worker }) => worker)).toContain(workersOf(relay)[2])
})

test('clients of an address: all workers together accept no more, and those of a dead one are given back', async () => {
  const relay = await start('--clients', '4')
  const placed = await clients(relay, 4)
  expect(new Set(placed.map(({ worker }) => worker)).size).toBe(2)
  const many = await Promise.all(Array.from({ length: 20 }, () => accepted(relay)))
  expect(many.filter(({ ok }) => ok)).toEqual([])
  const victim = placed[0]!.worker
  const held = placed.filter(({ worker }) => worker === victim).length
  process.kill(victim, 'SIGKILL')
  await until(() => workersOf(relay).length === 3)
  const again = await Promise.all(Array.from({ length: 20 }, () => accepted(relay)))
  expect(again.filter(({ ok }) => ok)).toHaveLength(held)
  // and those of one that leaves
  again.find(({ ok }) => ok)!.peer.end()
  await until(async () => (await accepted(relay)).ok)
})

test('a client that leaves while its worker asks for it is not counted for ever', async () => {
  const relay = await start('--clients', '2')
  for (let i = 0; i < 50; i++) {
    const peer = connect(`${relay.url}/`).catch(() => null)
    if (i % 2) void peer.then((one) => one?.end())
    else (await peer)?.end()
  }
  await until(async () => {
    const { ok, peer } = await accepted(relay)
    peer.end()
    return ok
  })
})

test('attempts to connect per second: all workers together allow no more', async () => {
  const rate = 5
  const relay = await relayProcess('--workers', '4', '--connect-rate', `${rate}`)
  const since = performance.now()
  const reasons: number[] = []
  let opened = 0
  const ask = async (): Promise<void> => {
    const { peer } = await v2(`${relay.url}/`, [openConfirmationExtension])
    for (let id = 1; id <= 10; id++) peer.connect(id, echoing.port)
    for (let id = 1; id <= 10; id++) {
      const { type, reason } = (await peer.next(
        (packet) => packet.streamId === id && (packet.type === CLOSE || packet.type === CONTINUE),
      )) as { type: number; reason?: number }
      if (type === CONTINUE) opened++
      else reasons.push(reason!)
    }
  }
  await Promise.all(Array.from({ length: 8 }, ask))
  const seconds = (performance.now() - since) / 1000
  expect(opened).toBeGreaterThanOrEqual(rate)
  expect(opened).toBeLessThanOrEqual(rate + rate * seconds)
  expect(new Set(reasons)).toEqual(new Set([CloseReason.THROTTLED]))
})

test('guesses of a token: all workers together check no more than connects per second', async () => {
  const rate = 5
  const file = join(scratch(), 'tokens')
  writeFileSync(file, 't0ken\n')
  const relay = await relayProcess('--workers', '4', '--connect-rate', `${rate}`, '--token-file', file)
  const since = performance.now()
  const guess = async (): Promise<number> => (await connect(`${relay.url}/?token=wr0ng`)).closeReason(0)
  const reasons = await Promise.all(Array.from({ length: 40 }, guess))
  const seconds = (performance.now() - since) / 1000
  const checked = reasons.filter((reason) => reason === CloseReason.BAD_PASSWORD).length
  expect(checked).toBeGreaterThanOrEqual(rate)
  expect(checked).toBeLessThanOrEqual(rate + rate * seconds)
  expect(new Set(reasons)).toEqual(new Set([CloseReason.BAD_PASSWORD, CloseReason.THROTTLED]))
})

test('bytes per second: all workers together let through no more', async () => {
  const rate = 1_000_000
  const relay = await start('--byte-rate', `${rate}`)
  const origin = await source((3 * rate) / 2)
  const placed = await clients(relay, 2)
  expect(placed[0]!.worker).not.toBe(placed[1]!.worker)
  const since = performance.now()
  for (const { peer } of placed) peer.connect(1, origin.port)
  await Promise.all(placed.map(({ peer }) => peer.read(1, (3 * rate) / 2)))
  // the bytes of the first second are allowed at once; each worker alone would take half a second
  expect(performance.now() - since).toBeGreaterThan(1200)
})

test('metrics are those of all, wherever they are asked for, and do not fall when a worker dies', async () => {
  const relay = await start('--metrics', 'main')
  const at = { ...relay, metricsPort: relay.port }
  const placed = await clients(relay, 2)
  for (const { peer } of placed) {
    peer.connect(1, echoing.port)
    peer.data(1, 'hello')
    await peer.read(1, 5)
  }
  for (let i = 0; i < 4; i++) {
    expect(await metric(at, 'relay_clients{protocol="wisp"}')).toBe(2)
    expect(await metric(at, 'relay_bytes_total{direction="up"}')).toBe(10)
  }
  expect((await get(relay.port, '/metrics')).body).not.toMatch(/ (null|undefined)$/m)
  process.kill(placed[0]!.worker, 'SIGKILL')
  await until(() => workersOf(relay).length === 3)
  expect(await metric(at, 'relay_clients{protocol="wisp"}')).toBe(1)
  expect(await metric(at, 'relay_bytes_total{direction="up"}')).toBe(10)
  process.kill(placed[1]!.worker, 'SIGKILL')
  await until(() => workersOf(relay).length === 4)
  expect(await metric(at, 'relay_bytes_total{direction="up"}')).toBe(10)
})

test('a signal to all processes drains them all: streams in every worker may finish', async () => {
  const relay = await start('--drain-timeout', '60')
  const placed = await clients(relay, 3)
  for (const { peer } of placed.slice(0, 2)) {
    peer.connect(1, echoing.port)
    peer.data(1, 'a')
    await peer.read(1, 1)
  }
  // as a service manager or a terminal does
  for (const pid of [...workersOf(relay), relay.child.pid!]) process.kill(pid, 'SIGTERM')
  expect((await placed[2]!.peer.closed).code).toBe(1001)
  for (let i = 0; i < 2; i++) {
    expect(await get(relay.port, '/healthz')).toEqual({ status: 503, body: 'draining\n' })
    await expect(connect(`${relay.url}/`)).rejects.toThrow('HTTP 503')
  }
  for (const { peer } of placed.slice(0, 2)) {
    peer.data(1, 'still')
    expect((await peer.read(1, 5)).toString()).toBe('still')
    peer.send(encodeClose(1, CloseReason.VOLUNTARY))
    expect((await peer.closed).code).toBe(1001)
  }
  expect(await relay.exit).toEqual({ status: 0, signal: null })
  expect(events(relay, 'worker ended')).toEqual([])
  expect(workersOf(relay).filter(alive)).toEqual([])
})

test('streams that do not end in time are closed, and a second signal does not wait', async () => {
  const [relay, impatient] = await Promise.all([start('--drain-timeout', '0.2'), start('--drain-timeout', '60')])
  for (const one of [relay, impatient]) {
    for (const { peer } of await clients(one, 2)) {
      peer.connect(1, echoing.port)
      peer.data(1, 'a')
      await peer.read(1, 1)
    }
    one.child.kill('SIGTERM')
  }
  expect((await relay.exit).status).toBe(0)
  await until(() => events(impatient, 'draining').length > 0)
  impatient.child.kill('SIGTERM')
  expect((await impatient.exit).status).toBe(1)
  await until(() => !workersOf(impatient).some(alive))
})

test('no worker is left when the primary dies', async () => {
  const relay = await start()
  await clients(relay, 2)
  relay.child.kill('SIGKILL')
  await until(() => !workersOf(relay).some(alive))
})

test('a worker that dies again and again is started less and less often', async () => {
  const relay = await start()
  for (let died = 1; died <= 4; died++) {
    process.kill(workersOf(relay).at(-1)!, 'SIGKILL')
    await until(() => workersOf(relay).length === 2 + died)
  }
  const at = (line: LogLine): number => Date.parse(line.time as string)
  const ended = events(relay, 'worker ended').map(at)
  const begun = events(relay, 'worker').slice(2).map(at)
  for (const [index, time] of begun.entries()) expect(time - ended[index]!).toBeGreaterThan(95 * 2 ** index)
})

test('workers that cannot start', async () => {
  const place = ['--host', '127.0.0.1', '--port', `${echoing.port}`, '--metrics', 'off', '--log-level', 'silent']
  const { status, stderr } = await runRelay([...place, '--workers', '2'])
  expect([status, stderr]).toEqual([1, expect.stringContaining('cannot listen for the relay: ')])
  expect(stderr).toContain('EADDRINUSE')
  for (const wrong of ['0', 'many', '9999'])
    expect((await runRelay(['--workers', wrong])).stderr).toContain(`--workers: "${wrong}" is not`)
})

// --- without processes ---

/** Two workers and their primary, whose messages arrive when `deliver` is called. */
function together(limits: Partial<VisitorLimits>) {
  const all = { clientsPerAddress: 10, connectsPerSecond: 0, bytesPerSecond: 0, ...limits }
  const primary = new VisitorsOfAll<number>(all)
  const waiting: (() => void)[] = []
  const worker = (id: number): SharedVisitors => {
    const visitors: SharedVisitors = new SharedVisitors(all, (ask) => waiting.push(() => primary.ask(id, ask)), 20)
    primary.join(id, (answer) => waiting.push(() => visitors.answer(answer)))
    return visitors
  }
  const deliver = (): void => {
    for (let one; (one = waiting.shift());) one()
  }
  const enter = async (visitors: SharedVisitors, address = '192.0.2.1') => {
    const entering = visitors.enter(address)
    deliver()
    return entering
  }
  return { primary, workers: [worker(1), worker(2)] as const, waiting, deliver, enter }
}

test('a worker knows what an address has spent elsewhere, before and after it came', async () => {
  const { workers, deliver, enter } = together({ bytesPerSecond: 1000 })
  const one = (await enter(workers[0]))!
  one.bytes.spend(500_000)
  await new Promise((resolve) => setTimeout(resolve, 50))
  deliver()
  const other = (await enter(workers[1]))!
  expect(other.bytes.debtMs).toBeGreaterThan(400_000)
  other.bytes.spend(500_000)
  workers[1].leave(other) // it reports at once
  deliver()
  expect(one.bytes.debtMs).toBeGreaterThan(900_000)
  // one that leaves and comes back has the same debt
  workers[0].leave(one)
  deliver()
  expect((await enter(workers[0]))!.bytes.debtMs).toBeGreaterThan(900_000)
  expect((await enter(workers[0], '192.0.2.2'))!.bytes.debtMs).toBe(0)
})

test('a flood of attempts does not reach the primary', async () => {
  const { workers, enter, waiting, deliver } = together({ connectsPerSecond: 5 })
  const one = (await enter(workers[0]))!
  const since = performance.now()
  const attempts = Array.from({ length: 10_000 }, () => one.attempt())
  const seconds = (performance.now() - since) / 1000
  expect(waiting.length).toBeLessThanOrEqual(6 + 6 * seconds)
  deliver()
  const admitted = (await Promise.all(attempts)).filter(Boolean).length
  expect(admitted).toBeGreaterThanOrEqual(5)
  expect(admitted).toBeLessThanOrEqual(5 + 5 * seconds)
})

test('an IPv6 /64 is one address in all workers', async () => {
  const { workers, enter, primary } = together({ clientsPerAddress: 2 })
  expect(await enter(workers[0], '2a00::1')).not.toBe(null)
  expect(await enter(workers[1], '2a00::2')).not.toBe(null)
  expect(await enter(workers[1], '2a00::3')).toBe(null)
  expect(await enter(workers[1], '2a00:0:0:1::1')).not.toBe(null)
  primary.gone(1)
  expect(await enter(workers[1], '2a00::3')).not.toBe(null)
  expect(await enter(workers[1], '2a00::4')).toBe(null)
})
