// fetch, and what curl adds to it: `node examples/fetch.mjs [URL]`.
import { fetch } from 'libcurl-wasm'

const url = process.argv[2] ?? 'https://example.org/'
try {
  const response = await fetch(url, { headers: { Accept: 'application/json' }, signal: AbortSignal.timeout(10_000) })
  const text = await response.text()
  const { httpVersion, remoteAddress, tls, timings } = response.curl
  console.log(`HTTP/${httpVersion} ${response.status}, ${text.length} characters from ${remoteAddress.address}`)
  console.log(tls ? `${tls.version}, ${tls.cipher}, certificate of ${tls.chain[0].subject}` : 'without TLS')
  console.log(`first byte after ${timings.total - timings.download} of ${timings.total} ms`)
} catch (error) {
  // a TypeError, as fetch has it; the cause is what libcurl says
  const { code, number, message } = error.cause ?? error
  console.error(`${url}: ${code} (${number}): ${message}`)
  process.exitCode = 1
}
