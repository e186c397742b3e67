// Node's http and https, and so axios, got and node-fetch, over libcurl's connections:
// `node examples/agent.mjs [URL [PROXY]]`, with a proxy such as socks5h://localhost:1080.
import http from 'node:http'
import https from 'node:https'
import { HttpAgent, HttpsAgent } from 'libcurl-wasm/agent'

const [url = 'https://example.org/', proxy] = process.argv.slice(2)
const [client, Agent] = url.startsWith('https:') ? [https, HttpsAgent] : [http, HttpAgent]
const agent = new Agent({ proxy, keepAlive: true })
client
  .get(url, { agent }, (response) => {
    const { socket, statusCode } = response
    const { CN } = socket.getPeerCertificate().subject ?? {}
    console.log(`${statusCode} from ${socket.remoteAddress}, ${socket.getProtocol() ?? 'without TLS'}`)
    if (CN) console.log(`the certificate of ${CN}`)
    response.resume()
  })
  .on('error', (error) => {
    console.error(`${error.code}: ${error.message}`)
    process.exitCode = 1
  })
