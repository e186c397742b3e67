// Node's own fetch over libcurl: `node examples/undici.mjs [URL [PROXY]]`. Programs that use fetch need no change.
import { CurlDispatcher } from 'libcurl-wasm/undici'

const [url = 'https://example.org/', proxy] = process.argv.slice(2)
const dispatcher = new CurlDispatcher({ proxy, headersTimeout: 10_000 })
// what setGlobalDispatcher() of undici does
globalThis[Symbol.for('undici.globalDispatcher.1')] = dispatcher
try {
  const response = await fetch(url)
  console.log(`${response.status} from ${response.url}: ${(await response.text()).length} characters`)
} catch ({ cause }) {
  // undici's codes and Node's, such as ENOTFOUND; its cause is libcurl's error
  console.error(`${cause.code}: ${cause.cause?.message ?? cause.message}`)
  process.exitCode = 1
}
await dispatcher.close()
