// A Worker with connect(), WebSocket and WebSocketStream: a request names one of `ways`, and the servers to use.
let exports
const { instantiate } = WebAssembly
WebAssembly.instantiate = async (module, imports) => {
  const instance = await instantiate(module, imports)
  exports = instance.exports
  return instance
}
const { connect, fetch, WebSocket, WebSocketStream } = await import('libcurl-wasm')

const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms))
const failure = (promise) =>
  promise.then(
    () => 'no failure',
    ({ code, message }) => code || message,
  )
const host = '127.0.0.1'
/** What one request keeps for another. */
let kept
const early = connect({ host, port: 1 })

const ways = {
  /** Sends a text and ends, and gets it back. */
  async connect({ port, tls, text }) {
    const socket = connect({ host, port, tls })
    const secured = (await socket.opened).tls
    const writer = socket.writable.getWriter()
    const writing = writer.write(text).then(() => writer.close())
    const received = await new Response(socket.readable).text()
    await Promise.all([writing, socket.closed])
    return [received, secured?.version ?? null]
  },

  /** How it fails if the server does not end as it should. */
  async failing({ port, tls }) {
    const socket = connect({ host, port, tls })
    return [await failure(new Response(socket.readable).text()), await failure(socket.closed)]
  },

  /** Sends texts one after the other, and gets each one back. */
  async websocket({ url, texts }) {
    const socket = new WebSocket(url)
    const seen = []
    socket.onopen = () => socket.send(texts.shift())
    socket.onmessage = ({ data }) => {
      seen.push(data)
      if (texts.length > 0) socket.send(texts.shift())
      else socket.close(3001, 'enough')
    }
    const { code, reason } = await new Promise((resolve) => socket.addEventListener('close', resolve))
    return [seen, socket.extensions, code, reason]
  },

  async stream({ url, texts }) {
    const socket = new WebSocketStream(url)
    const { readable, writable, extensions } = await socket.opened
    const [reader, writer, seen] = [readable.getReader(), writable.getWriter(), []]
    for (const text of texts) {
      await writer.write(text)
      seen.push((await reader.read()).value)
    }
    socket.close({ closeCode: 3001, reason: 'enough' })
    const { closeCode, reason } = await socket.closed
    return [seen, extensions, closeCode, reason]
  },

  /** Waits for the end of a WebSocket and of a WebSocketStream. */
  async ends({ url }) {
    const socket = new WebSocket(url)
    const failed = new Promise((resolve) => (socket.onerror = resolve))
    const { code, wasClean } = await new Promise((resolve) => (socket.onclose = resolve))
    const { closed } = new WebSocketStream(url)
    return [code, wasClean, (await failed).error.code ?? (await failed).message, await failure(closed)]
  },

  /** Passes on what a server sends. */
  async pass({ port }) {
    return new Response(connect({ host, port }).readable)
  },

  /** Leaves one of each open, after they were used, one that is being closed, and a body that is not read. */
  async leave({ port, url }) {
    const socket = connect({ host, port })
    await socket.writable.getWriter().write('some bytes')
    await socket.readable.getReader().read()
    const text = 'some text '.repeat(1000)
    const web = new WebSocket(url)
    web.onopen = () => web.send(text)
    await new Promise((resolve) => (web.onmessage = resolve))
    const { readable, writable } = await new WebSocketStream(url).opened
    await writable.getWriter().write(text)
    await readable.getReader().read()
    const closing = new WebSocket(url)
    await new Promise((resolve) => (closing.onopen = resolve))
    closing.close()
    await fetch(url.replace('ws:', 'http:'))
    return 'left'
  },

  /** Answers at once, and sends a text later. */
  async later({ port, text }, context) {
    const socket = connect({ host, port })
    const sending = async () => {
      await sleep(50)
      const writer = socket.writable.getWriter()
      await writer.write(text)
      await writer.close()
      await socket.closed
    }
    context.waitUntil(sending())
    return 'later'
  },

  /** Keeps connections for another request, until that has tried them. */
  async keep({ port, url }) {
    const socket = connect({ host, port })
    await socket.opened
    const web = new WebSocket(url)
    await new Promise((resolve) => (web.onopen = resolve))
    const tried = new Promise((resolve) => (kept = { socket, web, end: resolve }))
    await Promise.race([tried, sleep(10_000)])
    return 'kept'
  },

  /** Uses what `keep` keeps. */
  async take() {
    while (!kept) await sleep(10)
    const { socket, web, end } = kept
    const failed = new Promise((resolve) => (web.onerror = resolve))
    const closed = new Promise((resolve) => (web.onclose = resolve))
    web.send('foreign')
    const writer = socket.writable.getWriter()
    writer.write('foreign').catch(() => {})
    const answer = [await failure(writer.closed), (await failed).message, (await closed).code]
    end()
    return answer
  },

  /** Why it failed to connect before there was a request. */
  async early() {
    return failure(early.opened)
  },

  /** The memory in use, once what was left in earlier requests has been freed. */
  async memory({ port }) {
    await sleep(1)
    globalThis.gc()
    await connect({ host, port }).close()
    await sleep(1)
    return exports.memory_in_use()
  },
}

export default {
  async fetch(request, _environment, context) {
    const { how, ...given } = await request.json()
    const answer = await ways[how](given, context)
    return answer instanceof Response ? answer : Response.json(answer)
  },
}
