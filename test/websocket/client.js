// Functions with WebSocket, WebSocketStream and connect() that run in a page of the tests.
import init, { CloseEvent, WebSocket, WebSocketStream, connect, wispTransport } from '/dist/js/browser.js'

const cases = {
  async uninitialised(url) {
    const socket = new WebSocket(url)
    return new Promise((resolve) => (socket.onerror = ({ message }) => resolve(message)))
  },

  async start(relay) {
    await init({ transport: wispTransport({ url: relay }) })
    return 'started'
  },

  /** Sends messages of both kinds, which are echoed, and returns them and the end. */
  async messages(url, ca) {
    const socket = new WebSocket(url, 'chat', { tls: { ca }, headers: { 'X-Mine': 'yes' } })
    socket.binaryType = 'arraybuffer'
    const seen = []
    socket.onopen = () => {
      seen.push(`open ${socket.protocol}`)
      socket.send('text')
      socket.send(new Uint8Array(1024 * 1024))
    }
    socket.onmessage = ({ data }) => {
      seen.push(typeof data === 'string' ? data : data.byteLength)
      if (seen.length === 3) socket.close(3000, 'done')
    }
    return new Promise((resolve) => {
      socket.onclose = (event) =>
        resolve([
          ...seen,
          event.code,
          event.reason,
          event.wasClean,
          event instanceof globalThis.CloseEvent && event instanceof CloseEvent,
        ])
    })
  },

  /** Sends messages that are echoed, compressed in both directions. Returns whether all came back, and the extensions. */
  async compressed(url, ca, messages) {
    const socket = new WebSocket(url, [], { tls: { ca } })
    socket.binaryType = 'arraybuffer'
    const back = []
    return new Promise((resolve) => {
      socket.onopen = () => {
        for (const message of messages) socket.send(message)
        for (const message of messages) socket.send(new TextEncoder().encode(message))
      }
      socket.onmessage = ({ data }) => {
        back.push(typeof data === 'string' ? data : new TextDecoder().decode(data))
        if (back.length === 2 * messages.length) socket.close()
      }
      socket.onclose = ({ code }) =>
        resolve([back.every((text, i) => text === messages[i % messages.length]), back.length, socket.extensions, code])
    })
  },

  async stream(url) {
    const stream = new WebSocketStream(url)
    const { readable, writable } = await stream.opened
    const [reader, writer] = [readable.getReader(), writable.getWriter()]
    await writer.write('text')
    const { value } = await reader.read()
    await writer.close()
    return [value, await stream.closed]
  },

  async relative() {
    const socket = new WebSocket('/nowhere')
    const closed = new Promise((resolve) => (socket.onclose = ({ code }) => resolve(code)))
    return [socket.url, await closed]
  },

  /** Sends `size` bytes through a socket, and counts what comes back. */
  async connect(port, ca, size) {
    const socket = connect({ host: 'localhost', port, tls: ca && { ca } })
    const { tls } = await socket.opened
    const writer = socket.writable.getWriter()
    writer.write(new Uint8Array(size))
    const reader = socket.readable.getReader()
    let length = 0
    while (length < size) length += (await reader.read()).value.length
    if (!tls) return [null, length, (await socket.close()) ?? 'closed']
    // Wisp cannot end only one direction, but TLS within it can
    await writer.close()
    const { done } = await reader.read()
    await socket.closed
    return [tls.version, length, done]
  },
}

export const run = (name, ...args) => cases[name](...args)
