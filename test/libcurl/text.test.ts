// The functions of libcurl that need no transfer: percent-encoding, dates, versions, texts of result codes. They are
// compared with Node's.
import { describe, expect, it } from 'vitest'
import init, {
  CURLE_COULDNT_CONNECT,
  CURLMcode,
  CURLSHcode,
  CURLUcode,
  CURLcode,
  CURLM_BAD_SOCKET,
  CURLSHE_IN_USE,
  CURLUE_BAD_IPV6,
  CURL_VERSION_HTTP2,
  easyStrerror,
  escape,
  getdate,
  multiStrerror,
  optionNames,
  shareStrerror,
  unescape,
  unescapeBytes,
  urlStrerror,
  version,
  versionInfo,
} from 'libcurl-wasm'
import { counts } from '../servers/counts.js'
import { chooser } from '../servers/random.js'

await init()
const pick = chooser(2)
const bytes = (length: number): Uint8Array<ArrayBuffer> => Uint8Array.from({ length }, () => pick.integer(0, 255))
/** Random characters, also outside of the BMP. */
const text = (): string =>
  Array.from({ length: pick.integer(0, 30) }, () =>
    pick.one(['a', '%', '%4', '%zz', ' ', '+', '~', '\0', '\n', 'ü', '\ufeff', '猫', '🐱', '&=?#/']),
  ).join('')

/** Like encodeURIComponent(), which does not encode some characters that RFC 3986 reserves. */
const strict = (string: string): string =>
  encodeURIComponent(string).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  )

describe('escape and unescape', () => {
  it('1000 texts are encoded as by Node, and decoded again', () => {
    for (let i = 0; i < 1000; i++) {
      const string = text()
      expect(escape(string)).toBe(strict(string))
      expect(unescape(escape(string))).toBe(string)
    }
  })

  it('1000 times random bytes are encoded and decoded again', () => {
    for (let i = 0; i < 1000; i++) {
      const some = bytes(pick.integer(0, 100))
      expect(unescapeBytes(escape(some))).toEqual(some)
    }
    expect(unescapeBytes(escape(Uint8Array.of(0, 0xff)))).toEqual(Uint8Array.of(0, 0xff))
  })

  it('invalid escapes and plus signs stay, and invalid UTF-8 is an error', () => {
    expect(unescape('100%')).toBe('100%')
    expect(unescape('%4g+%41')).toBe('%4g+A')
    expect(unescape('%ff')).toBe('\ufffd')
    expect(unescape('a%00b')).toBe('a\0b')
    expect(unescape('')).toBe('')
    expect(escape('')).toBe('')
  })

  it('wrong types are refused, and nothing is left allocated', () => {
    expect(() => escape(5 as never)).toThrow(TypeError)
    expect(() => unescape(5 as never)).toThrow(TypeError)
    const before = counts().memory
    for (let i = 0; i < 100; i++) unescape(escape(text()))
    expect(counts().memory).toBe(before)
  })
})

describe('getdate', () => {
  it('1000 dates in the format of HTTP are parsed as by Node', () => {
    for (let i = 0; i < 1000; i++) {
      const seconds = pick.integer(0, 2 ** 31 - 1)
      expect(getdate(new Date(seconds * 1000).toUTCString())).toBe(seconds)
    }
  })

  it.each([
    ['Sun, 06 Nov 1994 08:49:37 GMT', 784111777],
    ['Sunday, 06-Nov-94 08:49:37 GMT', 784111777],
    ['Sun Nov  6 08:49:37 1994', 784111777],
    ['06 Nov 1994 08:49:37 +0100', 784108177],
    ['Nov 6 1994', 784080000],
    ['19941106 08:49:37', 784111777],
    ['1 Jan 1970 00:00:00 GMT', 0],
  ])('%s', (date, seconds) => expect(getdate(date)).toBe(seconds))

  it('wrong types are refused', () => {
    expect(() => getdate(5 as never)).toThrow(TypeError)
    expect(() => getdate('1 Jan 1970\0')).toThrow(RangeError)
  })

  it.each(['', 'yesterday', '31 Foo 1999', 'Sun, 06 Nov 1994 08:61:37 GMT'])("'%s' is no date", (date) =>
    expect(getdate(date)).toBeNull(),
  )
})

