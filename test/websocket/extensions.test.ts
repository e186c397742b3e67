// The negotiation of permessage-deflate: what is offered, and which answers are accepted. RFC 7692 section 7.1
import { WebSocket, WebSocketStream } from 'libcurl-wasm'
import { describe, expect, test } from 'vitest'
import { answerOf, closeFrame, type Peer } from './peer.js'
import { accepted, event, failure, fails, opened, raw } from './sockets.js'

const OFFER = 'permessage-deflate; client_max_window_bits'

/** Makes the server answer the next handshake with extensions, one header for each. */
function answering(...extensions: string[]): void {
  raw.answer((request) =>
    answerOf(request, (headers) => {
      const name = 'Sec-WebSocket-Extensions'
      if (extensions.length > 0) headers[name] = extensions.join(`\r\n${name}: `)
    }),
  )
  raw.serve(async (peer: Peer) => {
    await peer.write(closeFrame(1000))
    await peer.next()
    peer.end()
  })
}

describe('the offer', () => {
  test('is that of browsers', async () => {
    const socket = await opened()
    expect(accepted.at(-1)!.headers['sec-websocket-extensions']).toBe(OFFER)
    expect(socket.extensions).toBe('')
    socket.close()
  })

  test('is not made with perMessageDeflate: false, and then no answer is accepted', async () => {
    const socket = await opened(undefined, [], { perMessageDeflate: false })
    expect(accepted.at(-1)!.headers).not.toHaveProperty('sec-websocket-extensions')
    socket.close()
    answering('permessage-deflate')
    const refused = new WebSocket(raw.ws, [], { perMessageDeflate: false })
    expect(await failure(refused)).toEqual(fails(expect.stringContaining(`the extension 'permessage-deflate'`)))
  })

  test.each([0, 'false', null, { threshold: 10 }])('perMessageDeflate cannot be %j', (perMessageDeflate) => {
    const options = { perMessageDeflate } as never
    expect(() => new WebSocket('ws://localhost/', [], options)).toThrow(/^perMessageDeflate takes a boolean/)
    expect(() => new WebSocketStream('ws://localhost/', options)).toThrow(/^perMessageDeflate takes a boolean/)
  })

  test('cannot be made as a header', () => {
    const headers = { 'Sec-WebSocket-Extensions': OFFER }
    expect(() => new WebSocket('ws://localhost/', [], { headers })).toThrow(/perMessageDeflate/)
  })
})

describe('an answer', () => {
  test.each([
    '',
    'permessage-deflate',
    'permessage-deflate; server_no_context_takeover',
    'permessage-deflate; client_no_context_takeover',
    'permessage-deflate; server_max_window_bits=8',
    'permessage-deflate; server_max_window_bits=15',
    'permessage-deflate; client_max_window_bits=8',
    'permessage-deflate; client_max_window_bits=15',
    'permessage-deflate; client_max_window_bits="10"',
    'permessage-deflate; client_max_window_bits="1\\0"',
    'permessage-deflate ;client_max_window_bits = 10;server_no_context_takeover',
    'permessage-deflate; server_no_context_takeover; client_no_context_takeover; server_max_window_bits=9; client_max_window_bits=12',
  ])(`is accepted: '%s'`, async (extensions) => {
    answering(extensions)
    const socket = await opened(raw.ws)
    expect(socket.extensions).toBe(extensions)
    await event(socket, 'close')
    expect(socket.extensions).toBe(extensions)
    answering(extensions)
    expect((await new WebSocketStream(raw.ws).opened).extensions).toBe(extensions)
  })

  const twice = 'twice'
  const offered = 'was not offered'
  const more = 'more extensions'
  const parameter = 'is not a parameter'
  const unknown = 'has no parameter'
  const invalid = 'is not a valid parameter'
  test.each([
    [offered, ['x-webkit-deflate-frame']],
    [offered, ['Permessage-Deflate']],
    [offered, ['"permessage-deflate"']],
    [offered, ['permessage-deflate=1']],
    [offered, ['; permessage-deflate']],
    [offered, [',permessage-deflate']],
    [more, ['permessage-deflate, permessage-deflate']],
    [more, ['permessage-deflate', 'permessage-deflate']],
    [more, ['permessage-deflate; client_max_window_bits=10', 'x']],
    [more, ['permessage-deflate,']],
    [parameter, ['permessage-deflate;']],
    [parameter, ['permessage-deflate; ; server_no_context_takeover']],
    [parameter, ['permessage-deflate; =1']],
    [parameter, ['permessage-deflate; a b']],
    [parameter, ['permessage-deflate; server_max_window_bits=']],
    [parameter, ['permessage-deflate; server_max_window_bits=""']],
    [parameter, ['permessage-deflate; server_max_window_bits="10']],
    [parameter, ['permessage-deflate; server_max_window_bits=1 0']],
    [parameter, ['permessage-deflate; server_max_window_bits==10']],
    [unknown, ['permessage-deflate; x']],
    [unknown, ['permessage-deflate; Server_No_Context_Takeover']],
    [unknown, ['permessage-deflate; __proto__']],
    [unknown, ['permessage-deflate; constructor=10']],
    [twice, ['permessage-deflate; server_no_context_takeover; server_no_context_takeover']],
    [twice, ['permessage-deflate; client_no_context_takeover; client_no_context_takeover']],
    [twice, ['permessage-deflate; server_max_window_bits=10; server_max_window_bits=10']],
    [twice, ['permessage-deflate; client_max_window_bits=10; client_max_window_bits=11']],
    [invalid, ['permessage-deflate; server_no_context_takeover=1']],
    [invalid, ['permessage-deflate; client_no_context_takeover="true"']],
    [invalid, ['permessage-deflate; server_max_window_bits']],
    [invalid, ['permessage-deflate; client_max_window_bits']],
    ...['0', '7', '16', '08', '+8', '-8', '8.0', '1e1', '0x8', '100', 'x'].flatMap((value): [string, string[]][] => [
      [invalid, [`permessage-deflate; server_max_window_bits=${value}`]],
      [invalid, [`permessage-deflate; client_max_window_bits=${value}`]],
    ]),
  ])('fails the connection because it %s: %j', async (message, extensions) => {
    answering(...extensions)
    const socket = new WebSocket(raw.ws)
    expect(await failure(socket)).toEqual(fails(expect.stringContaining(message)))
    expect(socket.extensions).toBe('')
  })
})
