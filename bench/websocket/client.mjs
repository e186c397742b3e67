// A contestant of ../websocket.mjs: a client process that measures one round (see ../measure.mjs). Both have the
// interface of the standard.
import { round } from '../measure.mjs'

const contestants = {
  ws: async () => {
    const { WebSocket } = await import('ws')
    return (url, perMessageDeflate) => new WebSocket(url, { perMessageDeflate })
  },
  this: async () => {
    const { WebSocket } = await import('../../dist/js/node.js')
    return (url, perMessageDeflate) => new WebSocket(url, [], { perMessageDeflate })
  },
}

const { contestant } = JSON.parse(process.argv[2])
const open = await contestants[contestant]()
let socket

/** Makes JSON of `size` bytes, another one each time. */
function json(size) {
  const names = ['alice', 'bob', 'carol', 'dave', 'erin', 'frank', 'grace', 'heidi', 'ivan', 'judy', 'mallory', 'trent']
  const one = () => names[Math.floor(Math.random() * names.length)]
  let text = ''
  while (text.length < size)
    text += JSON.stringify({
      id: Math.floor(Math.random() * 1e9),
      user: one(),
      price: Math.random(),
      tags: [one(), one()],
    })
  return text.slice(0, size)
}

/**
 * Sends `count` messages, of which `parallel` are on their way at a time. Resolves with the bytes that came back. With
 * `text` they are JSON, and compressed.
 */
async function echo({ url, size, count, parallel, text = false }) {
  if (!socket) {
    socket = open(url, text)
    socket.binaryType = 'arraybuffer'
    await new Promise((resolve, reject) => {
      socket.onopen = resolve
      socket.onerror = ({ message }) => reject(new Error(message))
    })
  }
  const binary = new Uint8Array(size).fill(7)
  const messages = Array.from({ length: 100 }, () => (text ? json(size) : binary))
  let [sent, received, bytes] = [0, 0, 0]
  return new Promise((resolve, reject) => {
    const send = () => {
      if (sent < count) socket.send(messages[sent++ % messages.length])
    }
    socket.onmessage = ({ data }) => {
      bytes += data.byteLength ?? data.length
      if (++received === count) resolve(bytes)
      else send()
    }
    socket.onclose = ({ code }) => reject(new Error(`the connection has ended: ${code}`))
    for (let i = 0; i < parallel; i++) send()
  })
}

await round({ echo })
process.exit()
