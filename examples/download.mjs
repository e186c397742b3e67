// Downloads into a file and shows the progress; started again, it resumes: `node examples/download.mjs URL FILE`.
//
// It assumes that the server's file stays the same. docs/recipes.md has one that makes sure.
import { createWriteStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { Writable } from 'node:stream'
import { fetch } from 'libcurl-wasm'

const [url, file] = process.argv.slice(2)
if (!file) throw new Error('usage: node examples/download.mjs URL FILE')

const there = await stat(file).then(
  ({ size }) => size,
  () => 0,
)
const response = await fetch(url, {
  headers: there > 0 ? { Range: `bytes=${there}-` } : {},
  curl: {
    onProgress({ percent, transferredBytes }) {
      if (process.stderr.isTTY) process.stderr.write(`\r${transferredBytes} bytes, ${Math.round(percent * 100)} %`)
    },
  },
})
if (response.status === 416) {
  console.log(`${file} is complete`)
  await response.body?.cancel()
} else if (response.ok) {
  const resumed = response.status === 206
  // a disk that is slower than the network holds the server back
  await response.body.pipeTo(Writable.toWeb(createWriteStream(file, { flags: resumed ? 'a' : 'w' })))
  console.log(`${file}: ${(await stat(file)).size} bytes${resumed ? `, ${there} of them from before` : ''}`)
} else {
  throw new Error(`${url}: status ${response.status}`)
}
