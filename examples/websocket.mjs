// A WebSocket with a header of its own, which prints what it receives: `node examples/websocket.mjs URL [MESSAGE]...`.
// Without messages it listens until the server closes.
import { WebSocket } from 'libcurl-wasm'

const [url, ...messages] = process.argv.slice(2)
if (!url) throw new Error('usage: node examples/websocket.mjs URL [MESSAGE]...')

const socket = new WebSocket(url, [], { headers: { 'User-Agent': 'an example' } })
let answers = 0
socket.onopen = () => messages.forEach((message) => socket.send(message))
socket.onmessage = ({ data }) => {
  console.log(data)
  if (++answers === messages.length) socket.close(1000, 'enough')
}
socket.onerror = ({ message }) => console.error(`${url}: ${message}`)
socket.onclose = ({ code, reason }) => console.log(`closed with ${code} ${reason}`)
