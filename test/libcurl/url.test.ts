// CurlUrl: compared with Node's URL where both follow the same rules.
import { once } from 'node:events'
import http from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import init, * as c from 'libcurl-wasm'
import { CurlUrl, CurlUrlError, Easy, Multi, type UrlPart } from 'libcurl-wasm'
import { counts } from '../servers/counts.js'
import { chooser } from '../servers/random.js'
import { transfer } from '../servers/transfer.js'

await init()
const open: CurlUrl[] = []
const parse = (...args: ConstructorParameters<typeof CurlUrl>): CurlUrl => {
  const url = new CurlUrl(...args)
  open.push(url)
  return url
}
afterEach(() => open.splice(0).forEach((url) => url.close()))

const code = (call: () => unknown): string | undefined => {
  try {
    call()
  } catch (error) {
    expect(error).toBeInstanceOf(CurlUrlError)
    return (error as CurlUrlError).code
  }
}

describe('parts', () => {
  it('a URL has all of them', () => {
    const url = parse('imap://us%20er:pass;AUTH=PLAIN@[fe80::1%25eth0]:1143/a/b;c?d=e&f#g')
    const parts = Object.fromEntries(
      (['SCHEME', 'USER', 'PASSWORD', 'OPTIONS', 'HOST', 'ZONEID', 'PORT', 'PATH', 'QUERY', 'FRAGMENT'] as const).map(
        (part) => [part, url.get(part)],
      ),
    )
    expect(parts).toEqual({
      SCHEME: 'imap',
      USER: 'us%20er',
      PASSWORD: 'pass',
      OPTIONS: 'AUTH=PLAIN',
      HOST: '[fe80::1]',
      ZONEID: 'eth0',
      PORT: '1143',
      PATH: '/a/b;c',
      QUERY: 'd=e&f',
      FRAGMENT: 'g',
    })
    expect(url.get('CURLUPART_HOST')).toBe('[fe80::1]')
    expect(url.get('USER', c.CURLU_URLDECODE)).toBe('us er')
  })

  it('a missing part is null', () => {
    const url = parse('http://example.com')
    for (const part of ['USER', 'PASSWORD', 'OPTIONS', 'PORT', 'ZONEID', 'QUERY', 'FRAGMENT'] as const)
      expect([part, url.get(part)]).toEqual([part, null])
    expect(url.get('PATH')).toBe('/')
    const empty = parse()
    for (const part of ['SCHEME', 'HOST'] as const) expect([part, empty.get(part)]).toEqual([part, null])
  })

  it('they can be set, changed and removed', () => {
    const url = parse()
      .set('SCHEME', 'https')
      .set('HOST', 'example.com')
      .set('PORT', '8443')
      .set('CURLUPART_PATH', 'no slash')
      .set('QUERY', 'a=1')
    expect(`${url.set('PATH', 'a b', c.CURLU_URLENCODE)}`).toBe('https://example.com:8443/a%20b?a=1')
    url
      .set('QUERY', 'name=a&b', c.CURLU_APPENDQUERY | c.CURLU_URLENCODE)
      .set('PORT', null)
      .set('USER', 'me')
    expect(url.toString()).toBe('https://me@example.com/a%20b?a=1&name=a%26b')
    expect(url.set('URL', '../up#there').toString()).toBe('https://me@example.com/up#there')
  })

  it('a copy is independent', () => {
    const url = parse('http://example.com/a')
    const copy = parse(url)
    url.set('PATH', '/b')
    expect([`${url}`, `${copy}`]).toEqual(['http://example.com/b', 'http://example.com/a'])
  })
})

