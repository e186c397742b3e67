// The servers of these tests, in a thread of their own, because an Easy blocks the thread that it performs in. Posts
// their addresses.
import http from 'node:http'
import https from 'node:https'
import { parentPort, workerData } from 'node:worker_threads'
import { WebSocketServer } from 'ws'

async function bodyOf(request) {
  const chunks = []
  for await (const chunk of request) chunks.push(chunk)
  return Buffer.concat(chunks)
}

/** The parts of a form, as Node's own parser reads them. */
async function partsOf(request) {
  const body = await bodyOf(request)
  const form = await new Response(body, { headers: { 'content-type': request.headers['content-type'] } }).formData()
  return Promise.all(
    [...form].map(async ([name, value]) =>
      typeof value === 'string'
        ? { name, value }
        : { name, filename: value.name, type: value.type, size: value.size, value: (await value.text()).slice(0, 100) },
    ),
  )
}

const json = (response, value) =>
  response.setHeader('Content-Type', 'application/json; charset=utf-8').end(JSON.stringify(value))

const pieces = ['<html>', '<body>', '<h1>Hello</h1>', '</body>', '</html>']
let trailers = {}

const routes = {
  '/': (_request, response) => response.end('Hello World!'),
  '/method': (request, response) => response.setHeader('X-Method', request.method).end(request.method),
  '/echo': async (request, response) =>
    json(response, { headers: request.headers, body: String(await bodyOf(request)) }),
  '/json': (_request, response) => json(response, { test: true }),
  '/json-invalid': (_request, response) => response.setHeader('Content-Type', 'application/json').end('no JSON'),
  '/text': (_request, response) => response.setHeader('Content-Type', 'text/html; charset=utf-8').end('<p>ü</p>'),
  '/something': (_request, response) => response.setHeader('Content-Type', 'application/something').end('bytes'),
  '/empty': (_request, response) => response.end(),
  '/cookies': (_request, response) => response.setHeader('Set-Cookie', ['a=1; Path=/', 'b=2']).end(),
  '/redirect': (request, response) => {
    const left = Number(new URL(request.url, 'http://host').searchParams.get('n'))
    response.writeHead(301, { Location: left > 1 ? `/redirect?n=${left - 1}` : '/json' }).end()
  },
  '/failed': (_request, response) => response.writeHead(500).end('failed'),
  '/slow': (_request, response) => {
    let i = 0
    const next = () => (i < pieces.length ? (response.write(pieces[i++]), setTimeout(next, 10)) : response.end())
    next()
  },
  '/never': () => {},
  '/cut': (_request, response) => {
    response.writeHead(200, { 'Content-Length': 1e6 }).write('begin')
    setTimeout(() => response.destroy(), 50)
  },
  '/upload': async (request, response) => {
    const body = await bodyOf(request)
    response.setHeader('X-Length', body.length).end(body)
  },
  '/length': async (request, response) => response.end(String((await bodyOf(request)).length)),
  '/form': async (request, response) => json(response, await partsOf(request)),
  '/trailers': async (request, response) => {
    await bodyOf(request)
    if (request.method === 'PUT') trailers = request.trailers
    json(response, trailers)
  },
  '/with-trailers': (_request, response) => {
    response.writeHead(200, { Trailer: 'X-After' })
    response.write('body')
    response.addTrailers({ 'X-After': 'yes' })
    response.end()
  },
  '/basic': (request, response) => {
    if (request.headers.authorization === `Basic ${btoa('user:pass')}`) return response.end('user')
    response.writeHead(401, { 'WWW-Authenticate': 'Basic realm="test"' }).end()
  },
}

const handle = (request, response) => {
  const route = routes[new URL(request.url, 'http://host').pathname]
  if (!route) return void response.writeHead(404).end('not found')
  Promise.resolve(route(request, response)).catch(() => response.destroy())
}

const listen = (server) =>
  new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(`127.0.0.1:${server.address().port}`)))

const plain = http.createServer(handle)
const secure = https.createServer(
  { key: workerData.key, cert: workerData.cert },
  (_request, response) =>
    void response.setHeader('Strict-Transport-Security', 'max-age=1000; includeSubDomains').end('secure'),
)
const sockets = new WebSocketServer({ server: http.createServer() })
sockets.on('connection', (socket, request) => {
  if (request.url === '/greets') {
    socket.send('Hello!')
    socket.close()
    return
  }
  socket.on('message', (data, isBinary) => socket.send(data, { binary: isBinary }))
})
parentPort.postMessage({
  plain: `http://${await listen(plain)}`,
  secure: `https://${await listen(secure)}`,
  ws: `ws://${await listen(sockets.options.server)}`,
})
