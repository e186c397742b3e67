// The tunnel of the proxies: connects to the target, and forwards between two sockets until either ends.
import net from 'node:net'
import { breakOff as reset } from '../../shim/transports/node/reset.js'

export { reset }

/** Connects to the target. Calls `done` with the socket, or with null if it failed. */
export function reach(host: string, port: number, done: (target: net.Socket | null) => void): void {
  const target = net.connect({ host, port, allowHalfOpen: true })
  const failed = (): void => done(null)
  target.once('error', failed)
  target.once('connect', () => {
    target.off('error', failed)
    done(target)
  })
}

export function join(a: net.Socket, b: net.Socket): void {
  for (const [from, to] of [
    [a, b],
    [b, a],
  ] as const) {
    // a reset is passed on as one
    from.on('error', () => reset(to))
    from.on('close', () => to.destroy())
    from.pipe(to)
  }
}
