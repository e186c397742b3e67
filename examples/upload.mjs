// An upload of a file that is read while it is sent: `node examples/upload.mjs FILE URL`.
import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { fetch } from 'libcurl-wasm'

const [file, url] = process.argv.slice(2)
if (!url) throw new Error('usage: node examples/upload.mjs FILE URL')

const { size } = await stat(file)
const response = await fetch(url, {
  method: 'PUT',
  body: createReadStream(file),
  duplex: 'half',
  headers: { 'Content-Length': String(size) }, // without it the stream goes in chunks
})
if (!response.ok) throw new Error(`${url}: status ${response.status}`)
console.log(`${size} bytes sent in ${response.curl.timings.total} ms: ${await response.text()}`)
