// A server that ends or breaks a connection: through a relay the error is the same as directly, and comes at once.
import http from 'node:http'
import net from 'node:net'
import tls from 'node:tls'
import { wispTransport, wsproxyTransport, type Transport } from 'libcurl-wasm'
import { afterAll, describe, expect, it } from 'vitest'
import { WebSocketServer } from 'ws'
import { DATA, decode, encodeClose, encodeContinue } from '../../../shim/transports/wisp/protocol.js'
import { testRelay } from '../../relay/relays.js'
import { certificates } from '../../servers/certificates.js'
import { rawServer, refusingPort } from '../../servers/faults.js'
import { listen } from '../../servers/listening.js'
import { runScript } from '../../servers/script.js'
import { curl } from '../../tool/client.js'
import { CloseReason } from '../../../shim/transports/relay.js'

const relay = await testRelay({
  resolve: () => Promise.reject(Object.assign(new Error('no such name'), { code: 'ENOTFOUND' })),
})
/** The transports, each with a function that makes it, and the source of that for a script. */
const WAYS: Record<string, { make: (url: string) => Transport; source: string }> = {
  'wisp 2': { make: (url) => wispTransport({ url }), source: '(url) => wispTransport({ url })' },
  'wisp 1': {
    make: (url) => wispTransport({ url, version: 1 }),
    source: '(url) => wispTransport({ url, version: 1 })',
  },
  wsproxy: { make: (url) => wsproxyTransport({ url }), source: '(url) => wsproxyTransport({ url })' },
}

/** A TLS server that ends connections with a FIN and without close_notify, when `when` says so. */
const rude = (when: (secure: tls.TLSSocket, socket: net.Socket) => void) =>
  listen(
    net.createServer((socket) => {
      const { key, cert } = certificates().good
      const secure = new tls.TLSSocket(socket, { isServer: true, key, cert })
      secure.on('error', () => {})
      when(secure, socket)
    }),
    'https',
  )
const inSilence = await rude((secure, socket) => secure.once('data', () => socket.end()))
const afterHandshake = await rude((secure, socket) => secure.once('secure', () => socket.end()))
const inBody = await rude((secure, socket) =>
  secure.once('data', () => secure.write('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nnot', () => socket.end())),
)
const dropped = await rawServer((socket) => socket.destroy())
afterAll(() => Promise.all([inSilence, afterHandshake, inBody, dropped].map((server) => server.close())))

const body = 'x'.repeat(100_000)
const CASES: Record<string, string[]> = {
  'TLS that is cut instead of an answer': [inSilence.url],
  'TLS that is cut after its handshake': [afterHandshake.url],
  'TLS that is cut in a body': [inBody.url],
  'a small POST over TLS that is cut': ['-d', 'x=1', inSilence.url],
  'a POST over TLS that is cut': ['-H', 'Expect:', '-d', body, inSilence.url],
  'a connection that is dropped instead of an answer': [`http://127.0.0.1:${dropped.port}`],
}
const statusOf = async (args: string[], transport: Transport | undefined): Promise<number> =>
  (await curl(['-sS', '-m', '20', '--cacert', certificates().ca.certFile, ...args], { transport })).status
/** The exit statuses of a connection that breaks. */
const BROKEN = [18, 35, 52, 55, 56]
const DIRECT = new Map<string, number>()
for (const [name, args] of Object.entries(CASES)) DIRECT.set(name, await statusOf(args, undefined))

