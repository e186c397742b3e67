// A contestant of ../websocket.mjs: a client process that measures one round (see ../measure.mjs). Both have the
// interface of the standard.
import { round } from '../measure.mjs'

const contestants = {
  ws: async () => {
    const { WebSocket } = await import('ws')
    return (url) => new WebSocket(url, { perMessageDeflate: false })
  },
  this: async () => {
    const { WebSocket } = await import('../../dist/js/node.js')
    return (url) => new WebSocket(url)
  },
}

const { contestant } = JSON.parse(process.argv[2])
const open = await contestants[contestant]()
let socket

/** Sends `count` messages, of which `parallel` are on their way at a time. Resolves with the bytes that came back. */
async function echo({ url, size, count, parallel }) {
  if (!socket) {
    socket = open(url)
    socket.binaryType = 'arraybuffer'
    await new Promise((resolve, reject) => {
      socket.onopen = resolve
      socket.onerror = ({ message }) => reject(new Error(message))
    })
  }
  const message = new Uint8Array(size).fill(7)
  let [sent, received, bytes] = [0, 0, 0]
  return new Promise((resolve, reject) => {
    const send = () => {
      if (sent++ < count) socket.send(message)
    }
    socket.onmessage = ({ data }) => {
      bytes += data.byteLength
      if (++received === count) resolve(bytes)
      else send()
    }
    socket.onclose = ({ code }) => reject(new Error(`the connection has ended: ${code}`))
    for (let i = 0; i < parallel; i++) send()
  })
}

await round({ echo })
process.exit()
