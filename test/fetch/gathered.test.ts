// What is written piece by piece is taken as one, and not a byte else.
import { expect, it } from 'vitest'
import { Gathered } from '../../ts/fetch/gathered.js'
import fc from '../properties/settings.js'

const MOST = 1024
/** Memory as it may come: with something in it. */
const dirty = (size: number) => new Uint8Array(size).fill(0xee)

it('gives back what was written, whatever the pieces', () => {
  const piece = fc.uint8Array({ minLength: 1, maxLength: 700 })
  fc.assert(
    fc.property(fc.array(fc.array(piece, { minLength: 1, maxLength: 8 }), { maxLength: 6 }), (rounds) => {
      const gathered = new Gathered(MOST, dirty)
      for (const pieces of rounds) {
        for (const bytes of pieces) {
          const given = bytes.slice()
          gathered.add(given)
          given.fill(0) // it has a copy
        }
        const all = Buffer.concat(pieces)
        expect(gathered.length).toBe(all.length)
        const exact = gathered.exact()
        expect(exact.buffer.byteLength).toBe(all.length)
        expect(all.equals(exact)).toBe(true)
        expect(all.equals(gathered.take())).toBe(true)
        expect(gathered.length).toBe(0)
      }
    }),
  )
})

it('makes no more memory than what comes, or than the most', () => {
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
