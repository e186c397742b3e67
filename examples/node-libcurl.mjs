// A program written for node-libcurl, with only the name in its import changed: downloads a URL into a file, with a
// progress callback, and then posts what it has found as a form.
//
//   node node-libcurl.mjs URL FILE FORM_URL
import { createWriteStream } from 'node:fs'
import { pipeline } from 'node:stream/promises'
import { Curl, curly, CurlEasyError } from 'libcurl-wasm/node-libcurl'

const [url, file, formUrl] = process.argv.slice(2)

try {
  let received = 0
  const { statusCode, data, headers } = await curly.get(url, {
    followLocation: true,
    acceptEncoding: '',
    curlyStreamResponse: true,
    curlyProgressCallback(_total, now) {
      received = now
      return 0 // goes on
    },
  })
  await pipeline(data, createWriteStream(file))
  console.log(`${statusCode} ${headers.at(-1).result.version}, ${received} bytes`)

  const curl = new Curl()
  curl.setOpt('URL', formUrl)
  curl.setOpt('HTTPPOST', [
    { name: 'source', contents: url },
    { name: 'file', file, type: 'application/octet-stream' },
  ])
  curl.on('end', function (status, body) {
    console.log(`posted: ${status} ${body}`)
    this.close()
  })
  curl.on('error', function (error) {
    console.error(error.message)
    this.close()
  })
  curl.perform()
} catch (error) {
  console.error(error instanceof CurlEasyError ? `${error.message} (${error.code})` : error)
  process.exitCode = 1
}
