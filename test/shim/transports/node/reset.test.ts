// Resets of Node's sockets: a received one is not taken for an orderly end, and a sent one closes the socket.
import { once } from 'node:events'
import { readdirSync } from 'node:fs'
import net from 'node:net'
import { setImmediate as turn } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { breakOff, wasReset } from '../../../../shim/transports/node/reset.js'
import { accepted, closed } from './sockets.js'

async function pair() {
  const { made, peer } = await accepted(async (port) => {
    const socket = net.connect({ port, host: '127.0.0.1', allowHalfOpen: true })
    await once(socket, 'connect')
    return socket
  })
  for (const socket of [made, peer]) socket.on('error', () => {})
  return { made, peer }
}

it('does not take a reset that arrives together with the last bytes for an orderly end', async () => {
  for (const [finish, reset] of [
    [breakOff, true],
    [(socket: net.Socket) => void socket.end(), false],
  ] as const) {
    const { made, peer } = await pair()
    const end = once(made.resume(), 'end')
    peer.write('the last bytes')
    finish(peer)
    await end
    expect(wasReset(made)).toBe(reset)
    made.destroy()
  }
})

it.each([
  ['at once', () => Promise.resolve()],
  ['a turn later', () => turn()],
])('a socket is closed by a reset %s after its end was sent', async (_name, later) => {
  const { made, peer } = await pair()
  peer.resume()
  const descriptors = (): number => readdirSync('/proc/self/fd').length
  const before = descriptors()
  const bothClosed = Promise.all([made, peer].map(closed))
  made.end()
  await later()
  breakOff(made)
  peer.destroy()
  await bothClosed
  expect(descriptors()).toBe(before - 2)
})
