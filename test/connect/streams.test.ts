// The streams of connect(): bytes in both directions, ends, resets, and backpressure.
import net from 'node:net'
import { describe, expect, test } from 'vitest'
import { bytes, deferred, unchanging } from '../fetch/outcome.js'
import { BETWEEN } from '../servers/buffers.js'
import { echo, failure, kinds, open, readAll, send } from './peers.js'

const MB = 1024 * 1024

describe.each(kinds)('%s', (_name, serve, tlsOption) => {
  test('1 MB written at once arrives completely, and is echoed', async () => {
    const socket = open(await serve(echo), { tls: tlsOption })
    const data = bytes(MB)
    const received = readAll(socket)
    const writer = socket.writable.getWriter()
    await writer.write(data)
    await writer.close()
    expect((await received).equals(data)).toBe(true)
    await socket.closed
  })

  test('it accepts writes before it is connected, of views and buffers', async () => {
    const socket = open(await serve(echo), { tls: tlsOption })
    const writer = socket.writable.getWriter()
    void writer.write('text ')
    void writer.write(new DataView(Uint8Array.of(0, 1, 2, 3).buffer, 1, 2))
    void writer.write(Uint8Array.of(4).buffer)
    void writer.close()
    expect([...(await readAll(socket))]).toEqual([...Buffer.from('text '), 1, 2, 4])
  })

  test('it still receives after it has ended sending', async () => {
    const socket = open(
      await serve((peer) => {
        let received = ''
        peer.on('data', (chunk) => (received += String(chunk)))
        peer.on('end', () => setTimeout(() => peer.end(`you said ${received}`), 50))
      }),
      { tls: tlsOption },
    )
    await send(socket, 'something')
    await socket.writable.close()
    expect(String(await readAll(socket))).toBe('you said something')
    await socket.closed
  })

  test('when the peer ends, it ends too', async () => {
    const ended = deferred()
    const socket = open(
      await serve((peer) => {
        peer.on('end', ended.resolve).resume()
        peer.end('bye')
      }),
      { tls: tlsOption },
    )
    expect(String(await readAll(socket))).toBe('bye')
    await ended.promise
    await socket.closed
    const writer = socket.writable.getWriter()
    await expect(writer.write('late')).rejects.toThrow('has ended')
  })

  test('with allowHalfOpen it can still send then', async () => {
    const received = deferred<string>()
    const socket = open(
      await serve((peer) => {
        let text = ''
        peer.on('data', (chunk) => (text += String(chunk)))
        peer.on('end', () => received.resolve(text))
        peer.end('bye')
      }),
      { tls: tlsOption, allowHalfOpen: true },
    )
    expect(String(await readAll(socket))).toBe('bye')
    await send(socket, 'still here')
    await socket.writable.close()
    expect(await received.promise).toBe('still here')
    await socket.closed
  })

  test('a reset is an error, for streams and for closed', async () => {
    const socket = open(
      await serve((peer) => {
        peer.on('error', () => {})
        peer.write('the beginning')
        peer.once('data', () => {
          // Node can only reset the connection below TLS
          const raw = (peer as unknown as { _parent?: net.Socket })._parent ?? peer
          raw.resetAndDestroy()
        })
      }),
      { tls: tlsOption },
    )
    const reader = socket.readable.getReader()
    expect(String(Buffer.from((await reader.read()).value!))).toBe('the beginning')
    await send(socket, 'go')
    expect(await failure(reader.read())).toBe('CURLE_RECV_ERROR')
    expect(await failure(socket.closed)).toBe('CURLE_RECV_ERROR')
    expect(await failure(socket.writable.getWriter().closed)).toBe('CURLE_RECV_ERROR')
  })

  test('bytes that arrive after the reader has cancelled are no error', async () => {
    const socket = open(
      await serve((peer) => {
        const chunk = Buffer.alloc(64 * 1024)
        const fill = (): void => {
          while (!peer.destroyed && peer.write(chunk));
          peer.once('drain', fill)
        }
        peer.on('error', () => {})
        fill()
      }),
      { tls: tlsOption },
    )
    const through = new TransformStream<Uint8Array, Uint8Array>()
    socket.readable.pipeTo(through.writable).catch(() => {})
    const reader = through.readable.getReader()
    await reader.read()
    await reader.cancel()
    await socket.close()
  })

  test('a reader that does not read stops the sender, and gets everything later', async () => {
    let written = 0
    const chunk = Buffer.alloc(64 * 1024, 'x')
    const total = 64 * MB
    const socket = open(
      await serve((peer) => {
        peer.on('error', () => {})
        const fill = (): void => {
          while (written < total) {
            written += chunk.length
            if (!peer.write(chunk)) return void peer.once('drain', fill)
          }
          peer.end()
        }
        fill()
      }),
      { tls: tlsOption },
    )
    await socket.opened
    await unchanging(() => written)
    expect(written).toBeLessThan(BETWEEN)
    let received = 0
    for await (const part of socket.readable as unknown as AsyncIterable<Uint8Array>) received += part.length
    expect(received).toBe(total)
  })

  test('a peer that does not read stops the writer, and gets everything later', async () => {
    const go = deferred()
    let received = 0
    const socket = open(
      await serve((peer) => {
        peer.pause()
        void go.promise.then(() => peer.on('data', (chunk: Buffer) => (received += chunk.length)).resume())
        peer.on('end', () => peer.end())
      }),
      { tls: tlsOption },
    )
    const writer = socket.writable.getWriter()
    const total = 64 * MB
    let confirmed = 0
    const writing = (async () => {
      for (const chunk = new Uint8Array(MB); confirmed < total; confirmed += chunk.length) await writer.write(chunk)
      await writer.close()
    })()
    await unchanging(() => confirmed)
    expect(confirmed).toBeLessThan(BETWEEN)
    expect(writer.desiredSize).toBeLessThanOrEqual(0)
    go.resolve()
    await writing
    await socket.closed
    expect(received).toBe(total)
  })

  test('close() sends what was confirmed, and ends both streams', async () => {
    const received = deferred<number>()
    const socket = open(
      await serve((peer) => {
        let length = 0
        peer.on('data', (chunk: Buffer) => (length += chunk.length))
        peer.on('close', () => received.resolve(length))
        peer.on('end', () => peer.end())
      }),
      { tls: tlsOption },
    )
    await send(socket, new Uint8Array(MB))
    const reader = socket.readable.getReader()
    const reading = reader.read()
    await socket.close()
    expect(await reading).toEqual({ done: true, value: undefined })
    expect(await failure(socket.writable.getWriter().closed)).toBe(20) // of AbortError
    expect(await received.promise).toBe(MB)
    await socket.close()
  })

  test('a signal ends it with its reason, before, while and after it connects', async () => {
    const port = await serve(echo)
    const reason = new Error('enough')
    const before = open(port, { tls: tlsOption, signal: AbortSignal.abort(reason) })
    await expect(before.opened).rejects.toBe(reason)
    await expect(before.closed).rejects.toBe(reason)

    const during = new AbortController()
    const connecting = open(port, { tls: tlsOption, signal: during.signal })
    queueMicrotask(() => during.abort(reason))
    await expect(connecting.opened).rejects.toBe(reason)

    const after = new AbortController()
    const standing = open(port, { tls: tlsOption, signal: after.signal })
    await standing.opened
    const reader = standing.readable.getReader()
    const reading = reader.read()
    after.abort(reason)
    await expect(reading).rejects.toBe(reason)
    await expect(standing.closed).rejects.toBe(reason)
    await expect(standing.writable.getWriter().write('x')).rejects.toBe(reason)
  })

  test('aborting the writable breaks the connection', async () => {
    const broken = deferred()
    const socket = open(
      await serve((peer) => {
        peer
          .on('error', () => {})
          .on('end', broken.resolve)
          .resume()
      }),
      { tls: tlsOption },
    )
    await socket.opened
    const reason = new Error('no more')
    await socket.writable.abort(reason)
    await expect(socket.closed).rejects.toBe(reason)
    await expect(socket.readable.getReader().read()).rejects.toBe(reason)
    await broken.promise
  })

  test('bytes are read into buffers of the reader', async () => {
    const socket = open(await serve(echo), { tls: tlsOption })
    await send(socket, 'abcdef')
    const reader = socket.readable.getReader({ mode: 'byob' })
    const first = await reader.read(new Uint8Array(4))
    expect(String(Buffer.from(first.value!))).toBe('abcd')
    const second = await reader.read(new Uint8Array(4))
    expect(String(Buffer.from(second.value!))).toBe('ef')
    const last = reader.read(new Uint8Array(4))
    await socket.writable.close()
    expect((await last).done).toBe(true)
    await socket.closed
  })
})
