// The contestants of relay.mjs behind one interface, for Node and for pages. The tests of the relay use them too. Each
// is started with its library (see libraries-node.mjs and page.js), the relay's URL and the CA certificate, and is used
// as its documentation shows. All of them verify the server's certificate. `settings` are options of the library that
// differ from its defaults.
//
// A client has get(url), which returns the body; download(url, received), which passes chunks to `received`; and
// post(url, bytes), which returns the text of the response. Each rejects for a status other than 2xx.

/** This package: one Multi for everything, and an Easy handle for each transfer that runs at the same time. */
async function startThis({ default: init, Easy, Multi, wispTransport }, { relay, ca }) {
  await init({ transport: wispTransport({ url: relay }) })
  const multi = new Multi()
  const idle = []
  const authority = new TextEncoder().encode(ca)

  function handle() {
    const easy = new Easy()
    easy.setopt('CAINFO_BLOB', authority)
    easy.setopt('FAILONERROR', true)
    return easy
  }

  async function download(url, received) {
    const easy = idle.pop() ?? handle()
    easy.setopt('URL', url)
    easy.setopt('WRITEFUNCTION', (chunk) => void received(chunk))
    await multi.perform(easy)
    idle.push(easy)
  }

  async function get(url) {
    const chunks = []
    await download(url, (chunk) => chunks.push(chunk))
    return chunks.length === 1 ? chunks[0] : new Uint8Array(await new Blob(chunks).arrayBuffer())
  }

  async function post(url, bytes) {
    const decoder = new TextDecoder()
    let [at, answer] = [0, '']
    const easy = handle()
    easy.setopt('URL', url)
    easy.setopt('POST', true)
    easy.setopt('POSTFIELDSIZE_LARGE', bytes.length)
    easy.setopt('READFUNCTION', (size) => bytes.subarray(at, (at += Math.min(size, bytes.length - at))))
    easy.setopt('WRITEFUNCTION', (chunk) => void (answer += decoder.decode(chunk, { stream: true })))
    await multi.perform(easy)
    easy.close()
    return answer
  }

  return { get, download, post }
}

/** A client that uses a function like fetch. `bodyOf` makes a request body of bytes. */
function fetching(fetch, bodyOf = (bytes) => bytes) {
  const answer = async (url, options) => {
    const response = await fetch(url, options)
    if (!response.ok) throw new Error(`${url}: status ${response.status}`)
    return response
  }
  return {
    get: async (url) => new Uint8Array(await (await answer(url, {})).arrayBuffer()),
    async download(url, received) {
      const reader = (await answer(url, {})).body.getReader()
      for (let part = await reader.read(); !part.done; part = await reader.read()) received(part.value)
    },
    post: async (url, bytes) => (await answer(url, { method: 'POST', body: bodyOf(bytes) })).text(),
  }
}

const CHUNK = 32 * 1024

/**
 * Makes a stream of a large body. Without TLS epoxy sends other bodies as one message, which relays refuse if it is
 * large.
 */
function streamed(bytes) {
  if (bytes.length <= 16 * CHUNK) return bytes
  let at = 0
  return new ReadableStream({
    pull(controller) {
      controller.enqueue(bytes.subarray(at, (at += CHUNK)))
      if (at >= bytes.length) controller.close()
    },
  })
}

async function startEpoxy({ default: init, EpoxyClient, EpoxyClientOptions, wasm }, { relay, ca, settings }) {
  await init({ module_or_path: wasm })
  const options = Object.assign(new EpoxyClientOptions(), { pem_files: [ca], ...settings })
  const client = new EpoxyClient(relay, options)
  return fetching((url, options) => client.fetch(url, options), streamed)
}

/** Returns the instance of the WebAssembly module that `load` loads. */
async function instanceMadeBy(load) {
  const { instantiateStreaming } = WebAssembly
  let instance
  WebAssembly.instantiateStreaming = async (...args) => {
    const result = await instantiateStreaming(...args)
    instance = result.instance
    return result
  }
  try {
    await load()
    return instance
  } finally {
    WebAssembly.instantiateStreaming = instantiateStreaming
  }
}

/** libcurl.js has no option for certificates, so this replaces its built-in ones in its memory. */
async function startLibcurlJs({ libcurl, wasm }, { relay, ca, settings }) {
  const { exports } = await instanceMadeBy(() => libcurl.load_wasm(wasm))
  const memory = new Uint8Array(exports.memory.buffer)
  const start = exports.get_cacert()
  memory.fill('\n'.charCodeAt(), start, memory.indexOf(0, start))
  memory.set(new TextEncoder().encode(ca), start)
  Object.assign(libcurl, settings).set_websocket(relay)
  return fetching((url, options) => libcurl.fetch(url, options))
}

/**
 * Not a contestant: measures the way to the server without a library. It speaks Wisp on a bare WebSocket, sends the
 * same bytes again and again, and counts what comes back.
 */
async function startBare({ WebSocket }, { relay }) {
  const [CONNECT, DATA, TCP, STREAM, HEADER] = [1, 2, 1, 1, 5]
  const socket = new WebSocket(relay)
  socket.binaryType = 'arraybuffer'
  let request, length, whole, missing, answered
  socket.onmessage = ({ data }) => {
    const packet = new Uint8Array(data)
    if (packet[0] !== DATA) return
    const bytes = packet.subarray(HEADER)
    if (missing === undefined) {
      const [head] = new TextDecoder().decode(bytes).split('\r\n\r\n', 1)
      length = Number(/content-length: (\d+)/i.exec(head)[1])
      missing = whole = head.length + 4 + length
    }
    missing -= bytes.length
    if (missing === 0) answered()
  }
  await new Promise((resolve) => (socket.onopen = resolve))

  const packet = (type, payload) => Uint8Array.of(type, STREAM, 0, 0, 0, ...payload)
  function connect({ hostname, host, port, pathname }) {
    const encoder = new TextEncoder()
    socket.send(packet(CONNECT, [TCP, port & 255, port >> 8, ...encoder.encode(hostname)]))
    request = packet(DATA, encoder.encode(`GET ${pathname} HTTP/1.1\r\nHost: ${host}\r\nAccept: */*\r\n\r\n`))
  }

  async function get(url) {
    if (!request) connect(new URL(url))
    missing = whole
    await new Promise((resolve) => {
      answered = resolve
      socket.send(request)
    })
    return { length }
  }
  return { get }
}

export const contestants = {
  'libcurl.js': startLibcurlJs,
  epoxy: startEpoxy,
  lite: startThis,
  this: startThis,
  bare: startBare,
}
