// The memory that compression takes in the module is freed, however a connection ends.
import type { Socket } from 'node:net'
import init, { type WebSocket } from 'libcurl-wasm'
import { beforeAll, describe, expect, test } from 'vitest'
import type { WebSocket as Peer } from 'ws'
import { current } from '../../dist/js/internals.js'
import { until } from '../fetch/outcome.js'
import { settledCounts } from '../servers/counts.js'
import { deflated, fragments, json, noise } from './deflate.js'
import { echoes, echoing, openedAt } from './echoing.js'
import { TEXT } from './peer.js'

beforeAll(() => init())

describe('memory of the module is freed', () => {
  const ends: Record<string, (socket: WebSocket, peer: Peer) => void> = {
    'the client closes': (socket) => socket.close(),
    'the server closes': (_socket, peer) => peer.close(),
    'the server is gone': (_socket, peer) => peer.terminate(),
    'the server resets': (_socket, peer) => (peer as unknown as { _socket: Socket })._socket.resetAndDestroy(),
    'a bad frame': (_socket, peer) => (peer as unknown as { _socket: Socket })._socket.write(Buffer.of(0xff, 0xff)),
    'bad data': (_socket, peer) => (peer as unknown as { _socket: Socket })._socket.write(Buffer.of(0xc1, 1, 7)),
    'in the middle of a message': (socket, peer) => {
      ;(peer as unknown as { _socket: Socket })._socket.write(
        Buffer.concat(fragments(TEXT, deflated(json(500)), 50).slice(0, 2)),
      )
      setTimeout(() => socket.close(), 5)
    },
    'while much is queued': (socket, peer) => {
      ;(peer as unknown as { _socket: Socket })._socket.pause()
      for (let i = 0; i < 4; i++) socket.send(noise(500_000))
      setTimeout(() => peer.terminate(), 5)
    },
  }
  const names = Object.keys(ends)

  test.each([{}, { serverNoContextTakeover: true, clientNoContextTakeover: true }])(
    'after 400 connections that end in each way: %j',
    async (parameters) => {
      const { url, close, peers } = await echoing({ ...parameters, threshold: 0 })
      const one = async (i: number): Promise<void> => {
        const socket = await openedAt(`${url}/${i}`)
        expect(await echoes(socket, [json(1000), json(2000)])).toEqual([json(1000), json(2000)])
        const closed = new Promise((resolve) => (socket.onclose = resolve))
        socket.onerror = null
        ends[names[i % names.length]!]!(socket, peers.get(`/${i}`)!)
        await closed
      }
      /** Opens 40 at a time, and waits until nothing is left of them. */
      const all = async (count: number): Promise<number> => {
        for (let i = 0; i < count; i += 40) await Promise.all(Array.from({ length: 40 }, (_, j) => one(i + j)))
        await until(() => current().host.descriptors.size <= idle.descriptors)
        return (await settledCounts()).memory
      }
      // the first connection makes what all of them share
      await one(0)
      const idle = await settledCounts()
      const before = await all(40)
      // caches of libcurl's may have changed
      expect(await all(400)).toBeLessThan(before + 32 * 1024)
      await close()
    },
    60_000,
  )

  test('while a connection without takeover is idle', async () => {
    const { url, close } = await echoing({ serverNoContextTakeover: true, clientNoContextTakeover: true, threshold: 0 })
    const socket = await openedAt(url)
    const before = current().exports.memory_in_use()
    await echoes(socket, [json(1000), json(100_000)])
    expect(current().exports.memory_in_use() - before).toBeLessThan(1024)
    socket.close()
    await close()
  })
})
