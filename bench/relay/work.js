// What a contestant of relay.mjs does in a round, in Node and in a page alike. A task is { kind, url, ... }. Each kind
// returns how many bytes of bodies have come, or an object with `bytes` and what else is to be reported; an answer of a
// wrong length ends the round.
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms))

function checked(length, size) {
  if (length !== size) throw new Error(`${length} bytes have come instead of ${size}`)
  return length
}

/** `start` starts the contestant; it is called when it is first needed, and its client is used from then on. */
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

  /** `cipherUrl`, in the warm-up, answers with the version and the cipher of TLS. */
  async function download({ url, size, cipherUrl }) {
    const { get, download } = await client()
    if (cipherUrl) cipher = new TextDecoder().decode(await get(cipherUrl))
    let bytes = 0
    await download(url, (chunk) => (bytes += chunk.length))
    return { bytes: checked(bytes, size), cipher }
  }

  /** The server answers with how many bytes have come. */
  async function upload({ url, size }) {
    const { post } = await client()
    return checked(Number(await post(url, new Uint8Array(size))), size)
  }

  /** Nothing is done, and a connection is kept, if the task has had one made before. */
  async function idle({ url, ms }) {
    const bytes = url ? (await (await client()).get(url)).length : 0
    await sleep(ms)
    return bytes
  }

  const cold = ({ url, size }) => sequential({ url, size, ms: 0 })

  return { sequential, parallel, download, upload, idle, cold }
}
