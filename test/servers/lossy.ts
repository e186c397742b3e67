// Forwards UDP to a port of loopback, and loses datagrams on the way, both ways, as a bad network does.
import dgram from 'node:dgram'
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { random } from './random.js'

export interface Lossy {
  port: number
  /** How many datagrams it has lost. */
  readonly lost: number
  /** Loses nothing any more, for as long as the ends of connections need to get through. Caddy waits for them. */
  close(): Promise<void>
}

/**
 * @param loss The share of datagrams that are lost, from 0 to 1. The same ones with the same `seed`.
 * @param spoil They are not lost, but arrive with another bit in their second half.
 */
export async function lossyForwarder(to: number, loss: number, seed = 1, spoil = false): Promise<Lossy> {
  const next = random(seed)
  const flows = new Map<number, dgram.Socket>()
  let lost = 0
  const pass = (bytes: Buffer, send: () => void): void => {
    const bad = next() < loss
    if (bad) lost++
    if (bad && spoil) bytes[Math.floor(bytes.length * (1 + next()) * 0.5)]! ^= 1
    if (!bad || spoil) send()
  }
  const front = dgram.createSocket('udp4')
  front.on('message', (bytes, from) => {
    let flow = flows.get(from.port)
    if (!flow) {
      flow = dgram.createSocket('udp4')
      flow.on('message', (answer) => pass(answer, () => front.send(answer, from.port, from.address)))
      flow.on('error', () => {})
      flows.set(from.port, flow)
    }
    const out = flow
    pass(bytes, () => out.send(bytes, to, '127.0.0.1'))
  })
  front.bind(0, '127.0.0.1')
  await once(front, 'listening')
  return {
    port: front.address().port,
    get lost() {
      return lost
    },
    async close() {
      loss = 0
      await sleep(100)
      front.close()
      for (const flow of flows.values()) flow.close()
    },
  }
}
