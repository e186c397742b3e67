// The benchmark of WebSockets: `node bench/websocket.mjs [ROW...]`, which `make bench` calls. It compares `ws` and this
// package's WebSocket, which send messages that a server sends back. It prints medians over rounds in which they take
// turns. Every round is a process of its own. If one receives a wrong number of bytes, the run ends.
import { fileURLToPath } from 'node:url'
import { chosen, clientsOf, columns, measureInTurns, median, startServers } from './shared.mjs'

const CONTESTANTS = ['ws', 'this']
const MB = 1e6
const client = fileURLToPath(new URL('websocket/client.mjs', import.meta.url))

/** `parallel` messages of `size` bytes are on their way at a time. */
const ROWS = {
  small: { title: 'messages of 1 KB, one at a time', size: 1000, count: 5000, parallel: 1 },
  medium: { title: 'messages of 64 KB, 4 at a time', size: 64_000, count: 2000, parallel: 4 },
  large: { title: 'messages of 1 MB, 4 at a time', size: MB, count: 300, parallel: 4, least: 1 },
}

const servers = await startServers()
try {
  const rows = Object.entries(ROWS).map(([name, row]) => ({ name, ...row }))
  console.log(columns(['WebSocket, MB/s each way', ...CONTESTANTS, 'this/ws'], { label: 34 }))
  for (const { name, title, size, count, parallel, least } of chosen(rows, process.argv.slice(2))) {
    const url = `ws://127.0.0.1:${servers.ports.sink}/`
    const task = { kind: 'echo', url, size, count, parallel, warm: { count: Math.ceil(count / 10) } }
    const row = { name, rounds: 5, task, expected: size * count, cpu: servers.clientCpu }
    const results = await Promise.race([measureInTurns(row, clientsOf(client, CONTESTANTS)), servers.failed])
    const rates = Object.values(results).map((reports) => median(reports.map(({ wall }) => (size * count) / MB / wall)))
    const ratio = rates[1] / rates[0]
    const verdict = least ? `  goal: at least ${least} x ws: ${ratio >= least ? 'met' : 'MISSED'}` : ''
    const cells = [...rates.map((rate) => (rate * 1000).toFixed(0)), ratio.toFixed(2)]
    console.log(columns([`  ${title}  [${name}]`, ...cells], { label: 34 }) + verdict)
  }
} finally {
  servers.stop()
}
