// fetch with frames of HTTP/2 that Node's server would not send.
import net from 'node:net'
import tls from 'node:tls'
import { afterAll, describe, expect, test } from 'vitest'
import { certificates } from '../servers/certificates.js'
import { listen } from '../servers/listening.js'
import { ours } from './outcome.js'
import { frame, u32 } from '../servers/http2-frames.js'

const CAINFO = certificates().ca.certFile
const { key, cert } = certificates().good

const [DATA, HEADERS, RST_STREAM, SETTINGS, GOAWAY] = [0, 1, 3, 4, 7]
const END_STREAM = 1
const END_HEADERS = 4
const [NO_ERROR, HTTP_1_1_REQUIRED] = [0, 13]
const STATUS_200 = Buffer.of(0x88)

/** Speaks HTTP/2 with a client. Calls `answer` when the headers of a request have arrived. */
function speak(socket: net.Socket, answer: (stream: number) => void): void {
  let received = Buffer.alloc(0)
  let begun = false
  socket.on('error', () => {})
  socket.on('data', (chunk: Buffer) => {
    received = Buffer.concat([received, chunk])
    if (!begun && received.length >= 24) {
      begun = true
      received = received.subarray(24) // PRI * HTTP/2.0
      socket.write(frame(SETTINGS, 0, 0))
    }
    while (begun && received.length >= 9) {
      const length = received.readUIntBE(0, 3)
      if (received.length < 9 + length) break
      if (received[3] === HEADERS) answer(received.readUInt32BE(5))
      received = received.subarray(9 + length)
    }
  })
}

describe('RST_STREAM(NO_ERROR)', () => {
  let frames: (stream: number) => Buffer[] = () => []
  const server = net.createServer((socket) =>
    speak(socket, (stream) =>
      socket.write(Buffer.concat([frame(HEADERS, END_HEADERS, stream, STATUS_200), ...frames(stream)])),
    ),
  )
  const listening = listen(server, 'http')
  afterAll(async () => (await listening).close())
  const call = async (): Promise<Response> => ours((await listening).url, { curl: { httpVersion: '2' } })

  test('in the middle of a body is an error after the received part', async () => {
    frames = (stream) => [frame(DATA, 0, stream, Buffer.from('half')), frame(RST_STREAM, 0, stream, u32(NO_ERROR))]
    const reader = (await call()).body!.getReader()
    expect(Buffer.from((await reader.read()).value!).toString()).toBe('half')
    await expect(reader.read()).rejects.toMatchObject({ name: 'TypeError', cause: { code: 'CURLE_HTTP2_STREAM' } })
  })

  test('after a body only ends the request', async () => {
    frames = (stream) => [
      frame(DATA, END_STREAM, stream, Buffer.from('whole')),
      frame(RST_STREAM, 0, stream, u32(NO_ERROR)),
    ]
    expect(await (await call()).text()).toBe('whole')
  })
})

describe.each([
  ['before the request', 0],
  ['with it', 1],
])('GOAWAY(HTTP_1_1_REQUIRED) that counts the streams %s', (_name, last) => {
  const versions: string[] = []
  const server = tls.createServer({ key, cert, ALPNProtocols: ['h2', 'http/1.1'] }, (socket) => {
    versions.push(String(socket.alpnProtocol))
    if (socket.alpnProtocol === 'h2')
      return speak(socket, () => void socket.end(frame(GOAWAY, 0, 0, u32(last, HTTP_1_1_REQUIRED))))
    let request = ''
    socket.on('data', (chunk) => {
      request += chunk
      const [head, body] = request.split('\r\n\r\n')
      const length = Number(/content-length: (\d+)/i.exec(head!)?.[1] ?? 0)
      if (body?.length === length)
        socket.end(`HTTP/1.1 200 OK\r\nContent-Length: ${3 + length}\r\nConnection: close\r\n\r\nold${body}`)
    })
  })
  const listening = listen(server, 'https')
  afterAll(async () => (await listening).close())

  test('goes on with HTTP/1.1', async () => {
    const response = await ours((await listening).url, { curl: { options: { CAINFO } } })
    expect([await response.text(), response.curl.httpVersion]).toEqual(['old', '1.1'])
    expect(versions).toEqual(['h2', 'http/1.1'])
  })

  test.each([
    ['short', 'body'],
    ['long', 'body'.repeat(100_000)],
  ])('sends a %s body again', async (_name, body) => {
    const response = await ours((await listening).url, { method: 'POST', body, curl: { options: { CAINFO } } })
    expect([await response.text(), response.curl.httpVersion]).toEqual([`old${body}`, '1.1'])
  })
})
