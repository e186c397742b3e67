// The limits of the Worker for long transfers: what it keeps, and what it reports.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { DATA_IN, HEADER_IN, SSL_DATA_IN, TEXT } from '../../../playground/src/model.js'
import { Batches, type Batch } from '../../../playground/src/worker/batch.js'
import { Bodies } from '../../../playground/src/worker/bodies.js'
import { SHOWN, SHOWN_BINARY, TerminalOutput } from '../../../playground/src/worker/output.js'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

describe('batches', () => {
  function setUp() {
    const sent: Batch[] = []
    let now = 100
    const batches = new Batches(
      100,
      (batch) => sent.push(batch),
      () => now,
    )
    return { batches, sent, pass: (ms: number) => ((now += ms), vi.advanceTimersByTime(ms)) }
  }

  it('are sent once a frame, in order, with times since the run began', () => {
    const { batches, sent, pass } = setUp()
    batches.trace(0, TEXT, Uint8Array.of(1))
    pass(5)
    batches.trace(0, HEADER_IN, Uint8Array.of(2, 3))
    batches.wire(1, 'out', Uint8Array.of(4))
    batches.received(0, 10)
    batches.received(0, 5)
    expect(sent).toEqual([])
    pass(11)
    expect(sent).toEqual([
      {
        trace: [
          { transfer: 0, kind: TEXT, at: 0, size: 1, bytes: Uint8Array.of(1) },
          { transfer: 0, kind: HEADER_IN, at: 5, size: 2, bytes: Uint8Array.of(2, 3) },
        ],
        wire: [{ connection: 1, direction: 'out', at: 5, size: 1, bytes: Uint8Array.of(4) }],
        received: [[0, 15]],
      },
    ])
    pass(100)
    batches.flush()
    expect(sent).toHaveLength(1)
  })

  it('keep copies, and only the beginning of a long event', () => {
    const { batches, sent } = setUp()
    const data = new Uint8Array(50_000).fill(1)
    batches.wire(0, 'in', data)
    data.fill(2)
    batches.flush()
    expect(sent[0]!.wire[0]).toMatchObject({ size: 50_000, bytes: { length: 16384, 0: 1 } })
  })

  it('keep 1 MB of a connection and of the data of a transfer, and count the rest in few events', () => {
    const { batches, sent } = setUp()
    const piece = new Uint8Array(16384)
    for (let i = 0; i < 2000; i++) {
      batches.wire(0, 'in', piece)
      batches.trace(0, SSL_DATA_IN, piece)
      batches.trace(0, DATA_IN, piece)
    }
    batches.trace(0, TEXT, Uint8Array.of(1))
    batches.flush()
    const { wire, trace } = sent[0]!
    expect(wire.reduce((sum, { size }) => sum + size, 0)).toBe(2000 * 16384)
    expect(wire.reduce((sum, { bytes }) => sum + bytes.length, 0)).toBe(1 << 20)
    expect(wire.length).toBeLessThan(70)
    expect(trace.filter(({ kind }) => kind === DATA_IN).reduce((sum, { size }) => sum + size, 0)).toBe(2000 * 16384)
    expect(trace.length).toBeLessThan(70)
    expect(trace.at(-1)).toMatchObject({ kind: TEXT, bytes: Uint8Array.of(1) })
  })
})

describe('bodies', () => {
  it('are what was written, in any size', async () => {
    const bodies = new Bodies()
    for (let i = 0; i < 300; i++) bodies.add(0, new Uint8Array(30_000).fill(i % 256))
    bodies.add(1, Uint8Array.of(7))
    const bytes = new Uint8Array(await bodies.take(0).arrayBuffer())
    expect(bytes.length).toBe(300 * 30_000)
    expect([bytes[0], bytes[30_000], bytes[299 * 30_000]]).toEqual([0, 1, 299 % 256])
    expect(bodies.left()).toEqual([1])
    expect((await bodies.take(5).arrayBuffer()).byteLength).toBe(0)
  })
})

describe('output for the terminal', () => {
  function setUp() {
    const shown: [string, number][] = []
    const omitted: number[] = []
    const output = new TerminalOutput(
      (stream, bytes) => shown.push([stream, bytes.length]),
      (bytes) => omitted.push(bytes),
    )
    const total = (): number => shown.reduce((sum, [, size]) => sum + size, 0)
    return { output, shown, omitted, total }
  }

  it('waits until it is drawn', async () => {
    const { output, total } = setUp()
    const writer = output.stream('stdout').getWriter()
    let written = 0
    const writing = (async () => {
      for (; written < 40; written++) await writer.write(new Uint8Array(16384).fill(65))
    })()
    await vi.advanceTimersByTimeAsync(10)
    expect(total()).toBeLessThan(300_000)
    const before = total()
    output.drawn(before)
    await vi.advanceTimersByTimeAsync(10)
    expect(total()).toBeGreaterThan(before)
    while (written < 40) {
      output.drawn(65536)
      await vi.advanceTimersByTimeAsync(1)
    }
    await writing
    expect(total()).toBe(40 * 16384)
  })

  it('is the beginning; the rest is counted, and does not wait', async () => {
    const { output, omitted, total } = setUp()
    const writer = output.stream('stdout').getWriter()
    const drawing = setInterval(() => output.drawn(1e9), 1)
    const writing = Promise.all(Array.from({ length: 50 }, () => writer.write(new Uint8Array(1 << 20).fill(65))))
    await vi.advanceTimersByTimeAsync(1000)
    await writing
    clearInterval(drawing)
    output.report()
    output.report()
    expect(total()).toBe(SHOWN)
    expect(omitted.at(-1)).toBe(49 << 20)
    // the progress meter goes on
    await output.stream('stderr').getWriter().write(Uint8Array.of(65))
    expect(total()).toBe(SHOWN + 1)
  })

  it('arrives in the order in which it was written to the two streams', async () => {
    const { output, shown } = setUp()
    const [out, err] = [output.stream('stdout').getWriter(), output.stream('stderr').getWriter()]
    const order = ['stderr', 'stderr', 'stderr', 'stdout', 'stderr']
    await Promise.all(order.map((name) => (name === 'stdout' ? out : err).write(Uint8Array.of(65))))
    expect(shown.map(([name]) => name)).toEqual(order)
  })

  it('is shorter for binary data', async () => {
    const { output, total } = setUp()
    await output.stream('stdout').getWriter().write(new Uint8Array(100_000))
    expect(total()).toBe(SHOWN_BINARY)
  })
})
