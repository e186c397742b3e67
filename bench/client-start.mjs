// Measures one start in a process of its own, for start.mjs: `node client-start.mjs URL [CA_FILE]` writes to standard
// output how long each step has taken, in milliseconds, as JSON. Without CA_FILE it trusts Node's CA certificates,
// which is the default.
import { readFile } from 'node:fs/promises'

const [url, ca] = process.argv.slice(2)
const steps = {}
let before = performance.now()

function done(step) {
  const now = performance.now()
  steps[step] = now - before
  before = now
}

const { default: init, Easy, Multi } = await import('../dist/js/node.js')
done('import')
const bytes = await readFile(new URL('../dist/curl.wasm', import.meta.url))
done('read')
const module = await WebAssembly.compile(bytes)
done('compile')
await init({ module_or_path: module })
done('init')

const multi = new Multi()

/** One transfer over a new connection. @see curl_easy_getinfo(3), "TIMES" */
async function request(name) {
  const easy = new Easy()
  let received = 0
  easy.setopt('URL', url)
  easy.setopt('FRESH_CONNECT', true)
  easy.setopt('WRITEFUNCTION', (chunk) => void (received += chunk.length))
  if (ca) easy.setopt('CAINFO', ca)
  await multi.perform(easy)
  done(name)
  if (received === 0) throw new Error(`${url}: received nothing`)
  const [connected, secured] = ['CONNECT_TIME_T', 'APPCONNECT_TIME_T'].map((info) => easy.getinfo(info) / 1000)
  steps[`${name} connect`] = connected
  steps[`${name} tls`] = secured - connected
  easy.close()
}

await request('first')
await request('second')
multi.close()
console.log(JSON.stringify(steps))