describe('flags', () => {
  it.each<[string, UrlPart, number, string | null]>([
    ['https://example.com/', 'PORT', c.CURLU_DEFAULT_PORT, '443'],
    ['https://example.com:443/', 'PORT', 0, '443'],
    ['https://example.com:443/', 'PORT', c.CURLU_NO_DEFAULT_PORT, null],
    ['http://example.com/?', 'QUERY', 0, null],
    ['http://example.com/?', 'QUERY', c.CURLU_GET_EMPTY, ''],
    ['http://example.com/%41+b?c+%41', 'QUERY', c.CURLU_URLDECODE, 'c A'],
    ['http://räksmörgås.example/', 'HOST', c.CURLU_PUNYCODE, 'xn--rksmrgs-5wao1o.example'],
    ['http://xn--rksmrgs-5wao1o.example/', 'HOST', c.CURLU_PUNY2IDN, 'räksmörgås.example'],
    ['http://räksmörgås.example/', 'URL', c.CURLU_PUNYCODE, 'http://xn--rksmrgs-5wao1o.example/'],
  ])('%s: %s with %i is %s', (url, part, flags, value) => expect(parse(url).get(part, flags)).toBe(value))

  it('some are for parsing', () => {
    expect(`${parse('example.com/a', c.CURLU_DEFAULT_SCHEME)}`).toBe('https://example.com/a')
    expect(`${parse('ftp.example.com/a', c.CURLU_GUESS_SCHEME)}`).toBe('ftp://ftp.example.com/a')
    expect(`${parse('weird://host/a', c.CURLU_NON_SUPPORT_SCHEME)}`).toBe('weird://host/a')
    expect(`${parse('http://h/a/../b', c.CURLU_PATH_AS_IS)}`).toBe('http://h/a/../b')
    expect(`${parse('http://h/a b', c.CURLU_ALLOW_SPACE | c.CURLU_URLENCODE)}`).toBe('http://h/a%20b')
  })
})

describe('errors', () => {
  it.each([
    ['', 'CURLUE_MALFORMED_INPUT'],
    ['example.com', 'CURLUE_BAD_SCHEME'],
    ['weird://example.com', 'CURLUE_UNSUPPORTED_SCHEME'],
    ['http://', 'CURLUE_NO_HOST'],
    ['http://a b/', 'CURLUE_MALFORMED_INPUT'],
    ['http://[::x]/', 'CURLUE_BAD_IPV6'],
    ['http://example.com:99999/', 'CURLUE_BAD_PORT_NUMBER'],
  ])("'%s' is refused with %s", (url, expected) => {
    expect(code(() => parse(url))).toBe(expected)
    expect(() => parse(url)).toThrow(`'${url}'`)
  })

  it('an error names the part that is refused, and nothing changes', () => {
    const url = parse('http://example.com:80/')
    expect(() => url.set('PORT', 'eighty')).toThrow(/PORT.*eighty/)
    expect(code(() => url.set('PORT', 'eighty'))).toBe('CURLUE_BAD_PORT_NUMBER')
    expect(`${url}`).toBe('http://example.com:80/')
    expect(() => url.set('HOST', 1 as never)).toThrow(TypeError)
    expect(() => url.set('HOST', 'a\0b')).toThrow(RangeError)
    expect(code(() => url.get('PARTY' as never))).toBe('CURLUE_UNKNOWN_PART')
    expect(() => url.get('toString' as never)).toThrow(/toString/)
  })

  it('an invalid URL is refused', () => {
    expect(code(() => parse().set('HOST', 'example.com').toString())).toBe('CURLUE_NO_SCHEME')
    expect(code(() => parse().set('SCHEME', 'http').toString())).toBe('CURLUE_NO_HOST')
    expect(code(() => parse('http://me@example.com/', c.CURLU_DISALLOW_USER))).toBe('CURLUE_USER_NOT_ALLOWED')
  })

  it('a closed CurlUrl says so', () => {
    const url = new CurlUrl('http://example.com/')
    url.close()
    url.close()
    expect(() => url.toString()).toThrow(/closed/)
    expect(() => parse(url)).toThrow(/closed/)
  })
})

