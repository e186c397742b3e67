// Curl of libcurl-wasm/node-libcurl: its events, features, options, infos and callbacks.
import { createHash, randomBytes } from 'node:crypto'
import { closeSync, createReadStream, openSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { HeaderInfo } from 'libcurl-wasm/node-libcurl'
import { scratch } from '../servers/scratch.js'
import { CA, ended, failed, lib, ours, servers } from './library.js'

const {
  Curl,
  CurlAuth,
  CurlCode,
  CurlEasyError,
  CurlFeature,
  CurlHsts,
  CurlHstsCallback,
  CurlPreReqFunc,
  Easy,
  Multi,
} = lib
const { plain, secure } = await servers()
const folder = scratch()

let curl: InstanceType<typeof Curl>
beforeEach(() => {
  curl = new Curl()
  curl.setOpt('URL', plain)
})
afterEach(() => curl.close())

describe('events', () => {
  test('end has the status, the text and the parsed headers', async () => {
    const { status, data, headers } = await ended(curl)
    expect(status).toBe(200)
    expect(data).toBe('Hello World!')
    expect(headers).toMatchObject([
      { result: { version: 'HTTP/1.1', code: 200, reason: 'OK' }, 'Content-Length': '12' },
    ])
  })

  test('data and header have the pieces, and the Curl', async () => {
    const pieces: Buffer[] = []
    const lines: Buffer[] = []
    curl.on('data', (chunk, from) => void (expect(from).toBe(curl), pieces.push(chunk)))
    curl.on('header', (chunk, from) => void (expect(from).toBe(curl), lines.push(chunk)))
    await ended(curl)
    expect(Buffer.concat(pieces).toString()).toBe('Hello World!')
    expect(lines[0]!.toString()).toBe('HTTP/1.1 200 OK\r\n')
  })

  test('error has a CurlEasyError and the code', async () => {
    curl.setOpt('URL', `${plain}/failed`).setOpt('FAILONERROR', true)
    const { error, code } = await failed(curl)
    expect(error).toBeInstanceOf(CurlEasyError)
    expect(error).toMatchObject({ message: 'Request failed: HTTP response code said error', code: 22 })
    expect(code).toBe(CurlCode.CURLE_HTTP_RETURNED_ERROR)
  })

  test('they come after perform() has returned, even if nothing can be sent', async () => {
    curl.setOpt('URL', null)
    let returned = false
    const failure = new Promise<number>((resolve) => curl.on('error', (_, code) => resolve(returned ? code : -1)))
    curl.perform()
    returned = true
    expect(await failure).toBe(CurlCode.CURLE_URL_MALFORMAT)
  })

  test.each(['WRITEFUNCTION', 'HEADERFUNCTION'] as const)('-1 of %s ends the request', async (option) => {
    curl.setOpt(option, () => -1)
    expect((await failed(curl)).code).toBe(CurlCode.CURLE_WRITE_ERROR)
  })

  test('a handle performs once at a time, and again afterwards', async () => {
    const first = ended(curl)
    expect(() => curl.perform()).toThrow(/already running/)
    await first
    curl.removeAllListeners()
    expect((await ended(curl)).data).toBe('Hello World!')
  })

  test('close() during a request ends it without an event', async () => {
    curl.setOpt('URL', `${plain}/never`)
    const events: string[] = []
    curl.on('end', () => events.push('end')).on('error', () => events.push('error'))
    curl.perform()
    await new Promise((resolve) => setTimeout(resolve, 50))
    curl.close()
    await new Promise((resolve) => setTimeout(resolve, 50))
    expect(events).toEqual([])
    expect(curl.isOpen).toBe(false)
  })

  ours('a request can start in an event of another', async () => {
    const second = new Curl()
    second.setOpt('URL', `${plain}/json`)
    const ends = new Promise((resolve) => curl.once('header', () => resolve(ended(second))))
    await ended(curl)
    expect(await ends).toMatchObject({ data: '{"test":true}' })
    second.close()
  })

  ours('an exception of a listener is uncaught, and later requests work', async () => {
    const listeners = process.listeners('uncaughtException')
    process.removeAllListeners('uncaughtException')
    const uncaught = new Promise<Error>((resolve) => process.once('uncaughtException', resolve))
    curl.on('end', () => {
      throw new Error('of a listener')
    })
    curl.perform()
    expect((await uncaught).message).toBe('of a listener')
    for (const listener of listeners) process.on('uncaughtException', listener)
    curl.removeAllListeners()
    expect((await ended(curl)).status).toBe(200)
  })
})

describe('features', () => {
  test.each([
    [CurlFeature.NoDataStorage, '', Buffer, Array],
    [CurlFeature.NoHeaderStorage, 'Hello World!', String, Buffer],
    [CurlFeature.NoDataParsing, 'Hello World!', Buffer, Array],
    [CurlFeature.NoHeaderParsing, 'Hello World!', String, Buffer],
  ])('%i', async (feature, text, dataType, headersType) => {
    curl.enable(feature)
    const { data, headers } = await ended(curl)
    expect(String(data)).toBe(text)
    expect(Object(data)).toBeInstanceOf(dataType)
    expect(headers).toBeInstanceOf(headersType)
    expect(headers.length > 0).toBe(feature !== CurlFeature.NoHeaderStorage)
  })

  test('they cannot change during a request, and can be disabled', async () => {
    curl.enable(CurlFeature.Raw).disable(CurlFeature.NoDataParsing)
    const request = ended(curl)
    expect(() => curl.enable(CurlFeature.NoStorage)).toThrow(/while a request is running/)
    expect((await request).data).toBe('Hello World!')
  })
})

describe('setOpt()', () => {
  test('takes names, numbers, and null for each kind', () => {
    curl.setOpt(Curl.option.URL, plain).setOpt('URL', null)
    curl.setOpt('ACCEPTTIMEOUT_MS', 30000).setOpt('ACCEPTTIMEOUT_MS', null)
    curl.setOpt('HTTPHEADER', ['A: b']).setOpt('HTTPHEADER', null)
    curl.setOpt('XFERINFOFUNCTION', () => 0).setOpt('XFERINFOFUNCTION', null)
    curl.setOpt('SSLKEY_BLOB', Buffer.from('key')).setOpt('SSLKEY_BLOB', 'key').setOpt('SSLKEY_BLOB', null)
    curl.setOpt('HTTPPOST', [{ name: 'field', contents: 'value' }]).setOpt('HTTPPOST', null)
  })

  test.each([
    ['URL', 0],
    ['POSTFIELDS', 0],
    ['HTTPHEADER', 'A: b'],
    ['WRITEFUNCTION', 1],
    ['SHARE', {}],
    ['MIMEPOST', {}],
    ['BUFFERSIZE', 1],
    ['HTTPPOST', 0],
    ['HTTPPOST', [1, 2, {}]],
    ['HTTPPOST', [{ dummy: 'property' }]],
    ['HTTPPOST', [{ name: 'a' }]],
    ['HTTPPOST', [{ name: null }]],
    ['HTTPPOST', [{ name: undefined }]],
  ])('refuses %s %j', (option, value) => {
    expect(() => curl.setOpt(option as 'URL', value as never)).toThrow()
  })

  test('refuses what it does not have, and what libcurl does not have', () => {
    expect(() => curl.setOpt((Curl.option as any).SSL_CTX_FUNCTION, 1)).toThrow(/^Unsupported/)
    expect(() => curl.setOpt('WRITEDATA' as 'URL', 'x')).toThrow(/^Unsupported/)
    expect(() => curl.setOpt('NOPE' as 'URL', 'x')).toThrow(/^Unknown option/)
  })

  test('null brings the events back after a callback of the application', async () => {
    const seen: string[] = []
    curl.on('data', () => seen.push('data')).on('header', () => seen.push('header'))
    curl.setOpt('WRITEFUNCTION', (buffer, size, nmemb) => {
      expect(buffer).toBeInstanceOf(Buffer)
      return size * nmemb
    })
    curl.setOpt('HEADERFUNCTION', (buffer) => buffer.length)
    await ended(curl)
    expect(seen).toEqual([])
    curl.setOpt('WRITEFUNCTION', null).setOpt('HEADERFUNCTION', null)
    await ended(curl)
    expect(seen).toContain('data')
    expect(seen).toContain('header')
  })
})

describe('getInfo()', () => {
  test('reads every info that is in Curl.info', async () => {
    await ended(curl)
    for (const name of Object.keys(Curl.info)) {
      if (!['PRIVATE', 'TLS_SESSION', 'TLS_SSL_PTR'].includes(name)) curl.getInfo(name as 'RESPONSE_CODE')
    }
    expect(curl.getInfo('EFFECTIVE_URL')).toBe(`${plain}/`)
    expect(curl.getInfo(Curl.info.RESPONSE_CODE)).toBe(200)
    expect(curl.getInfo('REDIRECT_URL')).toBe('')
    expect(curl.getInfo('COOKIELIST')).toEqual([])
    expect(() => curl.getInfo(Curl.info.PRIVATE)).toThrow(/^Unsupported/)
  })

  ours('refuses what there is not', () => {
    expect(() => curl.getInfo('NOPE' as 'PRIVATE')).toThrow(/NOPE/)
  })

  test('has the certificates as lines', async () => {
    curl.setOpt('URL', secure).setOpt('CAINFO_BLOB', CA).setOpt('CERTINFO', true)
    await ended(curl)
    const lines = curl.getInfo('CERTINFO')
    expect(lines.some((line) => line.startsWith('Cert:'))).toBe(true)
  })
})

describe('callbacks', () => {
  test('progress gets numbers, and has to return one', async () => {
    curl.setOpt('URL', `${plain}/slow`).setOpt('NOPROGRESS', false)
    const calls: number[][] = []
    curl.setProgressCallback((...numbers) => (calls.push(numbers), 0))
    await ended(curl)
    expect(calls.flat().every((number) => typeof number === 'number')).toBe(true)
    curl.removeAllListeners()
    curl.setProgressCallback((() => undefined) as never)
    const { error, code } = await failed(curl)
    expect(code).toBe(CurlCode.CURLE_ABORTED_BY_CALLBACK)
    expect(error.cause).toBeInstanceOf(TypeError)
  })

  const upload = (): void => {
    curl.setOpt('URL', `${plain}/trailers`).setOpt('UPLOAD', true).setOpt('HTTPHEADER', ['x-a: 1'])
    let sent = false
    curl.setOpt('READFUNCTION', (buffer) => (sent ? 0 : ((sent = true), buffer.write('HELLO'))))
  }

  test('TRAILERFUNCTION adds trailers', async () => {
    upload()
    curl.setOpt('TRAILERFUNCTION', () => ['x-a: trailing'])
    expect(JSON.parse((await ended(curl)).data as string)).toEqual({ 'x-a': 'trailing' })
  })

  test.each([
    [() => false as const, undefined],
    [(() => ({})) as never, 'Return value from the Trailer callback must be an array of strings or false.'],
    [
      () => {
        throw new Error('inside')
      },
      'inside',
    ],
  ])('TRAILERFUNCTION %s ends the request', async (callback, message) => {
    upload()
    curl.setOpt('TRAILERFUNCTION', callback)
    const { error, code } = await failed(curl)
    expect(code).toBe(CurlCode.CURLE_ABORTED_BY_CALLBACK)
    if (message) expect(error.cause).toMatchObject({ message })
  })

  test('PREREQFUNCTION lets a request go, or not', async () => {
    const calls: unknown[][] = []
    curl.setOpt('PREREQFUNCTION', (...args) => (calls.push(args), CurlPreReqFunc.Ok))
    await ended(curl)
    expect(calls).toEqual([['127.0.0.1', '127.0.0.1', Number(new URL(plain).port), expect.any(Number)]])
    for (const [callback, message] of [
      [() => CurlPreReqFunc.Abort, undefined],
      [() => '123', 'Return value from the PREREQ callback must be a number.'],
    ] as const) {
      curl.removeAllListeners()
      curl.setOpt('PREREQFUNCTION', callback as never)
      const { error, code } = await failed(curl)
      expect(code).toBe(CurlCode.CURLE_ABORTED_BY_CALLBACK)
      if (message) expect(error.cause).toMatchObject({ message })
    }
  })

  test('this is the handle, also in a copy', async () => {
    const seen: unknown[] = []
    curl.setOpt('DEBUGFUNCTION', function () {
      seen.push(this)
      return 0
    })
    curl.setOpt('VERBOSE', true)
    await ended(curl)
    expect(seen.every((self) => self === curl.handle)).toBe(true)
    const copy = curl.dupHandle(false)
    seen.length = 0
    await ended(copy)
    expect(seen.length).toBeGreaterThan(0)
    expect(seen.every((self) => self === copy.handle)).toBe(true)
    copy.close()
  })
})

describe('HSTS', () => {
  const cache = () => [
    { host: 'donotcall.gov', includeSubDomains: true },
    { host: 'localhost', includeSubDomains: false, expire: null },
    { host: 'github.com', expire: '20350101 00:00:00' },
  ]
  beforeEach(() => {
    const { port } = new URL(secure)
    curl.setOpt('URL', `https://localhost:${port}`).setOpt('CAINFO_BLOB', CA).setOpt('HSTS_CTRL', CurlHsts.Enable)
    curl.setOpt('RESOLVE', [`localhost:${port}:127.0.0.1`])
  })

  test('entries come one by one, and go out when the handle is closed', async () => {
    const entries = cache()
    let calls = 0
    const written: unknown[] = []
    curl.setOpt('HSTSREADFUNCTION', ({ maxHostLengthBytes }) => {
      calls += maxHostLengthBytes > 200 ? 1 : 0
      return entries.shift() ?? null
    })
    curl.setOpt('HSTSWRITEFUNCTION', (entry, count) => (written.push([entry, { ...count }]), CurlHstsCallback.Ok))
    await ended(curl)
    expect(calls).toBe(4)
    curl.close()
    expect(written).toMatchObject([
      [
        { host: 'donotcall.gov', includeSubDomains: true, expire: null },
        { index: 0, total: 3 },
      ],
      [{ host: 'localhost', includeSubDomains: true, expire: expect.stringMatching(/^\d{8} /) }, { index: 1 }],
      [{ host: 'github.com', includeSubDomains: false, expire: '20350101 00:00:00' }, { index: 2 }],
    ])
  })

  ours('an array is asked for once, also by the copy of a handle', async () => {
    const selves: unknown[] = []
    curl.setOpt('HSTSREADFUNCTION', function () {
      selves.push(this)
      return cache()
    })
    await ended(curl)
    const { handle } = curl
    const copy = curl.dupHandle(false)
    curl.close()
    await ended(copy)
    expect(selves).toEqual([handle, handle, copy.handle])
    copy.close()
  })

  test.each([
    'text',
    {},
    { host: 123 },
    { host: 'a.com', includeSubDomains: 'abc' },
    { host: 'a.com', expire: false },
    { host: 'a'.repeat(5000) },
  ])('%j ends the request', async (entry) => {
    curl.setOpt('HSTSREADFUNCTION', () => entry as never)
    const { error, code } = await failed(curl)
    expect(code).toBe(CurlCode.CURLE_ABORTED_BY_CALLBACK)
    expect((error.cause as Error).message).toMatch(/fix the HSTS callback/)
  })
})

describe('bodies', () => {
  test('POSTFIELDS, also with a size that is smaller', async () => {
    curl.setOpt('URL', `${plain}/echo`).setOpt('POSTFIELDS', 'a=1&b=ü')
    expect(JSON.parse((await ended(curl)).data as string).body).toBe('a=1&b=ü')
    curl.removeAllListeners()
    curl.setOpt('POSTFIELDSIZE', 3).setOpt('POSTFIELDS', 'a=1&b=2')
    expect(JSON.parse((await ended(curl)).data as string).body).toBe('a=1')
  })

  test('HTTPPOST with a field and a file, also of a copy', async () => {
    const file = join(folder, 'a.png')
    writeFileSync(file, 'PNG')
    curl.setOpt('URL', `${plain}/form`)
    curl.setOpt('HTTPPOST', [
      { name: 'field', contents: 'value' },
      { name: 'file', file, type: 'image/png' },
      { name: 'named', file, filename: 'other.txt', type: 'text/plain' },
    ])
    const parts = [
      { name: 'field', value: 'value' },
      { name: 'file', filename: 'a.png', type: 'image/png', size: 3, value: 'PNG' },
      { name: 'named', filename: 'other.txt', type: 'text/plain', size: 3, value: 'PNG' },
    ]
    expect(JSON.parse((await ended(curl)).data as string)).toEqual(parts)
    const copy = curl.dupHandle(false)
    curl.close()
    expect(JSON.parse((await ended(copy)).data as string)).toEqual(parts)
    copy.close()
  })

  const content = randomBytes(100_000)
  const file = join(folder, 'upload')
  writeFileSync(file, content)
  const hash = (bytes: Buffer | string) => createHash('sha1').update(bytes).digest('hex')
  beforeEach(() => curl.enable(CurlFeature.NoDataParsing).setOpt('URL', `${plain}/upload`))

  test('READDATA is a descriptor of the host', async () => {
    const fd = openSync(file, 'r')
    curl.setOpt('UPLOAD', 1).setOpt('READDATA', fd)
    expect(hash((await ended(curl)).data)).toBe(hash(content))
    closeSync(fd)
  })

  test('without a source, or with a bad descriptor, an upload is aborted', async () => {
    curl.setOpt('UPLOAD', 1)
    expect((await failed(curl)).code).toBe(CurlCode.CURLE_ABORTED_BY_CALLBACK)
    curl.removeAllListeners()
    curl.setOpt('READDATA', -1)
    expect((await failed(curl)).code).toBe(CurlCode.CURLE_ABORTED_BY_CALLBACK)
  })

  test('READFUNCTION pauses, and pause() continues', async () => {
    const stream = createReadStream(file, { highWaterMark: 5000 })
    let done = false
    let pauses = 0
    let paused = false
    const resume = (): void => {
      if (!paused) return
      paused = false
      curl.pause(0)
    }
    stream.on('readable', resume).on('end', () => ((done = true), resume()))
    curl.setOpt('UPLOAD', true)
    curl.setOpt('READFUNCTION', (target) => {
      const chunk = stream.read(1000) ?? stream.read()
      if (chunk) return chunk.copy(target)
      if (done) return 0
      paused = true
      pauses++
      return lib.CurlReadFunc.Pause
    })
    expect(hash((await ended(curl)).data)).toBe(hash(readFileSync(file)))
    expect(pauses).toBeGreaterThan(0)
  })
})

test('logins', async () => {
  curl.setOpt('URL', `${plain}/basic`).setOpt('USERNAME', 'user').setOpt('PASSWORD', 'pass')
  curl.setOpt('HTTPAUTH', CurlAuth.Basic)
  expect((await ended(curl)).data).toBe('user')
  curl.removeAllListeners()
  curl.setOpt('HTTPAUTH', CurlAuth.AnySafe)
  expect((await ended(curl)).status).toBe(401)
})

ours('trailers of a response are among its headers', async () => {
  curl.setOpt('URL', `${plain}/with-trailers`)
  const { headers } = await ended(curl)
  expect(headers).toHaveLength(1)
  expect((headers as HeaderInfo[])[0]).toMatchObject({ 'X-After': 'yes' })
})

test('reset() removes the options and the listeners', async () => {
  await ended(curl)
  curl.reset()
  expect(curl.listenerCount('end')).toBe(0)
  expect((await failed(curl)).code).toBe(CurlCode.CURLE_URL_MALFORMAT)
})

test('dupHandle() copies the listeners, and by false does not', () => {
  curl.on('end', () => {})
  const [copy, bare] = [curl.dupHandle(), curl.dupHandle(false)]
  expect([copy.listenerCount('end'), bare.listenerCount('end')]).toEqual([1, 0])
  copy.close()
  bare.close()
})

test('a Multi of its own, and the count of the shared one', async () => {
  const multi = new Multi()
  curl.setMulti(multi)
  curl.setOpt('URL', `${plain}/slow`)
  const request = ended(curl)
  expect(multi.getCount()).toBe(1)
  await request
  expect(multi.getCount()).toBe(0)
  multi.close()
})

test('a connection that cannot be made ends in time', async () => {
  curl.setOpt('URL', `${plain}/never`).setOpt('TIMEOUT_MS', 100)
  expect((await failed(curl)).code).toBe(CurlCode.CURLE_OPERATION_TIMEDOUT)
  expect(curl.upkeep()).toBe(curl)
})

test('facts of libcurl', () => {
  expect(Curl.getVersion()).toMatch(/^libcurl\/\d+\.\d+/)
  const info = Curl.getVersionInfo()
  expect(info.protocols).toContain('https')
  expect(info.features).toContain('HTTP2')
  expect(info.versionNumber).toBe(Curl.VERSION_NUM)
  expect(info.rawFeatures & lib.CurlVersion.Http2).not.toBe(0)
  expect(Curl.getVersionInfoString()).toMatch(/^Version: libcurl.*\nProtocols: .*https.*\nFeatures: .*HTTP2/)
  expect(Curl.isVersionGreaterOrEqualThan(7, 86, 0)).toBe(true)
  expect(Curl.isVersionGreaterOrEqualThan(99, 0)).toBe(false)
  expect(Easy.strError(CurlCode.CURLE_COULDNT_CONNECT)).toMatch(/connect to server/)
})
