// Behaviours that are tested on every runtime: one function for each, which throws if the package does not behave so.
// The same file runs in a process, in a page and in a Worker, so it imports nothing: the caller passes the package
// (`curl` and `tool`, as imported) and the addresses of the servers (`at`, see servers.ts).

const MB = 1 << 20
const bytes = (text) => new TextEncoder().encode(text)
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms))
const textOf = async (response) => (await response).text()

function same(actual, expected) {
  const [got, wanted] = [actual, expected].map((value) => JSON.stringify(value))
  if (got !== wanted) throw new Error(`${got}, not ${wanted}`)
}

async function sha256(content) {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', content))
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('')
}

/** libcurl's code for why a fetch or a connection failed. */
const failure = (outcome) =>
  outcome.then(
    () => 'no failure',
    (error) => (error.cause ?? error).code ?? String(error),
  )

/** Waits until `value` returns the same six times in a row, and returns that. */
async function settled(value) {
  for (let [before, times] = [NaN, 0]; ;) {
    const now = await value()
    times = now === before ? times + 1 : 0
    if (times === 6) return now
    before = now
    await sleep(50)
  }
}

/** Runs `curl -sS ...args`, without the host's standard streams. */
async function run({ tool, transport }, args, options = {}) {
  const out = []
  const err = []
  const into = (chunks) => new WritableStream({ write: (chunk) => void chunks.push(chunk) })
  const stdin = new Blob([]).stream()
  const given = { stdin, stdout: into(out), stderr: into(err), ...(transport ? { transport } : {}), ...options }
  const status = await tool.runTool(['-sS', ...args], given)
  return [status, await new Blob(out).text(), await new Blob(err).text()]
}

/** Makes a transfer with a new Easy. Calls `use` with the handle before it is closed. */
async function transfer({ curl }, url, options, use = (_easy, text) => text) {
  const [easy, multi, chunks] = [new curl.Easy(), new curl.Multi(), []]
  try {
    easy.setopt('URL', url).setopt('WRITEFUNCTION', (chunk) => void chunks.push(chunk.slice()))
    for (const [name, value] of Object.entries(options)) easy.setopt(name, value)
    await multi.perform(easy)
    return use(easy, await new Blob(chunks).text())
  } finally {
    easy.close()
    multi.close()
  }
}

/** The behaviour that must be tested before the module is started, so it comes first. */
const STARTING = 'fetch() starts the module by itself'

