// Runs in a page: a transport in the SharedWorker of bare-mux, and what a proxy in a page asks of it.
import { BareClient, BareMuxConnection } from '/node_modules/@mercuryworkshop/bare-mux/dist/index.mjs'

const TRANSPORT = '/dist/js/proxy-transport-browser.js'
const connection = new BareMuxConnection('/node_modules/@mercuryworkshop/bare-mux/dist/worker.js')
const client = new BareClient()
const messageOf = (error) => error.message

export async function run(what, ...args) {
  return actions[what](...args)
}

const actions = {
  async start(options, query = '') {
    await connection.setTransport(TRANSPORT + query, [options])
    return connection.getTransport()
  },

  async get(url) {
    const response = await client.fetch(url, { headers: { 'X-Mine': 'yes' } })
    return [response.status, response.headers.get('x-a'), await response.text()]
  },

  async post(url, body) {
    return (await client.fetch(url, { method: 'POST', body })).text()
  },

  async failing(url) {
    return client.fetch(url).then(() => 'it did not fail', messageOf)
  },

  // a body of 8 MB, whose reader leaves after its first piece
  async leave(url) {
    const { body } = await client.fetch(url)
    const reader = body.getReader()
    const { value } = await reader.read()
    await reader.cancel()
    return value.length > 0
  },

  async socket(url) {
    const socket = client.createWebSocket(url, ['one', 'two'], undefined, { Origin: 'http://proxied.test' })
    await new Promise((resolve, reject) => {
      socket.onopen = resolve
      socket.addEventListener('open', resolve)
      socket.addEventListener('error', () => reject(new Error('error')))
    })
    const received = []
    const got = new Promise((resolve) => {
      socket.addEventListener('message', ({ data }) => {
        received.push(typeof data === 'string' ? data : [...new Uint8Array(data)])
        if (received.length === 2) resolve()
      })
    })
    socket.send('text')
    socket.send(new Uint8Array([0, 1, 2]).subarray(1))
    await got
    const closed = new Promise((resolve) => socket.addEventListener('close', resolve))
    socket.close(3001, 'done')
    const { code, reason } = await closed
    return [socket.protocols, received, code, reason]
  },
}
