// The benchmark of WebSockets: `node bench/websocket.mjs [ROW...]`, which `make bench` calls. It compares `ws` and this
// package's WebSocket, which send messages that a server sends back. It prints medians over rounds in which they take
// turns. Every round is a process of its own. If one receives a wrong number of bytes, the run ends. In rows with text
// permessage-deflate is on, with the defaults of both, and the last column is how many times fewer bytes `ws` and this
// package send.
import { fileURLToPath } from 'node:url'
import { chosen, columns, measureInTurns, median, startServers } from './shared.mjs'

const CONTESTANTS = ['ws', 'this']
const MB = 1e6
const client = fileURLToPath(new URL('websocket/client.mjs', import.meta.url))

const LABEL = 48

/** The clients, with a path of the server for each. `at` is where the paths begin. */
function clients(at) {
  const task = (contestant) => (task) => [client, { ...task, url: `ws:${at}${contestant}`, contestant }]
  return Object.fromEntries(CONTESTANTS.map((contestant) => [contestant, task(contestant)]))
}

/** How many times fewer bytes than those of its messages a client has sent. */
async function ratioAt(url) {
  const { messages, bytes } = await (await fetch(url)).json()
  return (messages / bytes).toFixed(2)
}

/** `parallel` messages of `size` bytes are on their way at a time. */
const ROWS = {
  small: { title: 'messages of 1 KB, one at a time', size: 1000, count: 5000, parallel: 1 },
  medium: { title: 'messages of 64 KB, 4 at a time', size: 64_000, count: 2000, parallel: 4 },
  json: { title: 'JSON of 1 KB, compressed, 4 at a time', size: 1024, count: 5000, parallel: 4, text: true },
  document: { title: 'JSON of 64 KB, compressed, 4 at a time', size: 65536, count: 300, parallel: 4, text: true },
  large: { title: 'messages of 1 MB, 4 at a time', size: MB, count: 300, parallel: 4, least: 1 },
}

const servers = await startServers()
try {
  const rows = Object.entries(ROWS).map(([name, row]) => ({ name, ...row }))
  console.log(columns(['WebSocket, MB/s each way', ...CONTESTANTS, 'this/ws', 'ratios'], { label: LABEL }))
  for (const { name, title, size, count, parallel, least, text } of chosen(rows, process.argv.slice(2))) {
    const at = `//127.0.0.1:${servers.ports.sink}/${text ? `deflate/${name}/` : ''}`
    const task = { kind: 'echo', size, count, parallel, text, warm: { count: Math.ceil(count / 10) } }
    const row = { name, rounds: 5, task, expected: size * count, cpu: servers.clientCpu }
    const results = await Promise.race([measureInTurns(row, clients(at)), servers.failed])
    const rates = Object.values(results).map((reports) => median(reports.map(({ wall }) => (size * count) / MB / wall)))
    const ratio = rates[1] / rates[0]
    const verdict = least ? `  goal: at least ${least} x ws: ${ratio >= least ? 'met' : 'MISSED'}` : ''
    const ratios = text ? await Promise.all(CONTESTANTS.map((contestant) => ratioAt(`http:${at}${contestant}`))) : []
    const cells = [...rates.map((rate) => (rate * 1000).toFixed(0)), ratio.toFixed(2), ratios.join(' ')]
    console.log(columns([`  ${title}  [${name}]`, ...cells], { label: LABEL }) + verdict)
  }
} finally {
  servers.stop()
}
