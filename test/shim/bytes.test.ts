// Copying a part of an array of bytes into a part of another changes nothing else.
import { expect, it } from 'vitest'
import { fill } from '../../shim/bytes.js'

const from = Uint8Array.of(1, 2, 3, 4)

it.each([
  ['all', 4, 0, 0, [1, 2, 3, 4]],
  ['to the end of what there is', 6, 1, 2, [0, 3, 4, 0, 0, 0]],
  ['to the end of the room', 4, 2, 0, [0, 0, 1, 2]],
  ['nothing where there is no room', 2, 2, 0, [0, 0]],
  ['nothing from the end on', 2, 0, 4, [0, 0]],
  ['nothing from behind the end on', 2, 0, 9, [0, 0]],
])('copies %s', (_what, size, at, offset, expected) => {
  const into = new Uint8Array(size)
  expect(fill(into, at, from, offset)).toBe(expected.filter((byte) => byte > 0).length)
  expect([...into]).toEqual(expected)
})