describe.each(Object.entries(WAYS))('%s', (_way, { make, source }) => {
  const transport = make(`${relay.url}/`)
  afterAll(() => (transport as { close?(): void }).close?.())

  it.each(Object.entries(CASES))('%s', async (name, args) => {
    const status = await statusOf(args, transport)
    // which one depends on what libcurl was doing
    expect(BROKEN).toContain(DIRECT.get(name))
    expect(BROKEN).toContain(status)
  })

  it('the tool ends with 7 if the relay could not connect, and tries again with --retry', async () => {
    const port = await refusingPort()
    const closed = await testRelay({ allowRanges: [] })
    const denying = make(`${closed.url}/`)
    const statuses = []
    for (const host of [`127.0.0.1:${port}`, 'nowhere.invalid']) {
      for (const scheme of ['http', 'https']) statuses.push(await statusOf([`${scheme}://${host}/`], transport))
      statuses.push(await statusOf(['-Z', '-w', '%{exitcode}', `http://${host}/`, `https://${host}/`], transport))
    }
    statuses.push(await statusOf([`https://127.0.0.1:${port}/`], denying))
    expect(statuses).toEqual(statuses.map(() => 7))
    const again = ['--no-progress-meter', '--retry', '1', '--retry-delay', '1', '--retry-connrefused']
    const { stderr } = await curl([...again, `http://127.0.0.1:${port}/`], { transport })
    expect(stderr).toMatch(/connection refused\. Retrying/)
    ;(denying as { close?(): void }).close?.()
  })

  it('reports why a relay could not connect, with the host', async () => {
    const port = await refusingPort()
    const closed = await testRelay({ allowRanges: [] })
    const { stdout } = await runScript(
      `
      import { Easy, Multi, fetch, init, wispTransport, wsproxyTransport } from 'libcurl-wasm'
      const make = ${source}
      const transports = { open: make(process.env.OPEN), closed: make(process.env.CLOSED) }
      let transport = transports.open
      await init({ transport: { connect: (...args) => transport.connect(...args), resolve: (...args) => transport.resolve(...args) } })
      const tell = ({ code, message, cause }) => console.log(JSON.stringify([code, cause?.code, message]))
      const attempt = async (url) => {
        await fetch(url).catch((error) => tell(error.cause))
        await new Multi().perform(new Easy().setopt('URL', url)).catch(tell)
      }
      await attempt('http://127.0.0.1:${port}/')
      await attempt('https://nowhere.invalid/')
      transport = transports.closed
      await attempt('https://127.0.0.1:${port}/')
      transports.open.close?.()
      transports.closed.close?.()`,
      { env: { OPEN: `${relay.url}/`, CLOSED: `${closed.url}/` } },
    )
    const lines = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as string[])
    const expected = [
      ['ECONNREFUSED', `the relay reports for 127.0.0.1:${port}: connection refused`],
      ['EHOSTUNREACH', 'the relay reports for nowhere.invalid:443: host unreachable'],
      ['EACCES', `the relay reports for 127.0.0.1:${port}: destination not allowed`],
    ].flatMap((each) => [each, each])
    expect(lines.map(([code, errno, message]) => [code, errno, message!.replace(/^.*: (?=the relay)/, '')])).toEqual(
      expected.map((each) => ['CURLE_COULDNT_CONNECT', ...each]),
    )
  })
})

it('the reason for one connection is not reported for another that ends at the same time', async () => {
  const server = await listen(http.createServer(), 'http')
  new WebSocketServer({ server: server.server as http.Server }).on('connection', (ws, { socket }) => {
    ws.send(encodeContinue(0, 128))
    const sending = new Set<number>()
    ws.on('message', (message) => {
      const packet = decode(message as Buffer)
      if (packet.type === DATA) sending.add(packet.streamId)
      if (sending.size < 4) return
      // in one segment
      socket.cork()
      for (const [index, id] of [...sending].entries())
        ws.send(encodeClose(id, index % 2 ? CloseReason.VOLUNTARY : CloseReason.REFUSED))
      socket.uncork()
      sending.clear()
    })
  })
  const { stdout } = await runScript(`
    import { fetch, init, wispTransport } from 'libcurl-wasm'
    const transport = wispTransport({ url: '${server.url.replace('http', 'ws')}/', version: 1 })
    await init({ transport })
    const attempts = [1, 2, 3, 4].map((n) => fetch('http://192.0.2.' + n + '/').catch(({ cause }) => cause.code))
    console.log((await Promise.all(attempts)).sort().join(' '))
    transport.close()`)
  await server.close()
  expect(stdout).toBe('CURLE_COULDNT_CONNECT CURLE_COULDNT_CONNECT CURLE_GOT_NOTHING CURLE_GOT_NOTHING\n')
})

it('an error names a relay that cannot be reached', async () => {
  const port = await refusingPort()
  const { stdout } = await runScript(`
    import { fetch, init, wispTransport } from 'libcurl-wasm'
    await init({ transport: wispTransport({ url: 'ws://127.0.0.1:${port}/' }) })
    const { cause } = await fetch('http://example.org/').catch((error) => error)
    console.log(cause.code, cause.message)`)
  expect(stdout).toMatch(new RegExp(`^CURLE_COULDNT_CONNECT .*: the relay at 127.0.0.1:${port} cannot be reached`))
})
