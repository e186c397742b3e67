// Gathered: bytes that are written in pieces are taken as blocks, and are the same.
import { expect, it } from 'vitest'
import { Gathered } from '../../ts/fetch/gathered.js'
import fc from '../properties/settings.js'

const MOST = 1024
/** Memory that is not zeroed. */
const dirty = (size: number) => new Uint8Array(size).fill(0xee)

it('returns what was written, whatever the pieces, and whenever it is taken', () => {
  const piece = fc.uint8Array({ minLength: 1, maxLength: 2500 })
  const round = fc.record({ pieces: fc.array(piece, { minLength: 1, maxLength: 8 }), takes: fc.nat({ max: 4 }) })
  fc.assert(
    fc.property(fc.array(round, { maxLength: 6 }), (rounds) => {
      const gathered = new Gathered(MOST, dirty)
      let left = Buffer.alloc(0)
      const take = () => {
        const block = gathered.take()
        expect(block.length).toBeGreaterThan(0)
        expect(left.subarray(0, block.length).equals(block)).toBe(true)
        left = left.subarray(block.length)
        expect(gathered.length).toBe(left.length)
      }
      for (const { pieces, takes } of rounds) {
        for (const bytes of pieces) {
          const given = bytes.slice()
          gathered.add(given)
          given.fill(0) // it has a copy
        }
        left = Buffer.concat([left, ...pieces])
        expect(gathered.length).toBe(left.length)
        expect(left.equals(gathered.all())).toBe(true)
        for (let i = 0; i < takes && left.length > 0; i++) take()
      }
      while (left.length > 0) take()
      expect(gathered.all()).toHaveLength(0)
    }),
  )
})

it('fills blocks of the largest size, except for what is written at once', () => {
  const gathered = new Gathered(MOST, dirty)
  for (let i = 0; i < 40; i++) gathered.add(new Uint8Array(MOST / 4))
  const sizes = []
  while (gathered.length > 0) sizes.push(gathered.take().length)
  expect(sizes.slice(-8)).toEqual(Array(8).fill(MOST))
})

it('allocates no more than is written, or than the largest size', () => {
  const gathered = new Gathered(MOST, dirty)
  gathered.add(new Uint8Array(100))
  expect(gathered.take().buffer.byteLength).toBe(100)
  gathered.add(new Uint8Array(10))
  gathered.add(new Uint8Array(50))
  const taken = gathered.take()
  expect(taken.buffer.byteLength).toBe(100) // as much as last time
  expect(new Uint8Array(taken.buffer).every((byte) => byte === 0)).toBe(true)
  gathered.add(new Uint8Array(5000))
  expect(gathered.take().buffer.byteLength).toBe(5000)
  gathered.add(new Uint8Array(1))
  expect(gathered.take().buffer.byteLength).toBe(MOST)
})