export const behaviours = {
  async [STARTING]({ curl, at }) {
    same(await textOf(curl.fetch(`${at.http}/secret`)), 'secret')
  },

  async 'HTTPS, verified'({ curl, at }) {
    const trusting = { curl: { options: { CAINFO_BLOB: bytes(at.ca) } } }
    same(await textOf(curl.fetch(`${at.https}/secret`, trusting)), 'secret')
    same(await failure(curl.fetch(`${at.https}/secret`)), 'CURLE_PEER_FAILED_VERIFICATION')
  },

  async 'HTTP/2'({ curl, at }) {
    const response = await curl.fetch(`${at.http2}/`, { curl: { options: { CAINFO_BLOB: bytes(at.ca) } } })
    await response.text()
    same(response.curl.httpVersion, '2')
  },

  async 'connections are reused, and HTTP/2 multiplexes them'({ curl, at }) {
    const first = await textOf(curl.fetch(`${at.http}/port`))
    same(await textOf(curl.fetch(`${at.http}/port`)), first)
    const options = { CAINFO_BLOB: bytes(at.ca), PIPEWAIT: true }
    const one = () => textOf(curl.fetch(`${at.http2}/`, { curl: { options } }))
    const sessions = await Promise.all(Array.from({ length: 10 }, one))
    same(new Set(sessions).size, 1)
  },

  async 'upload of bytes and of a stream'({ curl, at }) {
    const body = new Uint8Array(5 * MB).fill(97)
    const expected = `PUT ${body.length} ${await sha256(body)}`
    same(await textOf(curl.fetch(`${at.http}/up`, { method: 'PUT', body })), expected)
    const stream = new Blob([body]).stream()
    same(await textOf(curl.fetch(`${at.http}/up`, { method: 'PUT', body: stream, duplex: 'half' })), expected)
  },

  async 'abort ends the transfer at the server, too'({ curl, at }) {
    const controller = new AbortController()
    const id = crypto.randomUUID()
    const hanging = () => textOf(curl.fetch(`${at.http}/hanging?${id}`))
    const response = await curl.fetch(`${at.http}/hang?${id}`, { signal: controller.signal })
    same(await hanging(), 'yes')
    controller.abort(new Error('enough'))
    same(await response.text().catch((error) => error.message), 'enough')
    while ((await hanging()) === 'yes') await sleep(20)
  },

  async 'backpressure: a reader that stops, stops the server'({ curl, at }) {
    const id = crypto.randomUUID()
    const sent = async () => Number(await textOf(curl.fetch(`${at.http}/sent?${id}`)))
    const reader = (await curl.fetch(`${at.http}/endless?${id}`)).body.getReader()
    await reader.read()
    const halted = await settled(sent)
    // the kernel's buffers on the way have their share of it
    if (halted > 40 * MB) throw new Error('the body is kept in memory although it is not read')
    // and it goes on when the body is read
    for (let read = 0; read < halted + 10 * MB;) read += (await reader.read()).value.length
    await reader.cancel()
  },

  async 'WebSocket frames, both ways'({ curl, at }) {
    const [easy, multi, seen] = [new curl.Easy(), new curl.Multi(), []]
    const steps = [
      () => easy.wsSend('text \u00fc', curl.CURLWS_TEXT),
      () => easy.wsSend(Uint8Array.of(1, 2, 3), curl.CURLWS_BINARY),
      () => easy.wsSend(Uint8Array.of(0x03, 0xe8), curl.CURLWS_CLOSE),
    ]
    easy.setopt('URL', `${at.wss}/echo`).setopt('CAINFO_BLOB', bytes(at.ca))
    easy.setopt('WRITEFUNCTION', (chunk) => {
      seen.push([easy.wsMeta().flags, ...chunk])
      queueMicrotask(() => steps.shift()?.()) // once this callback has returned
    })
    await multi.perform(easy)
    easy.close()
    multi.close()
    const { CURLWS_TEXT, CURLWS_BINARY, CURLWS_CLOSE } = curl
    same(seen, [
      [CURLWS_TEXT, ...bytes('welcome')],
      [CURLWS_TEXT, ...bytes('text \u00fc')],
      [CURLWS_BINARY, 1, 2, 3],
      [CURLWS_CLOSE, 0x03, 0xe8],
    ])
  },

  async 'cookies are kept and sent back'({ curl, at }) {
    const [easy, multi, chunks] = [new curl.Easy(), new curl.Multi(), []]
    easy.setopt('COOKIEFILE', '').setopt('WRITEFUNCTION', (chunk) => void chunks.push(chunk.slice()))
    for (const path of ['/cookies?set=a%3D1', '/cookies', '/cookies']) {
      easy.setopt('URL', at.http + path)
      await multi.perform(easy)
    }
    easy.close()
    multi.close()
    same(await new Blob(chunks).text(), '[][a=1][a=1]')
  },

  async 'a Session keeps its cookies, until it is closed'({ curl, at }) {
    const session = new curl.Session({ baseUrl: at.http })
    for (const [path, sent] of [
      ['/cookies?set=a%3D1', '[]'],
      ['/cookies', '[a=1]'],
    ])
      same(await textOf(session.fetch(path)), sent)
    same(await textOf(curl.fetch(`${at.http}/cookies`)), '[]')
    const id = crypto.randomUUID()
    const response = await session.fetch(`/hang?${id}`)
    await session.close()
    const why = (failing) => failing.catch((error) => error.cause.message)
    same(await why(response.text()), 'the session was closed')
    same(await why(session.fetch('/cookies')), 'the session is closed')
    while ((await textOf(curl.fetch(`${at.http}/hanging?${id}`))) === 'yes') await sleep(20)
  },

  async 'connect(): bytes over TLS, until both ends have ended'({ curl, at }) {
    const socket = curl.connect({ ...at.echo, tls: { ca: at.ca } })
    const { tls } = await socket.opened
    same(tls.version, 'TLSv1.3')
    const sent = crypto.getRandomValues(new Uint8Array(50_000))
    const writer = socket.writable.getWriter()
    const writing = writer.write(sent).then(() => writer.close())
    const received = new Uint8Array(await new Response(socket.readable).arrayBuffer())
    same(await sha256(received), await sha256(sent))
    await writing
    await socket.closed
    const distrusting = curl.connect({ ...at.echo, tls: true })
    same(await failure(distrusting.opened), 'CURLE_PEER_FAILED_VERIFICATION')
  },

  async 'WebSocket: text, bytes and codes'({ curl, at }) {
    const socket = new curl.WebSocket(`${at.wss}/echo`, [], { tls: { ca: at.ca } })
    socket.binaryType = 'arraybuffer'
    const steps = [
      () => socket.send('text \u00fc'),
      () => socket.send(Uint8Array.of(1, 2, 3)),
      () => socket.close(3001, 'enough'),
    ]
    const seen = []
    socket.onmessage = ({ data }) => {
      seen.push(typeof data === 'string' ? data : [...new Uint8Array(data)])
      steps.shift()()
    }
    const { code, reason, wasClean } = await new Promise((resolve) => (socket.onclose = resolve))
    same([...seen, code, reason, wasClean], ['welcome', 'text \u00fc', [1, 2, 3], 3001, 'enough', true])
  },

  async 'WebSocketStream: a reader and a writer'({ curl, at }) {
    const socket = new curl.WebSocketStream(`${at.wss}/echo`, { tls: { ca: at.ca } })
    const { readable, writable } = await socket.opened
    const [reader, writer] = [readable.getReader(), writable.getWriter()]
    const read = async () => (await reader.read()).value
    same(await read(), 'welcome')
    await writer.write('text \u00fc')
    same(await read(), 'text \u00fc')
    await writer.write(Uint8Array.of(1, 2, 3))
    same([...(await read())], [1, 2, 3])
    socket.close({ closeCode: 3001, reason: 'enough' })
    same(await socket.closed, { closeCode: 3001, reason: 'enough' })
    same(await reader.read(), { done: true })
  },

  async 'blocking calls'({ curl, at }) {
    const easy = new curl.Easy()
    let text = ''
    easy.setopt('URL', `${at.https}/secret`).setopt('CAINFO_BLOB', bytes(at.ca))
    easy.setopt('WRITEFUNCTION', (chunk) => void (text += new TextDecoder().decode(chunk)))
    easy.performSync()
    easy.close()
    same([text, curl.fetchSync(`${at.http}/secret`).text()], ['secret', 'secret'])
  },

  async 'the tool'(world) {
    const files = new world.tool.MemoryFileSystem({ '/ca.pem': world.at.ca })
    const trusting = ['--cacert', '/ca.pem', '-w', ' %{http_code}', `${world.at.https}/secret`]
    same(await run(world, trusting, { files }), [0, 'secret 200', ''])
    const [status, out] = await run(world, [`${world.at.https}/secret`])
    same([status, out], [60, ''])
    const stored = new world.tool.MemoryFileSystem()
    same((await run(world, ['-o', '/out.txt', `${world.at.http}/secret`], { files: stored }))[0], 0)
    same((await run(world, ['file:///out.txt'], { files: stored }))[1], 'secret')
    same((await run(world, ['--help', '--xattr']))[1].split('\n')[0], '    --xattr')
  },

  async 'refused and unknown names are told apart'({ curl, at }) {
    same(await failure(curl.fetch(at.refused)), 'CURLE_COULDNT_CONNECT')
    same(await failure(curl.fetch('http://nowhere.invalid/')), 'CURLE_COULDNT_RESOLVE_HOST')
  },

  async 'the addresses of both ends'({ curl, at }) {
    const ends = (easy) => [easy.getinfo('LOCAL_PORT'), easy.getinfo('PRIMARY_IP'), easy.getinfo('PRIMARY_PORT')]
    await transfer({ curl }, `${at.http}/port`, {}, (easy, text) => {
      const { hostname, port } = new URL(at.http)
      same(ends(easy), [Number(text), hostname, Number(port)])
    })
  },

  async 'files on disk'(world) {
    const path = `${world.at.folder}/${crypto.randomUUID()}`
    same(await run(world, ['-o', path, `${world.at.http}/secret`]), [0, '', ''])
    same(await textOf(world.curl.fetch(`${world.at.http}/file?${path}`)), 'secret')
    same(await run(world, [`file://${path}`]), [0, 'secret', ''])
  },

  async 'the environment'(world) {
    const args = ['--variable', '%LIBCURL_WASM_BEHAVIOURS', '--expand-url', '{{LIBCURL_WASM_BEHAVIOURS}}']
    same(await run(world, args), [0, 'secret', ''])
  },

  async 'unix sockets'(world) {
    same(await transfer(world, 'http://localhost/secret', { UNIX_SOCKET_PATH: world.at.unix }), 'secret')
  },

  async 'UDP (TFTP)'(world) {
    same(await run(world, ['-m', '5', world.at.tftp]), [0, 'by UDP', ''])
  },

  async 'listening sockets (active FTP)'(world) {
    same(await run(world, ['-m', '10', '-P', '-', world.at.ftp]), [0, 'by FTP', ''])
  },
}

/** Fails if `promise` has not settled in time. */
function within(ms, promise) {
  let timer
  const late = new Promise((_, reject) => (timer = setTimeout(() => reject(new Error('it does not end')), ms)))
  return Promise.race([promise, late]).finally(() => clearTimeout(timer))
}

/** Runs the behaviours of `names`. Reports for each what went wrong, or null. */
export async function tell(curl, tool, at, names = Object.keys(behaviours)) {
  // runtimes without sockets use a relay
  const transport = at.relay ? curl.wispTransport({ url: at.relay }) : undefined
  const world = { curl, tool, at, transport }
  const outcomes = {}
  for (const name of names) {
    try {
      if (name !== STARTING) await curl.default(transport ? { transport } : undefined)
      await within(at.patience, behaviours[name](world))
      outcomes[name] = null
    } catch (error) {
      outcomes[name] = error.message
    }
  }
  transport?.close()
  return outcomes
}
