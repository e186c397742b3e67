// What a contestant of relay.mjs does in a round, in Node and in pages. A task is { kind, url, ... }. Each kind returns
// how many bytes of bodies were received, or an object with that as `bytes` and more to report. A response of a wrong
// length ends the round.
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms))

function checked(length, size) {
  if (length !== size) throw new Error(`received ${length} bytes instead of ${size}`)
  return length
}

/**
 * Makes the function for each kind. `start` starts the contestant, and is called once, when a client is first needed.
 */
export function kindsOf(start) {
  let started, cipher
  const client = () => (started ??= start())

  /** One request after another, until `ms` are over. */
  async function sequential({ url, size, ms }) {
    const { get } = await client()
    const end = performance.now() + ms
    let bytes = 0
    do bytes += checked((await get(url)).length, size)
    while (performance.now() < end)
    return bytes
  }

  async function parallel({ parallel, ...task }) {
    await client()
    const all = await Promise.all(Array.from({ length: parallel }, () => sequential(task)))
    return all.reduce((sum, bytes) => sum + bytes, 0)
  }

  /** In the warm-up, `cipherUrl` answers with the version and the cipher of TLS. */
  async function download({ url, size, cipherUrl }) {
    const { get, download } = await client()
    if (cipherUrl) cipher = new TextDecoder().decode(await get(cipherUrl))
    let bytes = 0
    await download(url, (chunk) => (bytes += chunk.length))
    return { bytes: checked(bytes, size), cipher }
  }

  /** The server answers with how many bytes it received. */
  async function upload({ url, size }) {
    const { post } = await client()
    return checked(Number(await post(url, new Uint8Array(size))), size)
  }

  /** Waits, and does nothing. With a URL, as in the warm-up, it first makes a connection, which is kept. */
  async function idle({ url, ms }) {
    const bytes = url ? (await (await client()).get(url)).length : 0
    await sleep(ms)
    return bytes
  }

  const cold = ({ url, size }) => sequential({ url, size, ms: 0 })

  return { sequential, parallel, download, upload, idle, cold }
}
