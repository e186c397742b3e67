// Starts wptserve, the server that web-platform-tests need, on loopback and free ports.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { openSync, writeFileSync } from 'node:fs'
import { get } from 'node:http'
import { connect, createServer } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { tests, work } from './source.mjs'

const ADDRESS = '127.0.0.1'
const HOST = 'web-platform.test'
const STARTS_WITHIN_MS = 120_000
const FIRST_PORT = 12_000
const PORTS = 20_000

/** Free ports below those that the system assigns, so that no other program gets them before the server starts. */
async function freePorts(count) {
  const ports = new Set()
  while (ports.size < count) {
    const port = FIRST_PORT + Math.floor(Math.random() * PORTS)
    const server = createServer().listen(port, ADDRESS)
    const isFree = await once(server, 'listening').then(
      () => true,
      () => false,
    )
    if (!isFree) continue
    ports.add(port)
    await once(server.close(), 'close')
  }
  return [...ports]
}

async function listens(port) {
  const socket = connect(port, ADDRESS)
  try {
    await once(socket, 'connect')
    return true
  } catch {
    return false
  } finally {
    socket.destroy()
  }
}

/** Starts the server. Its output goes to build/wpt/server.log. It renews its certificates when they have expired. */
export async function startServer() {
  const free = await freePorts(11)
  const [http, http2, https, https2, h2, ws, wss, ...unused] = free
  const ports = { http: [http, http2], https: [https, https2], h2: [h2], ws: [ws], wss: [wss] }
  for (const scheme of ['http-private', 'http-public', 'https-private', 'https-public']) ports[scheme] = [unused.pop()]
  const ssl = { type: 'openssl', openssl: { base_path: `${work}/certificates` } }
  const config = `${work}/server.json`
  writeFileSync(config, JSON.stringify({ server_host: ADDRESS, check_subdomains: false, ports, ssl }))

  const log = openSync(`${work}/server.log`, 'w')
  const script = fileURLToPath(new URL('serve.py', import.meta.url))
  const python = spawn('python3', [script, tests, config], { stdio: ['pipe', log, log] })
  const exit = once(python, 'exit')
  const deadline = Date.now() + STARTS_WITHIN_MS
  while (!(await Promise.all(free.map(listens))).every(Boolean)) {
    if (python.exitCode !== null || Date.now() > deadline)
      throw new Error(`wptserve has not started: see ${work}/server.log`)
    await sleep(100)
  }

  /** Loads a file from the server, which makes substitutions in it. */
  async function load(path) {
    const [response] = await once(
      get({ host: ADDRESS, port: http, path, headers: { Host: `${HOST}:${http}` } }),
      'response',
    )
    const chunks = await response.toArray()
    if (response.statusCode !== 200) throw new Error(`wptserve has no ${path}: status ${response.statusCode}`)
    return Buffer.concat(chunks).toString()
  }

  /** The URL of the page that a browser would load for a test. */
  function pageOf(file, variant) {
    const page = file.replace(/\.any\.js$/, '.any.html').replace(/\.window\.js$/, '.window.html')
    const [scheme, port] = /\.h2\./.test(file)
      ? ['https', h2]
      : /\.https\./.test(file)
        ? ['https', https]
        : ['http', http]
    return `${scheme}://${HOST}:${port}/${page}${variant}`
  }

  /** Replaces ports in a text by names, so that it is the same in each run. */
  function nameThePorts(text) {
    return text.replace(/:(\d+)/g, (whole, port) => {
      const name = Object.keys(ports).find((scheme) => ports[scheme].includes(Number(port)))
      return name ? `:{${name}${ports[name].indexOf(Number(port)) + 1}}` : whole
    })
  }

  return {
    certificate: `${work}/certificates/cacert.pem`,
    load,
    nameThePorts,
    pageOf,
    async stop() {
      python.stdin.end()
      await exit
    },
  }
}
