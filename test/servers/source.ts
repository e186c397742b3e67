// An HTTP server in a process of its own that sends zeros as fast as it is let: GET /N sends N bytes. GET /sent tells how
// many bytes it has been able to hand to the kernel.
import { spawn } from 'node:child_process'
import { once } from 'node:events'

const program = `
  const chunk = Buffer.alloc(1 << 18)
  let sent = 0
  const server = require('http').createServer((request, response) => {
    if (request.url === '/sent') return response.end(String(sent))
    let left = Number(request.url.slice(1))
    response.setHeader('content-length', left)
    const socket = response.socket
    const start = socket.bytesWritten
    const more = () => {
      sent = socket.bytesWritten - start - socket.writableLength
      while (left > 0) {
        const part = chunk.subarray(0, Math.min(left, chunk.length))
        left -= part.length
        if (!response.write(part)) return response.once('drain', more)
      }
      response.end()
    }
    more()
  })
  server.listen(0, '127.0.0.1', () => console.log(server.address().port))
  process.stdin.on('end', () => process.exit()).resume()
`

export async function sourceServer(): Promise<{ port: number; sent(): Promise<number>; close(): Promise<void> }> {
  const child = spawn(process.execPath, ['-e', program], { stdio: ['pipe', 'pipe', 'inherit'] })
  const [line] = (await once(child.stdout, 'data')) as [Buffer]
  const port = Number(line)
  return {
    port,
    sent: async () => Number(await (await fetch(`http://127.0.0.1:${port}/sent`)).text()),
    async close() {
      child.stdin.end()
      await once(child, 'exit')
    },
  }
}
