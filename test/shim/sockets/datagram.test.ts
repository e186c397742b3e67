// Sockets of datagrams (shim/sockets/datagram.ts), over a transport of the test.
import { expect, it } from 'vitest'
import { iovec } from '../../../shim/abi.js'
import { AGAIN } from '../../../shim/descriptors.js'
import { Memory } from '../../../shim/memory.js'
import { Reactor } from '../../../shim/reactor.js'
import { DatagramSocket } from '../../../shim/sockets/datagram.js'
import type { Address, DatagramEvents, Transport } from '../../../shim/transports/transport.js'

const PLACES = 1024
const SIZE = 16
const peer: Address = { family: 'IPv4', address: '127.0.0.1', port: 7 }
const stranger: Address = { family: 'IPv4', address: '127.0.0.1', port: 8 }

/** A connected socket, the events of its transport, and what the kernel holds for it. */
function connected() {
  const kernel: string[] = []
  let events!: DatagramEvents
  const transport = {
    datagrams(_family: string, _local: Address | null, given: DatagramEvents) {
      events = given
      return {
        local: null,
        connect() {},
        send() {},
        read(into: Uint8Array, at: number, size: number) {
          const next = kernel.shift()
          if (next === undefined) return -1
          return new TextEncoder().encodeInto(next, into.subarray(at, at + size)).written
        },
        attend() {},
        close() {},
      }
    },
  } as Partial<Transport> as Transport
  const socket = new DatagramSocket('IPv4', transport, new Reactor())
  socket.connect(peer)
  return { socket, kernel, arrives: (text: string, from: Address) => events.received(Buffer.from(text), from) }
}

const memory = new Memory(new WebAssembly.Memory({ initial: 1 }))

/** Receives up to `count` datagrams: their texts and their sender, or the errno. */
function receive(socket: DatagramSocket, count: number) {
  for (let i = 0; i < count; i++) {
    memory.setU32(PLACES + i * iovec.size + iovec.iov_base, SIZE * i)
    memory.setU32(PLACES + i * iovec.size + iovec.iov_len, SIZE)
  }
  const { length, from } = socket.receiveMany(memory, PLACES, count)
  if (length < 0) return length
  const texts = Array.from({ length }, (_, i) =>
    memory.text(SIZE * i, memory.u32(PLACES + i * iovec.size + iovec.iov_len)),
  )
  return { texts, from }
}

it('receives many datagrams at once, as many as it is asked for', () => {
  const { socket, kernel } = connected()
  kernel.push('one', '', 'three', 'four')
  expect(receive(socket, 3)).toEqual({ texts: ['one', '', 'three'], from: peer })
  expect(receive(socket, 3)).toEqual({ texts: ['four'], from: peer })
  expect(receive(socket, 3)).toBe(AGAIN)
})

it('receives those of one sender at a time, in their order, and the announced ones first', () => {
  const { socket, kernel, arrives } = connected()
  arrives('a', peer)
  arrives('b', peer)
  arrives('c', stranger)
  kernel.push('d')
  expect(receive(socket, 8)).toEqual({ texts: ['a', 'b'], from: peer })
  expect(receive(socket, 8)).toEqual({ texts: ['c'], from: stranger })
  expect(receive(socket, 8)).toEqual({ texts: ['d'], from: peer })
})

it('cuts off what does not fit', () => {
  const { socket, kernel, arrives } = connected()
  arrives('longer than sixteen bytes', peer)
  arrives('next', peer)
  kernel.push('last')
  expect(receive(socket, 8)).toEqual({ texts: ['longer than sixt', 'next'], from: peer })
  expect(receive(socket, 8)).toEqual({ texts: ['last'], from: peer })
})

it('peeks without taking, and not at what is not announced', () => {
  const { socket, kernel, arrives } = connected()
  const into = new Uint8Array(SIZE)
  kernel.push('kernel')
  expect(socket.receive(into, true).length).toBe(AGAIN)
  arrives('announced', peer)
  expect(socket.receive(into, true)).toEqual({ length: 9, from: peer })
  expect(socket.receive(into, false)).toEqual({ length: 9, from: peer })
  expect(socket.receive(into, false)).toEqual({ length: 6, from: peer })
})
