// The ring of records between a thread that blocks and its Worker.
import { expect, test } from 'vitest'
import { RingReader, RingWriter, makeRingMemory } from '../../../shim/transports/blocking/ring.js'
import { random } from '../../servers/random.js'

const made = (): { writer: RingWriter; reader: RingReader } => {
  const memory = makeRingMemory()
  return { writer: new RingWriter(memory), reader: new RingReader(memory) }
}
const filled = (length: number, seed: number): Uint8Array => {
  const next = random(seed)
  return Uint8Array.from({ length }, () => next() * 256)
}

test('records of all lengths come as they were written, round and round', () => {
  const { writer, reader } = made()
  const lengths = [0, 1, 3, 4, 5, 4095, 4096, 131_072, 131_073, 500_000]
  let [sent, got] = [0, 0]
  for (let round = 0; round < 20; round++) {
    const waiting: [number, Uint8Array][] = []
    for (const length of lengths) {
      const bytes = filled(Math.min(length, 5000), sent)
      if (writer.room < length) break
      const whole = new Uint8Array(length)
      whole.set(bytes)
      writer.write(round, sent, -sent, whole)
      waiting.push([sent++, whole])
    }
    reader.read((kind, id, number, bytes) => {
      const [expected, whole] = waiting.shift()!
      expect([kind, id, number, bytes.length]).toEqual([round, expected, -expected || 0, whole.length])
      expect(Buffer.compare(bytes, whole)).toBe(0)
      reader.give(bytes)
      got++
    })
    expect(waiting).toEqual([])
  }
  expect(got).toBe(sent)
})

test('it is bounded, and the writer is told once when there is room', () => {
  const { writer, reader } = made()
  const piece = new Uint8Array(100_000)
  let written = 0
  while (writer.room >= piece.length) {
    writer.write(1, 1, 0, piece)
    written++
  }
  expect(written).toBe(10)
  writer.wantRoom()
  expect(reader.read(() => {})).toBe(true)
  expect([reader.takeFull(), reader.takeFull()]).toEqual([true, false])
  expect(writer.room).toBe(1024 * 1024 - 16)
})

test('the reader needs a message only when it does not look', () => {
  const { writer, reader } = made()
  const write = (): boolean => writer.write(1, 1, 0, new Uint8Array(1))
  expect([write(), write()]).toEqual([true, false]) // told once
  reader.looking = true
  expect(write()).toBe(false)
  reader.looking = false
  expect(write()).toBe(true)
})

test('a wait ends when something is written, and when its time is over', () => {
  const { writer, reader } = made()
  const { signals } = reader
  expect(reader.wait(signals, 1)).toBe(false)
  writer.write(1, 1, 0, new Uint8Array(1))
  expect(reader.wait(signals, 60_000)).toBe(true)
})
