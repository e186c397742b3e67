// What ssh-browser.test.ts runs in a page or a Worker: transfers with SFTP and SCP by the full module, through a relay.
import init, {
  CURLKHSTAT_FINE,
  CURLKHSTAT_REJECT,
  Easy,
  MemoryFileSystem,
  Multi,
  wispTransport,
} from '/dist/js/full-browser.js'

/** Makes one transfer. `trusted` is the key of the server in Base64; `up` is a number of bytes to send. */
export async function run({ relay, files, url, trusted, up, options }) {
  await init({ transport: wispTransport({ url: relay }), files: new MemoryFileSystem(files) })
  const [multi, easy, chunks] = [new Multi(), new Easy(), []]
  easy.setopt('URL', url)
  easy.setopt('SSH_KNOWNHOSTS', '/home/.ssh/known_hosts')
  easy.setopt('SSH_KEYFUNCTION', (_easy, _known, { key }) =>
    btoa(String.fromCharCode(...key)) === trusted ? CURLKHSTAT_FINE : CURLKHSTAT_REJECT,
  )
  easy.setopt('WRITEFUNCTION', (chunk) => void chunks.push(chunk))
  if (up) {
    const body = new Uint8Array(up).fill(97)
    let at = 0
    easy.setopt('UPLOAD', true)
    easy.setopt('INFILESIZE_LARGE', up)
    easy.setopt('READFUNCTION', (size) => body.subarray(at, (at = Math.min(at + size, up))))
  }
  for (const [name, value] of Object.entries(options ?? {})) easy.setopt(name, value)
  const error = await multi.perform(easy).then(
    () => null,
    (error) => error.code,
  )
  easy.close()
  multi.close()
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', await new Blob(chunks).arrayBuffer()))
  return { error, sha256: Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('') }
}

// in a Worker
if (typeof document === 'undefined')
  globalThis.onmessage = async ({ data }) => globalThis.postMessage(await run(data).catch(String))
