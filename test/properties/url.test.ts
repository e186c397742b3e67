// Properties of URLs: CurlUrl and the platform's URL are the same in everything that RFC 3986 and the URL standard
// share.
//
// Known differences, kept out of the generators:
// - libcurl encodes nothing by itself: characters that must be encoded are generated encoded.
// - hosts: the URL standard decodes, maps and checks them (IDNA, IPv4 in all its notations), libcurl keeps most as they
//   are. The generated ones are names of lower-case letters and digits, none of which ends in a number.
// - a backslash, tabs and line ends have a special meaning only in the URL standard.
// - %2e as a dot segment: the standard treats it as one, libcurl since 8.x too, but not next to every other segment.
// - dot segments after one that is empty or begins with a dot: libcurl 8.22 keeps all of '/a/.b/..', and of '//a/.'.
// - an empty query or fragment ('?', '#'), and empty user names: libcurl drops what is empty, without CURLU_GET_EMPTY.
// - a relative reference that is empty or only a fragment: both keep the query, but libcurl cannot remove the fragment.
import init, { CurlUrl, CURLU_GET_EMPTY, CURLU_URLDECODE, CURLU_URLENCODE, CURLU_DEFAULT_PORT } from 'libcurl-wasm'
import { expect, test } from 'vitest'
import fc from './settings.js'

await init()

const letters = [...'abcdefghijklmnopqrstuvwxyz']
const label = fc.tuple(
  fc.constantFrom(...letters),
  fc.string({ unit: fc.constantFrom(...letters, ...'0123456789'), maxLength: 6 }),
  fc.constantFrom(...letters),
)
const host = fc
  .array(
    label.map((parts) => parts.join('')),
    { minLength: 1, maxLength: 3 },
  )
  .map((labels) => labels.join('.'))
const UNRESERVED = [...letters, ...'ABCXYZ0123456789-_~', '%41', '%C3%BC', '%20', '%2F']
const piece = (more: string, minLength = 0) =>
  fc.string({ unit: fc.constantFrom(...UNRESERVED, ...more), minLength, maxLength: 8 })
const segment = fc.oneof(
  { weight: 4, arbitrary: piece("!$&()*+,;=:@'.", 1).filter((text) => !text.startsWith('.')) },
  { weight: 1, arbitrary: fc.constantFrom('.', '..') },
)
const path = fc
  .tuple(fc.array(segment, { maxLength: 5 }), fc.constantFrom('', '/'))
  .map(([segments, end]) => (segments.length === 0 ? '/' : `/${segments.join('/')}${end}`))
const query = fc.option(piece('!$&()*+,;=:@/?', 1), { nil: undefined })
const fragment = fc.option(piece("!$&'()*+,;=:@/?", 1), { nil: undefined })
const port = fc.option(fc.integer({ min: 1, max: 65535 }), { nil: undefined })
const login = fc.option(fc.tuple(piece('', 1), fc.option(piece('', 1), { nil: undefined })), { nil: undefined })

const url = fc
  .record({ scheme: fc.constantFrom('http', 'https'), login, host, port, path, query, fragment })
  .map(({ scheme, login, host, port, path, query, fragment }) => {
    const user = login ? `${login[0]}${login[1] === undefined ? '' : `:${login[1]}`}@` : ''
    const tail = `${query === undefined ? '' : `?${query}`}${fragment === undefined ? '' : `#${fragment}`}`
    return `${scheme}://${user}${host}${port === undefined ? '' : `:${port}`}${path}${tail}`
  })

/** Runs on a CurlUrl, and frees it. */
function using<T>(text: string, use: (url: CurlUrl) => T): T {
  const parsed = new CurlUrl(text)
  try {
    return use(parsed)
  } finally {
    parsed.close()
  }
}

test('the parts are those of URL', () => {
  fc.assert(
    fc.property(url, (text) => {
      const expected = new URL(text)
      using(text, (url) => {
        const part = (name: Parameters<CurlUrl['get']>[0]): string => url.get(name) ?? ''
        expect(`${part('SCHEME')}:`).toBe(expected.protocol)
        expect(part('USER')).toBe(expected.username)
        expect(part('PASSWORD')).toBe(expected.password)
        expect(part('HOST')).toBe(expected.hostname)
        expect(url.get('PORT', CURLU_DEFAULT_PORT)).toBe(
          expected.port || (expected.protocol === 'https:' ? '443' : '80'),
        )
        expect(part('PATH')).toBe(expected.pathname)
        expect(part('QUERY')).toBe(expected.search.slice(1))
        expect(part('FRAGMENT')).toBe(expected.hash.slice(1))
      })
    }),
  )
})

test('what it writes is read as the same, here and by URL', () => {
  fc.assert(
    fc.property(url, (text) => {
      const written = using(text, String)
      expect(new URL(written).href).toBe(new URL(text).href)
      expect(using(written, String)).toBe(written)
    }),
  )
})

const relative = fc.oneof(
  path,
  // no colon in the first segment, because it would be a scheme
  fc.tuple(piece('', 1), fc.array(segment, { maxLength: 4 })).map(([first, rest]) => [first, ...rest].join('/')),
  fc.tuple(fc.constantFrom('..', '../..', '.', '../../../..'), path).map((parts) => parts.join('')),
  query.filter((query) => query !== undefined).map((query) => `?${query}`),
  url,
)

test('a relative URL is resolved as by URL', () => {
  fc.assert(
    fc.property(url, relative, (base, reference) => {
      using(base, (url) =>
        expect(new URL(url.set('URL', reference).toString()).href).toBe(new URL(reference, base).href),
      )
    }),
  )
})

test('a value set with URLENCODE is the same when read with URLDECODE, or decoded by URL', () => {
  const any = fc.string({ unit: 'binary', minLength: 1, maxLength: 20 })
  // URLDECODE refuses control characters, which libcurl does not allow in a URL even if encoded
  const value = any.filter((text) => !/[\0-\x1f\x7f]/.test(text))
  fc.assert(
    fc.property(value, (text) => {
      using('http://host/', (url) => {
        for (const part of ['USER', 'PASSWORD', 'FRAGMENT'] as const) {
          url.set(part, text, CURLU_URLENCODE)
          expect(url.get(part, CURLU_URLDECODE)).toBe(text)
        }
        const node = new URL(url.toString())
        expect(decodeURIComponent(node.username)).toBe(text)
        expect(decodeURIComponent(node.password)).toBe(text)
        expect(decodeURIComponent(node.hash.slice(1))).toBe(text)
        expect(url.get('QUERY', CURLU_GET_EMPTY)).toBeNull()
      })
    }),
  )
})
