// What a page or a Worker of the tests runs: the curl tool on a relay, with what it has written.
import { MemoryFileSystem, runTool } from '/dist/ts/tool-browser.js'
import { wispTransport, wsproxyTransport } from '/dist/ts/browser.js'

const transports = new Map()

function transportOf(relay) {
  let transport = transports.get(relay)
  if (!transport) {
    const [kind, url] = relay.split(' ')
    transport = kind === 'wisp' ? wispTransport({ url }) : wsproxyTransport({ url })
    transports.set(relay, transport)
  }
  return transport
}

async function sha256(bytes) {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes))
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('')
}

function sink() {
  const chunks = []
  return { chunks, stream: new WritableStream({ write: (chunk) => void chunks.push(chunk) }) }
}

/** Runs `curl ...args`; `relay` is 'wisp URL' or 'wsproxy URL'; `upload` bytes are standard input; stops after `abortMs`. */
export async function run(args, { relay, files = {}, upload = 0, abortMs } = {}) {
  const [out, err] = [sink(), sink()]
  const stdin = new Blob([new Uint8Array(upload).fill(97)]).stream()
  const signal = abortMs === undefined ? undefined : AbortSignal.timeout(abortMs)
  const status = await runTool(args, {
    ...{ stdin, stdout: out.stream, stderr: err.stream, signal },
    transport: relay && transportOf(relay),
    files: new MemoryFileSystem(files),
  })
  const body = await new Blob(out.chunks).arrayBuffer()
  const text = new TextDecoder().decode(body.slice(0, 2000))
  return {
    status,
    length: body.byteLength,
    sha256: await sha256(body),
    text,
    stderr: await new Blob(err.chunks).text(),
  }
}
