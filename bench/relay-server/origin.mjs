// The server behind the relays of bench/relay-server.mjs: `node origin.mjs` prints its port. The first byte of a
// connection says what it is: 'b' gets bytes without an end, 'u' sends them, and 'e' gets ANSWER bytes for each request.
import net from 'node:net'
import { ANSWER, REQUEST } from './sizes.mjs'

const bulk = Buffer.alloc(256 * 1024)
const answer = Buffer.alloc(ANSWER)

net
  .createServer({ noDelay: true }, (socket) => {
    socket.on('error', () => {})
    socket.once('data', (first) => {
      if (first[0] === 98) flood(socket)
      else if (first[0] === 101) answerEach(socket, first.length)
      else socket.resume()
    })
  })
  .listen({ port: 0, host: '127.0.0.1', backlog: 20_000 }, function () {
    console.log(this.address().port)
  })

function flood(socket) {
  const write = () => {
    while (socket.write(bulk));
  }
  socket.on('drain', write)
  write()
}

function answerEach(socket, first) {
  let missing = REQUEST - first
  const count = () => {
    for (; missing <= 0; missing += REQUEST) socket.write(answer)
  }
  socket.on('data', ({ length }) => {
    missing -= length
    count()
  })
  count()
}