describe('as Node’s URL', () => {
  const pick = chooser(1)
  const label = (): string => pick.text('abcdefghijklmnopqrstuvwxyz0123456789', 1, 10)
  const plain = 'ABCxyz019-._~!$&()*+,;=:@'
  const some = (make: () => string): string => (pick.integer(0, 1) ? make() : '')
  const segment = (): string => `x${pick.text(plain, 0, 8)}`

  function randomUrl(): string {
    const login = some(
      () => `${pick.text('abcXYZ019-._~', 1, 8)}${some(() => `:${pick.text('abcXYZ019-._~', 1, 8)}`)}@`,
    )
    const host = pick.one([`${label()}.${label()}.example`, '192.0.2.1', '[2001:db8::1]'])
    const path = Array.from(
      { length: pick.integer(1, 5) },
      () => `/${pick.one([segment(), '.', '..', '%41%2F'])}`,
    ).join('')
    return (
      pick.one(['http://', 'https://', 'ftp://']) +
      login +
      host +
      some(() => `:${pick.integer(1024, 65535)}`) +
      path +
      some(() => `?${pick.text(`${plain}/?`, 1, 12)}`) +
      some(() => `#${pick.text(`${plain}/?`, 1, 12)}`)
    )
  }

  it('1000 URLs have the same parts, and are written the same', () => {
    for (let i = 0; i < 1000; i++) {
      const text = randomUrl()
      const node = new URL(text)
      using url = new CurlUrl(text)
      expect({
        text,
        protocol: `${url.get('SCHEME')}:`,
        username: url.get('USER') ?? '',
        password: url.get('PASSWORD') ?? '',
        hostname: url.get('HOST'),
        port: url.get('PORT') ?? '',
        pathname: url.get('PATH'),
        search: url.get('QUERY') === null ? '' : `?${url.get('QUERY')}`,
        hash: url.get('FRAGMENT') === null ? '' : `#${url.get('FRAGMENT')}`,
        href: `${url}`,
      }).toEqual({
        text,
        protocol: node.protocol,
        username: node.username,
        password: node.password,
        hostname: node.hostname,
        port: node.port,
        pathname: node.pathname,
        search: node.search,
        hash: node.hash,
        href: node.href,
      })
    }
  })

  it('1000 URLs that are made of parts are parsed into the same parts', () => {
    for (let i = 0; i < 1000; i++) {
      using url = new CurlUrl(randomUrl())
      using again = new CurlUrl()
      const parts = ['SCHEME', 'USER', 'PASSWORD', 'HOST', 'PORT', 'PATH', 'QUERY', 'FRAGMENT'] as const
      for (const part of parts) again.set(part, url.get(part))
      expect(`${again}`).toBe(`${url}`)
    }
  })

  // the examples of RFC 3986, section 5.4, that are URLs with an authority
  it.each(
    ['g', './g', 'g/', '/g', '//g', '?y', 'g?y', '#s', 'g#s', 'g?y#s', ';x', 'g;x', 'g;x?y#s', '.', './', '..', '../']
      .concat(['../g', '../..', '../../', '../../g', '../../../g', '/./g', '/../g', 'g.', '.g', 'g..', '..g', './../g'])
      .concat(['./g/.', 'g/./h', 'g/../h', 'g;x=1/./y', 'g;x=1/../y', 'g?y/./x', 'g?y/../x', 'g#s/./x', 'g#s/../x']),
  )('%s leads to the same place', (relative) => {
    const base = 'http://a/b/c/d;p?q'
    expect(`${parse(base).set('URL', relative)}`).toBe(new URL(relative, base).href)
  })
})

describe('CURLU', () => {
  let server: http.Server
  let base: string
  beforeAll(async () => {
    server = http.createServer((request, response) => void response.end(request.url))
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  })
  afterAll(() => void server.close())

  it('a transfer uses a CurlUrl as it was when it was set', async () => {
    using multi = new Multi()
    using easy = new Easy()
    const url = parse(`${base}/then`)
    easy.setopt('CURLU', url)
    url.set('PATH', '/later').close()
    const { body } = await transfer(multi, 'http://unused.example/', { CURLU: parse(`${base}/a?b`) }, easy)
    expect(body.toString()).toBe('/a?b')
    expect(() => easy.setopt('CURLU', url)).toThrow(/closed/)
  })

  it('nothing is left allocated', () => {
    const cycle = (): void => {
      using easy = new Easy()
      using url = new CurlUrl(`${base}/path?query#fragment`)
      using copy = new CurlUrl(url)
      easy.setopt('CURLU', copy).setopt('CURLU', `${base}/`)
      for (const part of ['URL', 'HOST', 'QUERY', 'USER'] as const) url.get(part)
      copy.set('QUERY', 'other').set('QUERY', null).toString()
      expect(() => new CurlUrl('bad url')).toThrow(CurlUrlError)
      expect(() => easy.setopt('CURLU', 'http://[bad/')).toThrow(/setopt\(CURLU\)/)
      expect(() => url.set('PORT', 'x')).toThrow()
    }
    cycle()
    const before = counts().memory
    for (let i = 0; i < 100; i++) cycle()
    // a block may be a few bytes larger than needed, but a leak would grow in every cycle
    expect(counts().memory - before).toBeLessThan(100 * 16)
  })
})
