// The read buffers of sockets: they have the size that the connection needs, and are reused.
import { once } from 'node:events'
import net from 'node:net'
import { expect, it } from 'vitest'
import { BufferPool, ReadBuffers } from '../../../../shim/transports/node/buffers.js'
import { accepted, closed, later, pattern } from './sockets.js'

const SMALL = 1000
const LARGE = 8000
const ROOM = 5

/** What a connection reads when data is written in these pieces: the size of each buffer, and the bytes. */
async function reads(writes: Uint8Array[], busy: number, buffers = new ReadBuffers({ ...sizes, busy })) {
  const seen: { size: number; bytes: Buffer; whole: ArrayBuffer }[] = []
  let arrived = () => {}
  const onread = buffers.onread((buffer, length) => {
    seen.push({ size: buffer.length, bytes: Buffer.from(buffer.subarray(0, length)), whole: buffer.buffer })
    buffers.give(buffer)
    arrived()
    return true
  })
  const { made: socket, peer } = await accepted(async (port) => {
    const socket = net.connect({ port, host: '127.0.0.1', onread })
    await once(socket, 'connect')
    return socket
  })
  later(() => socket.destroy())
  peer.setNoDelay(true)
  for (const bytes of writes) {
    const all = bytes.length + seen.reduce((sum, { bytes }) => sum + bytes.length, 0)
    peer.write(bytes)
    while (seen.reduce((sum, { bytes }) => sum + bytes.length, 0) < all)
      await new Promise<void>((resolve) => (arrived = resolve))
  }
  peer.end()
  await closed(socket)
  return seen
}

const sizes = { small: SMALL, large: LARGE, room: ROOM, kept: 100_000 }
const sizesOf = (seen: { size: number }[]): number[] => seen.map(({ size }) => size)

it('a connection that fills its buffer gets a large one, until it reads little', async () => {
  const writes = [pattern(10, 0), pattern(SMALL, 10), pattern(2000, 1010), pattern(10, 3010), pattern(10, 3020)]
  expect(sizesOf(await reads(writes, LARGE))).toEqual([SMALL, SMALL, LARGE, SMALL, SMALL])
  expect(sizesOf(await reads(writes, SMALL))).toEqual([SMALL, SMALL, LARGE, LARGE, SMALL])
})

it('bytes arrive in order, with room in front of them', async () => {
  const seen = await reads([pattern(20_000, 0), pattern(3, 20_000)], LARGE)
  expect(Buffer.concat(seen.map(({ bytes }) => bytes)).equals(pattern(20_003, 0))).toBe(true)
  for (const { size, whole } of seen) expect(whole.byteLength).toBe(ROOM + size)
})

it('a buffer that was given back is reused', async () => {
  const seen = await reads([pattern(10, 0), pattern(10, 10), pattern(10, 20)], LARGE)
  expect(new Set(seen.map(({ whole }) => whole)).size).toBe(1)
})

it('keeps a limited number of free buffers, and none of other sizes', () => {
  const pool = new BufferPool([SMALL], 2 * SMALL)
  const given = [1, 2, 3].map(() => pool.take(SMALL))
  for (const bytes of given) pool.give(bytes.subarray(5, 10))
  pool.give(new Uint8Array(LARGE))
  const taken = [1, 2, 3].map(() => pool.take(SMALL).buffer)
  expect(taken.filter((buffer) => given.some((bytes) => bytes.buffer === buffer))).toHaveLength(2)
})
