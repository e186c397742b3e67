// An HTTP server in a process of its own that sends zeros as fast as it can: GET /N sends N bytes. GET /sent returns
// how many bytes the kernel has taken.
import { spawn } from 'node:child_process'
import { once } from 'node:events'

const STALL_LOOK_MS = 300
const STALL_LIMIT_MS = 15_000

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

export interface Source {
  port: number
  sent(): Promise<number>
  /** Waits until it cannot send any more, and returns how much it has sent. */
  stalled(): Promise<number>
  close(): Promise<void>
}

export async function sourceServer(): Promise<Source> {
  const child = spawn(process.execPath, ['-e', program], { stdio: ['pipe', 'pipe', 'inherit'] })
  const [line] = (await once(child.stdout, 'data')) as [Buffer]
  const port = Number(line)
  const sent = async (): Promise<number> => Number(await (await fetch(`http://127.0.0.1:${port}/sent`)).text())
  return {
    port,
    sent,
    async stalled() {
      const end = performance.now() + STALL_LIMIT_MS
      for (let before = -1; ;) {
        await new Promise((resolve) => setTimeout(resolve, STALL_LOOK_MS))
        const now = await sent()
        if (now === before && now > 0) return now
        if (performance.now() > end) throw new Error(`the source still sends after ${STALL_LIMIT_MS} ms`)
        before = now
      }
    },
    async close() {
      child.stdin.end()
      await once(child, 'exit')
    },
  }
}