describe('versionInfo', () => {
  it('has what version() returns, in detail', () => {
    const info = versionInfo()
    expect(version()).toContain(`libcurl/${info.version} ${info.ssl_version} zlib/${info.libz_version}`)
    const [major, minor, patch] = info.version.split('.').map(Number)
    expect(info.version_num).toBe((major! << 16) | (minor! << 8) | patch!)
    for (const library of [info.brotli_version, info.zstd_version, `nghttp2/${info.nghttp2_version}`]) {
      expect(version()).toContain(` ${library}`)
    }
    expect(version()).toContain(` libidn2/${info.libidn}`)
    expect(version()).toContain(` c-ares/${info.ares}`)
    expect(version()).toContain(` libpsl/`)
    expect(info.cainfo).toBe('/libcurl-wasm/cacert.pem')
    expect(info).toMatchObject({ host: expect.stringContaining('wasm32'), capath: null })
    expect(version()).toContain(` ${info.libssh_version}`)
    expect(version()).toContain(` ${info.quic_version}`)
    expect(info).toMatchObject({ rtmp_version: null, gsasl_version: null })
  })

  it('has the protocols and features that the build has', () => {
    const { protocols, features, feature_names } = versionInfo()
    expect(protocols).toEqual(expect.arrayContaining(['ftp', 'http', 'https', 'imap', 'scp', 'sftp', 'ws', 'wss']))
    expect(protocols).toEqual([...protocols].sort())
    expect(protocols).not.toContain('ldap')
    expect(feature_names).toEqual(
      expect.arrayContaining([
        'AsynchDNS',
        'ECH',
        'HSTS',
        'HTTP2',
        'HTTP3',
        'HTTPS-proxy',
        'HTTPSRR',
        'IDN',
        'IPv6',
        'PSL',
        'SSL',
        'libz',
        'zstd',
      ]),
    )
    expect(features & CURL_VERSION_HTTP2).toBe(CURL_VERSION_HTTP2)
    expect(optionNames().length).toBeGreaterThan(300)
  })
})

describe('the texts of result codes', () => {
  it('every code of every family has its own text', () => {
    expect(easyStrerror(CURLE_COULDNT_CONNECT)).toMatch(/connect/)
    expect(multiStrerror(CURLM_BAD_SOCKET)).toMatch(/socket/)
    expect(shareStrerror(CURLSHE_IN_USE)).toMatch(/use/)
    expect(urlStrerror(CURLUE_BAD_IPV6)).toMatch(/IPv6/)
    const families = [
      [easyStrerror, CURLcode],
      [multiStrerror, CURLMcode],
      [shareStrerror, CURLSHcode],
      [urlStrerror, CURLUcode],
    ] as const
    for (const [strerror, codes] of families) {
      expect(strerror(-7)).toMatch(/nknown/)
      const named = Object.entries(codes as Record<number, string>).filter(([, name]) => !/OBSOLETE|LAST$/.test(name))
      expect(named.length).toBeGreaterThan(5)
      for (const [code, name] of named) expect(`${name}: ${strerror(Number(code))}`).not.toMatch(/nknown error|: $/)
    }
  })

  it('a wrong code is refused, and the error names the function', () => {
    for (const strerror of [easyStrerror, multiStrerror, shareStrerror, urlStrerror]) {
      expect(() => strerror('7' as never)).toThrow(TypeError)
      expect(() => strerror('7' as never)).toThrow(strerror.name)
      expect(() => strerror(0.5)).toThrow(RangeError)
    }
  })
})
