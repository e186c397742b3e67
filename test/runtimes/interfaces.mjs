// Uses the interfaces of other packages in Node, Deno or Bun: `interfaces.mjs URL`. Prints what each of them got, and how
// often it was used.
import http from 'node:http'
import process from 'node:process'
import { HttpAgent } from 'libcurl-wasm/agent'
import { ProxyTransport } from 'libcurl-wasm/proxy-transport'

const url = process.argv[2]
const seen = {}

let connections = 0
class Counting extends HttpAgent {
  createConnection(options) {
    connections++
    return super.createConnection(options)
  }
}
const agent = new Counting({ keepAlive: true })
const get = () =>
  new Promise((resolve, reject) => {
    http
      .get(url, { agent }, (response) => {
        let text = ''
        response.setEncoding('utf8').on('data', (chunk) => (text += chunk))
        response.on('end', () => resolve(text))
      })
      .on('error', reject)
  })
seen.agent = [await get(), await get(), connections]

const transport = new ProxyTransport()
await transport.init()
seen.transport = await new Response((await transport.request(url, 'GET', null, [])).body).text()

try {
  const { CurlDispatcher } = await import('libcurl-wasm/undici')
  const dispatcher = new CurlDispatcher()
  let text = ''
  await new Promise((resolve, reject) => {
    dispatcher.dispatch(
      { origin: url, path: '/', method: 'POST', body: 'sent' },
      {
        onRequestStart() {},
        onResponseData: (_, chunk) => (text += chunk),
        onResponseEnd: resolve,
        onResponseError: (_, error) => reject(error),
      },
    )
  })
  seen.dispatcher = text
} catch {
  seen.dispatcher = 'there is none'
}
process.stdout.write(JSON.stringify(seen))
process.exit()
