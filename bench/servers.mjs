// The servers of the benchmarks, in a process of their own, which startServers() forks: nginx and Caddy for downloads, and
// a small HTTP server that reads uploads, answers with how many bytes it received, and echoes WebSockets, compressed where
// the path begins with /deflate. The process
// sends its ports and files to the parent when all servers are up. When its parent ends, it removes its temporary folder
// and ends. It writes nothing elsewhere.
import { execFileSync, spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import http from 'node:http'
import net from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { WebSocketServer } from 'ws'

const SMALL = 1024
const MEDIUM = 256 * 1024
const SHORT = 4 * 2 ** 20
const WARM = 64 * 2 ** 20
const BIG = 2 ** 30
const UPLOAD = 200 * 2 ** 20

/** How long /wait takes to answer. Meanwhile curl's memory is read. */
const WAIT_MS = 300

/** The servers only run on the first available CPU. A client may have the last one for itself. */
const [, cpu, clientCpu] = readFileSync('/proc/self/status', 'latin1').match(
  /^Cpus_allowed_list:\s+(\d+)(?:.*?(\d+))?$/m,
)

const folder = mkdtempSync(join(tmpdir(), 'libcurl-wasm-bench-'))
const file = (name) => join(folder, name)

/**
 * Makes a sparse file, and reads it into the page cache: otherwise the first download of 1 GB would take 4 s longer.
 */
function makeSparse(name, size) {
  writeFileSync(file(name), '')
  truncateSync(file(name), size)
  execFileSync('cat', [file(name)], { stdio: ['ignore', 'ignore', 'inherit'] })
}

function makeFiles() {
  writeFileSync(file('small'), 'x'.repeat(SMALL))
  makeSparse('medium', MEDIUM)
  makeSparse('short', SHORT)
  makeSparse('warm', WARM)
  makeSparse('big', BIG)
  makeSparse('upload', UPLOAD)
}

const openssl = (...args) => execFileSync('openssl', args, { cwd: folder, stdio: 'pipe' })
const newKey = (kind, name) => [
  ...(kind === 'rsa' ? ['-newkey', 'rsa:2048'] : ['-newkey', 'ec', '-pkeyopt', `ec_paramgen_curve:${kind}`]),
  ...['-nodes', '-keyout', name],
]

/** Chains of certificates: the key of the CA, and that of the server. The one without a name is the usual one. */
const CHAINS = { '': ['P-256', 'P-256'], 'rsa-': ['rsa', 'rsa'], 'p384-': ['P-384', 'P-256'] }

/** Makes CAs and certificates that they have signed, because not every client accepts a self-signed one. */
function makeCertificates() {
  const names = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1']
  for (const [chain, [authority, server]] of Object.entries(CHAINS)) {
    const ca = [...newKey(authority, `${chain}ca-key.pem`), '-out', `${chain}ca.pem`]
    openssl('req', '-x509', '-days', '2', ...ca, '-subj', `/CN=benchmark ${chain}`)
    openssl('req', '-new', ...newKey(server, `${chain}key.pem`), '-out', 'request.pem', ...names)
    const signer = ['-CA', `${chain}ca.pem`, '-CAkey', `${chain}ca-key.pem`, '-copy_extensions', 'copy']
    openssl('x509', '-req', '-days', '2', '-in', 'request.pem', ...signer, '-out', `${chain}cert.pem`)
  }
}

async function freePorts(count) {
  const servers = Array.from({ length: count }, () => net.createServer().listen(0, '127.0.0.1'))
  await Promise.all(servers.map((server) => new Promise((resolve) => server.once('listening', resolve))))
  const ports = servers.map((server) => server.address().port)
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))))
  return ports
}

/** Temporary folders of nginx, which it creates even if it does not use them. */
const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']

const tls = (ciphersuites = '', chain = '') => `
      ssl_protocols TLSv1.3;
      ssl_ecdh_curve X25519:P-256:P-384;
      ssl_certificate ${file(`${chain}cert.pem`)};
      ssl_certificate_key ${file(`${chain}key.pem`)};
      location = /cipher { return 200 "$ssl_protocol $ssl_cipher"; }
      ${ciphersuites && `ssl_conf_command Ciphersuites ${ciphersuites};`}`

const server = (port, listen = '', more = '') => `
    server {
      listen 127.0.0.1:${port} ${listen} backlog=1024;
      root ${folder};
      location = /json { default_type application/json; return 200 '{"ok":true}'; }
      ${more}
    }`

