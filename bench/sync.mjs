// The benchmark of blocking calls: `node bench/sync.mjs`. In one process, in turns: fetchSync(), performSync(), fetch(),
// and a process of curl for each request (spawnSync), which is what programs without this do. Prints medians.
import { fork, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import http from 'node:http'
import { CURL_WRITEFUNC_ERROR, Easy, fetch, fetchSync, initSync } from '../dist/js/node.js'

const MB = 1e6
const SIZE = 256 * MB
const ROUNDS = 5

if (process.argv[2] === 'server') {
  const piece = Buffer.alloc(1 * MB, 'x')
  const server = http.createServer((request, response) => {
    if (request.url === '/small') return void response.end('a small response')
    response.setHeader('Content-Length', SIZE)
    let left = SIZE / MB
    const send = () => {
      while (left > 0) {
        left--
        if (!response.write(piece)) return void response.once('drain', send)
      }
      response.end()
    }
    send()
  })
  server.listen(0, '127.0.0.1', () => process.send(server.address().port))
} else {
  const child = fork(new URL(import.meta.url), ['server'])
  const [port] = await once(child, 'message')
  const [small, big] = [`http://127.0.0.1:${port}/small`, `http://127.0.0.1:${port}/big`]
  initSync()
  const easy = new Easy()
  let received = 0
  easy.setopt('WRITEFUNCTION', (bytes) => ((received += bytes.length), bytes.length || CURL_WRITEFUNC_ERROR))

  const gets = {
    fetchSync: [2000, () => fetchSync(small).text()],
    performSync: [2000, () => easy.setopt('URL', small).performSync()],
    fetch: [2000, async () => (await fetch(small)).text()],
    'spawnSync curl': [20, () => spawnSync('curl', ['-s', small])],
  }
  const downloads = {
    fetchSync: () => fetchSync(big).bytes().length,
    performSync: () => ((received = 0), easy.setopt('URL', big).performSync(), received),
    fetch: async () => (await fetch(big)).bytes().then(({ length }) => length),
    'spawnSync curl': () => spawnSync('curl', ['-s', big], { maxBuffer: SIZE * 2 }).stdout.length,
  }
  const median = (values) => values.sort((a, b) => a - b)[Math.floor(values.length / 2)]
  const rates = Object.fromEntries(Object.keys(gets).map((name) => [name, { gets: [], speeds: [], cpu: [] }]))
  for (let round = 0; round <= ROUNDS; round++) {
    for (const [name, [count, get]] of Object.entries(gets)) {
      const start = performance.now()
      for (let i = 0; i < count; i++) await get()
      if (round > 0) rates[name].gets.push((count * 1000) / (performance.now() - start))
    }
    for (const [name, download] of Object.entries(downloads)) {
      const [start, cpu] = [performance.now(), process.cpuUsage()]
      if ((await download()) !== SIZE) throw new Error(`${name} has another size`)
      if (round === 0) continue
      const { user, system } = process.cpuUsage(cpu)
      rates[name].speeds.push(SIZE / MB / ((performance.now() - start) / 1000))
      rates[name].cpu.push((user + system) / 1000)
    }
  }
  for (const [name, { gets, speeds, cpu }] of Object.entries(rates)) {
    const [get, speed, used] = [gets, speeds, cpu].map((values) => Math.round(median(values)))
    console.log(
      `${name.padEnd(16)}${String(get).padStart(6)} GET/s${String(speed).padStart(7)} MB/s ${String(used).padStart(6)} ms CPU`,
    )
  }
  child.kill()
}
