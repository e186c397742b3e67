// What the proxies do once a target is known: connect two sockets with each other, until either ends.
import net from 'node:net'
import { breakOff as reset } from '../../shim/transports/node/reset.js'

export { reset }

/** Calls back with the connection to the target, or with null if there is none to be had. */
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
