// Forwards UDP to a port of loopback, and loses datagrams on the way, both ways, as a bad network does.
import dgram from 'node:dgram'
import { once } from 'node:events'
import { random } from './random.js'

export interface Lossy {
  port: number
  /** How many datagrams it has lost. */
  readonly lost: number
  close(): void
}

/** @param loss The share of datagrams that are lost, from 0 to 1. The same ones with the same `seed`. */
export async function lossyForwarder(to: number, loss: number, seed = 1): Promise<Lossy> {
  const next = random(seed)
  const flows = new Map<number, dgram.Socket>()
  let lost = 0
  const passes = (): boolean => {
    if (next() >= loss) return true
    lost++
    return false
  }
  const front = dgram.createSocket('udp4')
  front.on('message', (bytes, from) => {
    let flow = flows.get(from.port)
    if (!flow) {
      flow = dgram.createSocket('udp4')
      flow.on('message', (answer) => passes() && front.send(answer, from.port, from.address))
      flow.on('error', () => {})
      flows.set(from.port, flow)
    }
    if (passes()) flow.send(bytes, to, '127.0.0.1')
  })
  front.bind(0, '127.0.0.1')
  await once(front, 'listening')
  return {
    port: front.address().port,
    get lost() {
      return lost
    },
    close() {
      front.close()
      for (const flow of flows.values()) flow.close()
    },
  }
}
