// setopt() and getinfo(): values of every type, and clear errors at once for wrong ones.
import { once } from 'node:events'
import http from 'node:http'
import type { AddressInfo } from 'node:net'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import init, * as c from 'libcurl-wasm'
import {
  CurlError,
  CurlMultiError,
  CurlShareError,
  CurlUrlError,
  Easy,
  Multi,
  Share,
  optionNames,
  version,
} from 'libcurl-wasm'
import { counts } from '../servers/counts.js'
import { transfer, type Options } from '../servers/transfer.js'

let server: http.Server
let base: string
let easy: Easy
let multi: Multi

beforeAll(async () => {
  await init()
  server = http.createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      response.setHeader('x-answer', ['one', 'two'])
      response.end(
        JSON.stringify({
          method: request.method,
          url: request.url,
          headers: request.headers,
          body: Buffer.concat(chunks).toString('latin1'),
        }),
      )
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterAll(() => void server.close())
beforeEach(() => {
  easy = new Easy()
  multi = new Multi()
})
afterEach(() => {
  multi.close()
  easy.close()
})

interface Echo {
  method: string
  url: string
  headers: Record<string, string>
  body: string
}

async function echo(options: Options = {}, handle = easy): Promise<Echo> {
  const { body, error } = await transfer(multi, `${base}/`, options, handle)
  expect(error).toBeUndefined()
  return JSON.parse(body.toString()) as Echo
}

describe('names', () => {
  it('an option has a name, a name with prefix, and a number', async () => {
    easy.setopt('USERAGENT', 'by name')
    expect((await echo()).headers['user-agent']).toBe('by name')
    easy.setopt('CURLOPT_USERAGENT', 'by full name')
    expect((await echo()).headers['user-agent']).toBe('by full name')
    easy.setopt(10018, 'by number')
    expect((await echo()).headers['user-agent']).toBe('by number')
  })

  it('an unknown name or number is named in the error', () => {
    expect(() => easy.setopt('NO_SUCH_THING' as never, 1)).toThrow(/NO_SUCH_THING/)
    expect(() => easy.setopt(987654, 1)).toThrow(/987654/)
    expect(() => easy.getinfo('NO_SUCH_INFO' as never)).toThrow(/NO_SUCH_INFO/)
    expect(() => multi.setopt('NO_SUCH_MULTI' as never, 1)).toThrow(/NO_SUCH_MULTI/)
    expect(() => multi.getOffT('NO_SUCH_COUNT' as never)).toThrow(/NO_SUCH_COUNT/)
  })

  it('the table is libcurl’s own: every option can be found', () => {
    const names = optionNames()
    expect(names.length).toBeGreaterThan(300)
    for (const name of ['URL', 'SSL_EC_CURVES', 'AWS_SIGV4', 'HAPROXY_CLIENT_IP', 'WS_OPTIONS', 'MIMEPOST'])
      expect(names).toContain(name)
  })

  it('the version names all libraries that are linked in', () => {
    expect(version()).toMatch(
      /^libcurl\/8\.22\.0 OpenSSL\/4\.0\.\d+ zlib\/\S+ brotli\/\S+ zstd\/\S+ .*libpsl\/\S+ libssh2\/\S+ nghttp2\/\S+ ngtcp2\/\S+ nghttp3\/\S+$/,
    )
  })
})

describe('types', () => {
  it.each([
    ['URL', 1, TypeError, 'a string'],
    ['URL', 'a\0b', RangeError, 'NUL'],
    ['TIMEOUT_MS', '10', TypeError, 'a number'],
    ['TIMEOUT_MS', 1.5, RangeError, '32 bits'],
    ['TIMEOUT_MS', 2 ** 40, RangeError, '32 bits'],
    ['TIMEOUT_MS', NaN, RangeError, '32 bits'],
    ['INFILESIZE_LARGE', 2 ** 60, RangeError, '2\\^53'],
    ['INFILESIZE_LARGE', 'big', TypeError, 'a number'],
    ['HTTPHEADER', 'Accept: x', TypeError, 'array of strings'],
    ['HTTPHEADER', ['ok', 3], TypeError, 'HTTPHEADER\\[1\\]'],
    ['CAINFO_BLOB', 5, TypeError, 'bytes'],
    ['POSTFIELDS', 5, TypeError, 'bytes'],
    ['WRITEFUNCTION', 'not a function', TypeError, 'a function'],
    ['MIMEPOST', { name: 'x' }, TypeError, 'array of parts'],
    ['MIMEPOST', [{ data: 'x', file: 'y' }], TypeError, 'MIMEPOST\\[0\\]'],
    ['SHARE', {}, TypeError, 'a Share'],
  ])('%s does not take %j: the error names the option and what it takes', (name, value, type, text) => {
    const set = (): Easy => easy.setopt(name as never, value)
    expect(set).toThrow(type)
    expect(set).toThrow(new RegExp(name))
    expect(set).toThrow(new RegExp(text))
  })

  it('a value that libcurl refuses is a CurlError that names the option', () => {
    expect(() => easy.setopt('PROXYTYPE', 999 as never)).toThrow(CurlError)
    expect(() => easy.setopt('PROXYTYPE', 999 as never)).toThrow(/PROXYTYPE/)
    expect(() => easy.setopt('ERRORBUFFER', 'x' as never)).toThrow(/ERRORBUFFER/)
    expect(() => easy.setopt('HTTPPOST', [] as never)).toThrow(/MIMEPOST/)
    expect(() => easy.setopt('CURLU', 'http://[bad/')).toThrow(CurlUrlError)
    expect(() => multi.setopt('PIPELINING_SITE_BL', ['x'] as never)).toThrow(/PIPELINING_SITE_BL/)
  })

  it('boolean for on and off', async () => {
    expect((await echo({ NOBODY: false })).method).toBe('GET')
    const { body } = await transfer(multi, `${base}/`, { NOBODY: true }, easy)
    expect(body.length).toBe(0)
  })

  it('a list, and null to remove it', async () => {
    expect((await echo({ HTTPHEADER: ['X-One: 1', 'X-Two: zwei'] })).headers).toMatchObject({
      'x-one': '1',
      'x-two': 'zwei',
    })
    expect((await echo({ HTTPHEADER: null })).headers).not.toHaveProperty('x-one')
  })

  it('a body of bytes with zeros in it, and a string in UTF-8', async () => {
    expect((await echo({ POSTFIELDS: Uint8Array.of(1, 0, 255) })).body).toBe('\x01\0\xff')
    expect((await echo({ POSTFIELDS: 'ü' })).body).toBe('\xc3\xbc')
    expect((await echo({ COPYPOSTFIELDS: 'short' })).headers['content-length']).toBe('5')
    expect((await echo({ POSTFIELDS: '' })).headers['content-length']).toBe('0')
  })

  it('POSTFIELDSIZE applies whether it is set before POSTFIELDS or after, until it is reset', async () => {
    expect((await echo({ POSTFIELDSIZE: 3, POSTFIELDS: 'before' })).body).toBe('bef')
    expect((await echo({ COPYPOSTFIELDS: 'stays' })).body).toBe('sta')
    expect((await echo({ POSTFIELDSIZE_LARGE: 2 })).body).toBe('st')
    expect((await echo({ POSTFIELDSIZE: -1 })).body).toBe('stays')
    expect((await echo({ POSTFIELDS: 'after', POSTFIELDSIZE: 4 })).body).toBe('afte')
    expect(() => easy.setopt('POSTFIELDS', 'abc')).toThrow(/^POSTFIELDS takes at least the 4 bytes .*, not 3$/)
    // as in an application that sends several bodies one after the other
    expect((await echo({ POSTFIELDSIZE: 9, POSTFIELDS: 'the next!' })).body).toBe('the next!')
    const copy = easy.duphandle()
    expect(() => copy.setopt('POSTFIELDS', 'abc')).toThrow(RangeError)
    copy.close()
    easy.reset()
    expect((await echo({ POSTFIELDS: 'abc' })).body).toBe('abc')
  })

  it('a URL object for each option that takes a URL, also for CURLU', async () => {
    easy.setopt('URL', new URL(`${base}/path?query`))
    const { body } = await transfer(
      multi,
      `${base}/path?query`,
      { URL: null, CURLU: new URL(`${base}/by-curlu`) },
      easy,
    )
    expect(JSON.parse(body.toString())).toMatchObject({ url: '/by-curlu' })
  })

  it('a multipart body of parts in parts', async () => {
    const { body, headers } = await echo({
      MIMEPOST: [
        { name: 'text', data: 'value' },
        {
          name: 'bytes',
          data: Uint8Array.of(0, 1),
          type: 'application/x',
          filename: 'b.bin',
          headers: ['X-Part: yes'],
        },
        { name: 'inner', parts: [{ data: 'deep', encoder: 'base64' }] },
      ],
    })
    expect(headers['content-type']).toMatch(/^multipart\/form-data; boundary=/)
    for (const text of ['name="text"', 'filename="b.bin"', 'X-Part: yes', 'multipart/mixed', 'ZGVlcA==', '\0\x01'])
      expect(body).toContain(text)
  })

  it('PRIVATE keeps any value', () => {
    const value = { any: 'thing' }
    easy.setopt('PRIVATE', value)
    expect(easy.getinfo('PRIVATE')).toBe(value)
  })

  it('STDERR names a file for the trace', async () => {
    const dir = mkdtempSync(join(tmpdir(), 'libcurl-wasm-'))
    const file = join(dir, 'trace.txt')
    easy
      .setopt('URL', `${base}/`)
      .setopt('STDERR', file)
      .setopt('VERBOSE', true)
      .setopt('WRITEFUNCTION', () => {})
    await multi.perform(easy)
    expect(readFileSync(file, 'utf8')).toContain('> GET / HTTP/1.1')
    expect(() => easy.setopt('STDERR', join(dir, 'no', 'such', 'folder'))).toThrow(/STDERR/)
    rmSync(dir, { recursive: true })
  })
})

describe('infos', () => {
  it('have their natural types', async () => {
    await echo({ COOKIEFILE: '', COOKIELIST: 'Set-Cookie: a=b; domain=example.com' })
    expect(easy.getinfo('RESPONSE_CODE')).toBe(200)
    expect(easy.getinfo('CURLINFO_RESPONSE_CODE')).toBe(200)
    expect(easy.getinfo(c.infos['RESPONSE_CODE']!)).toBe(200)
    expect(easy.getinfo('EFFECTIVE_URL')).toBe(`${base}/`)
    expect(easy.getinfo('TOTAL_TIME')).toBeGreaterThan(0)
    expect(Number.isInteger(easy.getinfo('TOTAL_TIME_T'))).toBe(true)
    expect(easy.getinfo('SIZE_DOWNLOAD_T')).toBeGreaterThan(0)
    expect(easy.getinfo('REDIRECT_URL')).toBeNull()
    expect(easy.getinfo('COOKIELIST')).toEqual([expect.stringContaining('example.com')])
    expect(easy.getinfo('ACTIVESOCKET')).toBe(c.CURL_SOCKET_BAD) // the connection is the multi handle's again
    expect(easy.getinfo('LOCAL_IP')).toBe('127.0.0.1')
    expect(easy.getinfo('LOCAL_PORT')).toBeGreaterThan(0)
    expect(() => easy.getinfo('TLS_SSL_PTR')).toThrow(/TLS_SSL_PTR/)
  })

  it('headers by name, in order and with duplicates', async () => {
    await echo()
    expect(easy.header('X-Answer')).toMatchObject({ value: 'one', amount: 2, index: 0, origin: c.CURLH_HEADER })
    expect(easy.header('x-answer', { index: 1 })?.value).toBe('two')
    expect(easy.header('x-answer', { index: 2 })).toBeUndefined()
    expect(easy.header('no-such-header')).toBeUndefined()
    expect(
      easy
        .headers()
        .filter(({ name }) => name === 'x-answer')
        .map(({ value }) => value),
    ).toEqual(['one', 'two'])
    expect(() => easy.header('x', { origin: 0 })).toThrow(/bad argument/)
  })
})

describe('handles', () => {
  it('duphandle() copies options and callbacks, and outlives the original', async () => {
    easy
      .setopt('HTTPHEADER', ['X-Copied: yes'])
      .setopt('PRIVATE', 'p')
      .setopt('MIMEPOST', [{ name: 'n', data: 'v' }])
    const seen: unknown[] = []
    easy.setopt('WRITEFUNCTION', (chunk, userdata) => void seen.push(userdata, Buffer.from(chunk).toString()))
    easy.setopt('WRITEDATA', 'userdata').setopt('URL', `${base}/`)
    const copy = easy.duphandle()
    easy.close()
    await multi.perform(copy)
    expect(seen[0]).toBe('userdata')
    expect(JSON.parse(seen[1] as string)).toMatchObject({ method: 'POST', headers: { 'x-copied': 'yes' } })
    expect(copy.getinfo('PRIVATE')).toBe('p')
    copy.close()
    easy = new Easy()
  })

  it('reset() sets all options back', async () => {
    await echo({ HTTPHEADER: ['X-Set: yes'], CUSTOMREQUEST: 'PURGE' })
    easy.reset()
    expect(await echo()).toMatchObject({
      method: 'GET',
      headers: expect.not.objectContaining({ 'x-set': 'yes' }) as unknown,
    })
  })

  it('an option that is set again during its transfer stays valid for it', async () => {
    easy.setopt('HEADERFUNCTION', () => {
      for (let i = 0; i < 20; i++) easy.setopt('HTTPHEADER', [`X-Again: ${i}`])
    })
    easy
      .setopt('URL', `${base}/`)
      .setopt('HTTPHEADER', ['X-First: yes'])
      .setopt('WRITEFUNCTION', () => {})
    await multi.perform(easy)
    expect((await echo()).headers['x-again']).toBe('19')
  })

  it('closed handles say so', () => {
    const gone = new Easy()
    gone.close()
    gone.close()
    expect(() => gone.setopt('URL', 'x')).toThrow(/closed/)
    const share = new Share()
    share.close()
    expect(() => share.setopt('SHARE', c.CURL_LOCK_DATA_DNS)).toThrow(/closed/)
    const other = new Multi()
    other.close()
    expect(() => other.timeout()).toThrow(/closed/)
  })

  it('using closes them at the end of the block', () => {
    const before = counts()
    {
      using one = new Easy()
      using two = new Multi()
      using three = new Share()
      expect([one, two, three].length).toBe(3)
    }
    expect(counts()).toEqual(before)
  })

  it('a handle can be in one multi handle at a time', () => {
    const other = new Multi()
    multi.add(easy)
    expect(() => other.add(easy)).toThrow(CurlMultiError)
    expect(() => other.add(easy)).toThrow(/add/)
    multi.remove(easy)
    other.close()
  })

  it('nothing is left allocated when handles are made, used and closed again and again', async () => {
    const cycle = async (): Promise<void> => {
      const one = new Easy()
      await echo(
        { HTTPHEADER: ['A: b'], MIMEPOST: [{ name: 'n', data: 'x'.repeat(5000) }], CURLU: `${base}/`, COOKIEFILE: '' },
        one,
      )
      one.setopt('HTTPHEADER', ['C: d'])
      one.getinfo('COOKIELIST')
      one.headers()
      const two = one.duphandle()
      one.reset()
      one.close()
      two.close()
      expect(() => easy.setopt('HTTPHEADER', ['x', 1] as never)).toThrow()
      expect(() => easy.setopt('MIMEPOST', [{ name: 'n', data: 1 }] as never)).toThrow()
    }
    await cycle()
    await cycle()
    const before = counts().memory
    for (let i = 0; i < 10; i++) await cycle()
    // a block may be a few bytes larger than needed, but a leak would grow in every cycle
    expect(counts().memory - before).toBeLessThan(10 * 16)
  })
})

describe('Share', () => {
  it('shares cookies between handles', async () => {
    const share = new Share()
    share.setopt('SHARE', c.CURL_LOCK_DATA_COOKIE)
    const other = new Easy()
    easy.setopt('SHARE', share).setopt('COOKIELIST', '127.0.0.1\tFALSE\t/\tFALSE\t0\tshared\tyes')
    expect((await echo({ SHARE: share, COOKIEFILE: '' }, other)).headers['cookie']).toBe('shared=yes')
    expect(() => share.close()).toThrow(CurlShareError)
    expect(() => share.close()).toThrow(expect.objectContaining({ code: 'CURLSHE_IN_USE' }))
    other.close()
    easy.setopt('SHARE', null)
    share.close()
  })

  it('names in its errors what it does not accept', () => {
    const share = new Share()
    expect(() => share.setopt('LOCKFUNC' as never, 1)).toThrow(/LOCKFUNC/)
    expect(() => share.setopt('SHARE', 99 as never)).toThrow(CurlShareError)
    share.close()
  })
})
