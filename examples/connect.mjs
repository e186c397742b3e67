// Shows a server's TLS and certificates, sends it a line of text, and prints its answer:
// `node examples/connect.mjs HOST PORT [LINE]`.
import { connect } from 'libcurl-wasm'

const [host, port, line = ''] = process.argv.slice(2)
if (!port) throw new Error('usage: node examples/connect.mjs HOST PORT [LINE]')

const socket = connect({ host, port: Number(port), tls: true })
try {
  const { remoteAddress, tls } = await socket.opened
  console.log(`${remoteAddress.address}: ${tls.version}, ${tls.cipher}`)
  for (const { subject, validTo } of tls.chain) console.log(`  ${subject}, valid to ${validTo}`)
  const writer = socket.writable.getWriter()
  await writer.write(`${line}\n`)
  await writer.close() // ends this direction; the server may still answer
  for await (const text of socket.readable.pipeThrough(new TextDecoderStream())) process.stdout.write(text)
} catch (error) {
  console.error(`${host}:${port}: ${error.code}: ${error.message}`)
  process.exitCode = 1
}
