// A relay, and an origin behind it, for bench/connections.mjs: `node server.mjs HOST`. Prints both ports. A connection to
// the origin gets 1000 bytes, or, if it sends 'b', bytes without an end.
import { once } from 'node:events'
import http from 'node:http'
import net from 'node:net'
import { createRelay } from 'libcurl-wasm-relay'

const origin = net.createServer((socket) => {
  socket.setNoDelay().on('error', () => {})
  socket.once('data', ([first]) => {
    if (first !== 98) return void socket.write(Buffer.alloc(1000))
    const bytes = Buffer.alloc(64 * 1024)
    const write = () => {
      while (socket.write(bytes));
    }
    socket.on('drain', write)
    write()
  })
})
origin.listen(0, '127.0.0.1')
await once(origin, 'listening')

const server = http.createServer()
server.on('upgrade', createRelay({ allowRanges: ['127.0.0.0/8'] }).handleUpgrade)
server.listen(0, process.argv[2])
await once(server, 'listening')
console.log(server.address().port, origin.address().port)