const config = (ports) => `
  ${process.getuid() === 0 ? 'user root;' : ''}
  daemon off;
  worker_processes 1;
  pid ${file('nginx.pid')};
  error_log ${file('error.log')} warn;
  events { worker_connections 8192; }
  http {
    access_log off;
    sendfile on;
    tcp_nopush on;
    keepalive_requests 1000000;
    keepalive_timeout 600s;
    open_file_cache max=10;
    default_type application/octet-stream;
    ${temporary.map((name) => `${name}_temp_path ${file(name)};`).join('\n    ')}
    ${server(ports.http)}
    ${server(ports.https, 'ssl', tls())}
    ${server(ports.h2, 'ssl http2', tls())}
    ${server(ports.rsa, 'ssl', tls('', 'rsa-'))}
    ${server(ports.p384, 'ssl', tls('', 'p384-'))}
    ${server(ports.aes, 'ssl', tls('TLS_AES_256_GCM_SHA384'))}
    ${server(ports.chacha, 'ssl', tls('TLS_CHACHA20_POLY1305_SHA256'))}
  }
`

/** Starts a server, without which there is no benchmark. */
function start(program, parameters, options) {
  const child = spawn(program, parameters, { stdio: 'inherit', ...options })
  child.once('exit', (code) => {
    console.error(`bench: ${program} ended with status ${code}`)
    process.exit(1)
  })
  process.once('exit', () => child.kill())
}

function startNginx(ports) {
  writeFileSync(file('nginx.conf'), config(ports))
  // -e, because nginx would first open the log file of its build, which only root may write
  start('/usr/sbin/nginx', ['-c', file('nginx.conf'), '-p', folder, '-e', file('error.log')])
}

/** HTTP/2 and HTTP/3 from one server, because the nginx of Debian 12 has no HTTP/3. */
function startCaddy(port) {
  const site = `{
    admin off
    auto_https off
  }
  https://localhost:${port} {
    tls ${file('cert.pem')} ${file('key.pem')}
    root * ${folder}
    file_server
  }
  `
  writeFileSync(file('Caddyfile'), site)
  const env = { ...process.env, HOME: folder, XDG_DATA_HOME: folder, XDG_CONFIG_HOME: folder }
  start('caddy', ['run', '--config', file('Caddyfile'), '--adapter', 'caddyfile'], { env, stdio: 'ignore' })
}

async function answers(port) {
  for (let i = 0; i < 100; i++) {
    const socket = net.connect(port, '127.0.0.1')
    const open = await new Promise((resolve) =>
      socket.once('connect', () => resolve(true)).once('error', () => resolve(false)),
    )
    socket.destroy()
    if (open) return
    await sleep(50)
  }
  throw new Error(`no server listens on port ${port}`)
}

/** Reads an upload, and answers with its size. */
function sink(request, response) {
  if (request.url === '/wait') return void setTimeout(() => response.end(), WAIT_MS)
  if (request.method === 'GET') return void response.end(JSON.stringify(echoed[request.url]))
  let bytes = 0
  request.on('data', (chunk) => (bytes += chunk.length))
  request.on('end', () => response.end(String(bytes)))
}

/** What the WebSockets of each path have sent: the bytes of messages, and those of their connections. */
const echoed = {}

/** Sends every message of a WebSocket back. */
function echo(socket, { url, socket: connection }) {
  const total = (echoed[url] ??= { messages: 0, bytes: 0 })
  let messages = 0
  socket.on('message', (message, binary) => {
    messages += message.length
    socket.send(message, { binary })
  })
  socket.on('close', () => {
    total.messages += messages
    total.bytes += connection.bytesRead
  })
}

const sockets = new WebSocketServer({ noServer: true })
const compressing = new WebSocketServer({ noServer: true, perMessageDeflate: true })
function upgrade(request, socket, head) {
  const server = request.url.startsWith('/deflate') ? compressing : sockets
  server.handleUpgrade(request, socket, head, echo)
}

const names = ['http', 'https', 'h2', 'rsa', 'p384', 'aes', 'chacha', 'h3']
const numbers = await freePorts(names.length)
const ports = Object.fromEntries(names.map((name, i) => [name, numbers[i]]))
process.once('exit', () => rmSync(folder, { recursive: true, force: true }))
makeFiles()
makeCertificates()
// both inherit the CPU
execFileSync('taskset', ['-acp', cpu, process.pid], { stdio: ['ignore', 'ignore', 'inherit'] })
startNginx(ports)
startCaddy(ports.h3)
await Promise.all(numbers.map(answers))

const uploads = http.createServer({ keepAliveTimeout: 600_000, requestTimeout: 0 }, sink)
uploads.on('upgrade', upgrade)
uploads.listen(0, '127.0.0.1', () => {
  ports.sink = uploads.address().port
  const authorities = { https: file('ca.pem'), rsa: file('rsa-ca.pem'), p384: file('p384-ca.pem') }
  const sizes = { small: SMALL, medium: MEDIUM, short: SHORT, warm: WARM, big: BIG, upload: UPLOAD }
  process.send({
    ports,
    cpu,
    clientCpu: clientCpu ?? cpu,
    sizes,
    ca: file('ca.pem'),
    authorities,
    upload: file('upload'),
  })
})
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => process.exit())
process.once('disconnect', () => process.exit())
