// The types of options and infos match the module: names and classes are compared with its own table, and every option
// gets values of every type. `tsc -p test` checks that wrong types do not compile.
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, expectTypeOf, it } from 'vitest'
import init, * as c from 'libcurl-wasm'
import {
  CURLAUTH_BASIC,
  CURLAUTH_DIGEST,
  CURL_HTTP_VERSION_2TLS,
  CURL_LOCK_DATA_DNS,
  CURL_SSLVERSION_MAX_TLSv1_3,
  CURL_SSLVERSION_TLSv1_2,
  CurlError,
  CurlUrl,
  Easy,
  LibcurlError,
  Multi,
  Share,
  type CurlCode,
  type CurlHttpVersion,
  type CurlInfoType,
  type CurlPoll,
  type EasyOptions,
  type Infos,
  type MultiOptions,
  type ShareOptions,
} from 'libcurl-wasm'
import { current } from '../../dist/js/internals.js'
import { scratch } from '../servers/scratch.js'

await init()
const root = new URL('../..', import.meta.url).pathname
const generated = readFileSync(join(root, 'ts/libcurl/option-types.gen.ts'), 'utf8')
const folder = scratch()

/** The members of an interface of ts/libcurl/option-types.gen.ts: name -> type. */
function membersOf(type: string): Map<string, string> {
  const [, body] = new RegExp(`^export interface ${type} \\{\n([\\s\\S]*?)^\\}`, 'm').exec(generated)!
  return new Map([...body!.matchAll(/^ {2}(\w+): (.+)$/gm)].map(([, name, members]) => [name!, members!]))
}

const options = membersOf('EasyOptions')
const infos = membersOf('Infos')

/** The TypeScript types that are allowed for the classes of libcurl's table. */
const NUMBER = /^(number|OnOff|Curl\w+|boolean \| [\w |]+)$/
const CLASSES: Record<number, RegExp> = {
  [c.CURLOT_LONG]: NUMBER,
  [c.CURLOT_VALUES]: NUMBER,
  [c.CURLOT_OFF_T]: /^number \| bigint$/,
  [c.CURLOT_OBJECT]: /^(unknown|never|.+ \| null)$/,
  [c.CURLOT_STRING]: /^string( \| URL)? \| null$/,
  [c.CURLOT_SLIST]: /^readonly \(string \| Uint8Array\)\[\] \| null$/,
  [c.CURLOT_CBPTR]: /^(unknown|never)$/,
  [c.CURLOT_BLOB]: /^Bytes \| null$/,
  [c.CURLOT_FUNCTION]: /^(EasyCallbacks\['\w+'\] \| null|never)$/,
}
/** The same for the class of an info, which is in its bits, and of a multi option, which is in its thousands. */
const INFO_CLASSES: Record<number, RegExp> = {
  0x100000: /^(string \| null|unknown)$/,
  0x200000: /^(number|0 \| 1|Curl\w+)$/,
  0x300000: /^number$/,
  0x400000: /^(string\[\]|string\[\]\[\]|never)$/,
  0x500000: /^number$/,
  0x600000: /^number$/,
}
const MULTI_CLASSES = [NUMBER, /^(unknown|null)$/, /^MultiCallbacks\['\w+'\] \| null$/, /^number \| bigint$/]

describe('the generated types', () => {
  it('ts/libcurl/option-types.gen.ts is what libcurl’s headers and source say', () => {
    const made = execFileSync(process.execPath, ['wasm/abi/options.mjs', 'build/lib/curl/include'], {
      cwd: root,
      encoding: 'utf8',
    })
    expect(generated).toBe(made)
  })

  it('every option of the module is there, with a type of its class', () => {
    const names = c.optionNames()
    expect([...options.keys()].sort()).toEqual(names.sort())
    for (const name of names) {
      const { type } = current().option(name)!
      expect([name, options.get(name)]).toEqual([name, expect.stringMatching(CLASSES[type]!)])
    }
  })

  it('an option is found by its name, its number and its old name, but by no other', () => {
    const option = (which: string | number) => current().option(which)
    expect(option('ACCEPT_ENCODING')).toEqual({ name: 'ACCEPT_ENCODING', id: 10102, type: c.CURLOT_STRING })
    expect(option(10102)).toEqual(option('ACCEPT_ENCODING'))
    expect(option('ENCODING')).toEqual(option('ACCEPT_ENCODING'))
    for (const none of ['url', 'Url', 'URL\0', '', 'NOPE', 0, -1, 10102.5, NaN])
      expect([none, option(none)]).toEqual([none, null])
    const set = (name: unknown) => new Easy().setopt(name as 'URL', 'x')
    for (const none of ['url', 'NOPE', 123456]) expect(() => set(none)).toThrow(`libcurl has no option`)
  })

  it('so is every info, multi option, count and share option', () => {
    expect([...infos.keys()].sort()).toEqual(Object.keys(c.infos).sort())
    for (const [name, id] of Object.entries(c.infos)) {
      expect([name, infos.get(name)]).toEqual([name, expect.stringMatching(INFO_CLASSES[id & 0xf00000]!)])
    }
    const multiOptions = membersOf('MultiOptions')
    expect([...multiOptions.keys()].sort()).toEqual(Object.keys(c.multiOptions).sort())
    for (const [name, id] of Object.entries(c.multiOptions)) {
      const of = MULTI_CLASSES[Math.floor(id / 10000)]!
      expect([name, multiOptions.get(name)]).toEqual([name, expect.stringMatching(of)])
    }
    expect([...membersOf('MultiInfos').keys()].sort()).toEqual(Object.keys(c.multiInfos).sort())
    const shareOptions = Object.keys(c).filter((name) => /^CURLSHOPT_(?!NONE)/.test(name))
    expect([...membersOf('ShareOptions').keys()].map((name) => `CURLSHOPT_${name}`)).toEqual(shareOptions.sort())
  })
})

const url = new CurlUrl('http://example.com/')
const share = new Share()
const other = new Easy()

/** A valid value of a type of setopt(). */
function sample(type: string, name: string): unknown {
  const samples: Record<string, unknown> = {
    number: 1,
    OnOff: true,
    'number | bigint': 1n,
    'readonly (string | Uint8Array)[] | null': ['a: b', Uint8Array.of(1)],
    'Bytes | null': Uint8Array.of(1),
    'readonly MimePart[] | null': [{ name: 'n', data: 'd' }],
    'CurlUrl | URL | string | null': url,
    'Share | null': share,
    'Easy | null': other,
    unknown: { any: 'thing' },
    null: null,
  }
  if (type in samples) return samples[type]
  if (type.startsWith('string')) return join(folder, name)
  if (type.startsWith('boolean')) return true
  if (type.includes('Callbacks')) return () => 0
  const constant = /One of (\w+),/.exec(commentOf(name))![1]!
  return (c as unknown as Record<string, number>)[constant]
}

/** A value that is not of a type. Undefined if every value is. */
function wrongSample(type: string): unknown {
  if (type === 'unknown') return undefined
  return /^(number|OnOff|boolean|Curl\w+$)/.test(type) ? 'wrong' : 5
}

function commentOf(name: string): string {
  return new RegExp(`/\\*\\*((?:(?!\\*/)[\\s\\S])*)\\*/\\n {2}${name}: `).exec(generated)![1]!
}

/** The outcome of a call. 'taken' includes values that libcurl refuses for another reason than their type. */
function outcome(call: () => unknown): 'taken' | 'wrong' {
  try {
    call()
  } catch (error) {
    if (error instanceof TypeError || error instanceof RangeError) return 'wrong'
    expect(error).toBeInstanceOf(LibcurlError)
  }
  return 'taken'
}

describe('at run time', () => {
  const outcomes = (set: (value: unknown) => void, name: string, type: string): Record<string, string> => ({
    name,
    value: outcome(() => set(sample(type, name))),
    null: outcome(() => set(null)),
    ...(wrongSample(type) !== undefined && { other: outcome(() => set(wrongSample(type))) }),
  })
  const expected = (name: string, type: string): Record<string, string> => ({
    name,
    value: 'taken',
    null: /null|unknown/.test(type) ? 'taken' : 'wrong',
    ...(wrongSample(type) !== undefined && { other: 'wrong' }),
  })

  it('every option accepts values of its type, null if the type allows it, and no others', () => {
    for (const [name, type] of options) {
      if (type === 'never') continue
      using easy = new Easy()
      expect(outcomes((value) => easy.setopt(name as 'PRIVATE', value), name, type)).toEqual(expected(name, type))
    }
  })

  it('so does every multi option', () => {
    for (const [name, type] of membersOf('MultiOptions')) {
      using multi = new Multi()
      expect(outcomes((value) => multi.setopt(name as 'SOCKETDATA', value), name, type)).toEqual(expected(name, type))
    }
  })

  it('options of the type `never` accept nothing, and say so', () => {
    for (const [name, type] of options) {
      if (type !== 'never') continue
      using easy = new Easy()
      for (const value of [1, 'x', () => 0, { any: 'thing' }]) {
        expect(() => easy.setopt(name as 'PRIVATE', value)).toThrow(name)
      }
    }
    for (const name of ['LOCKFUNC', 'UNLOCKFUNC', 'USERDATA']) {
      expect(() => share.setopt(name as never, 1 as never)).toThrow(name)
    }
  })

  it('exactly the options that this build does not have are described so', () => {
    for (const [name, type] of options) {
      const comment = commentOf(name)
      if (comment.includes('The old name of')) continue
      using easy = new Easy()
      let code: string | undefined
      try {
        easy.setopt(name as 'PRIVATE', type === 'never' ? () => 0 : sample(type, name))
      } catch (error) {
        code = (error as CurlError).code
      }
      const missing = code === 'CURLE_UNKNOWN_OPTION' || code === 'CURLE_NOT_BUILT_IN'
      expect([name, /Not available|Not in this build|Refused with/.test(comment)]).toEqual([name, missing])
    }
  })

  it('every info returns what its type says', () => {
    using easy = new Easy()
    for (const [name, type] of infos) {
      if (type === 'never') {
        expect(() => easy.getinfo(name as 'PRIVATE')).toThrow(name)
        continue
      }
      const value = easy.getinfo(name as 'PRIVATE')
      const natural = value === null ? 'null' : Array.isArray(value) ? '[]' : typeof value
      const of = type === 'unknown' ? 'undefined' : /^(0|Curl)/.test(type) ? 'number' : type
      expect([name, of]).toEqual([name, expect.stringContaining(natural)])
    }
  })
})

// The following code is only compiled, and not run.

export function taken(easy: Easy, multi: Multi): void {
  easy.setopt('URL', 'http://example.com/').setopt('CURLOPT_URL', new URL('http://example.com/')).setopt('URL', null)
  easy.setopt('TIMEOUT_MS', 500).setopt('VERBOSE', true).setopt('NOBODY', 1)
  easy.setopt('HTTP_VERSION', CURL_HTTP_VERSION_2TLS)
  easy.setopt('HTTPAUTH', CURLAUTH_BASIC | CURLAUTH_DIGEST)
  easy.setopt('SSLVERSION', CURL_SSLVERSION_TLSv1_2 | CURL_SSLVERSION_MAX_TLSv1_3)
  easy.setopt('FOLLOWLOCATION', true).setopt('CONNECT_ONLY', 2)
  easy.setopt('HTTPHEADER', ['a: b'] as const).setopt('HTTPHEADER', null)
  easy.setopt('POSTFIELDS', Uint8Array.of(1)).setopt('CAINFO_BLOB', new ArrayBuffer(1)).setopt('POSTFIELDS', 'text')
  easy.setopt('MIMEPOST', [{ name: 'n', data: 'd' }, { parts: [{ file: '/f' }] }])
  easy.setopt('CURLU', new CurlUrl()).setopt('SHARE', new Share()).setopt('INFILESIZE_LARGE', 2n)
  easy.setopt('WRITEDATA', Symbol()).setopt(10002, 'http://example.com/')
  easy.setopt('CURLOPT_WRITEFUNCTION', (chunk, userdata) => {
    expectTypeOf(chunk).toEqualTypeOf<Uint8Array<ArrayBuffer>>()
    expectTypeOf(userdata).toBeUnknown()
    return chunk.length
  })
  easy.setopt('DEBUGFUNCTION', (_easy, type) => void expectTypeOf(type).toEqualTypeOf<CurlInfoType>())
  multi.setopt('SOCKETFUNCTION', (_easy, _s, what) => void expectTypeOf(what).toEqualTypeOf<CurlPoll>())
  multi.setopt('CURLMOPT_MAX_HOST_CONNECTIONS', 6).setopt('TIMERFUNCTION', null)
  for (const name of ['XFERINFOFUNCTION', 'PROGRESSFUNCTION'] as const) easy.setopt(name, null)
  const some: Partial<EasyOptions> = { TIMEOUT: 1 }
  for (const name of Object.keys(some) as (keyof EasyOptions)[]) easy.setopt(name, some[name])

  expectTypeOf(easy.getinfo('RESPONSE_CODE')).toEqualTypeOf<number>()
  expectTypeOf(easy.getinfo('CURLINFO_EFFECTIVE_URL')).toEqualTypeOf<string | null>()
  expectTypeOf(easy.getinfo('COOKIELIST')).toEqualTypeOf<string[]>()
  expectTypeOf(easy.getinfo('CERTINFO')).toEqualTypeOf<string[][]>()
  expectTypeOf(easy.getinfo('HTTP_VERSION')).toEqualTypeOf<CurlHttpVersion>()
  expectTypeOf(easy.getinfo('PRIVATE')).toBeUnknown()
  expectTypeOf(easy.getinfo(0x200002)).toBeUnknown()
  expectTypeOf(multi.getOffT('CURLMINFO_XFERS_DONE')).toEqualTypeOf<number>()
  share.setopt('SHARE', CURL_LOCK_DATA_DNS).setopt('CURLSHOPT_UNSHARE', CURL_LOCK_DATA_DNS)
}

export function refused(easy: Easy, multi: Multi): void {
  // @ts-expect-error: no such option
  easy.setopt('TIMEOUT_MSS', 500)
  // @ts-expect-error: the prefix of another handle
  easy.setopt('CURLMOPT_URL', 'x')
  // @ts-expect-error: a number is due
  easy.setopt('TIMEOUT_MS', '500')
  // @ts-expect-error: numbers cannot be reset by null
  easy.setopt('TIMEOUT_MS', null)
  // @ts-expect-error: not a boolean
  easy.setopt('TIMEOUT_MS', true)
  // @ts-expect-error: no constant of that family
  easy.setopt('HTTP_VERSION', 7)
  // @ts-expect-error: an array is due
  easy.setopt('HTTPHEADER', 'a: b')
  // @ts-expect-error: an array of strings is due
  easy.setopt('HTTPHEADER', ['a: b', 1])
  // @ts-expect-error: a part has no such member
  easy.setopt('MIMEPOST', [{ nam: 'n' }])
  // @ts-expect-error: a Share is due
  easy.setopt('SHARE', {})
  // @ts-expect-error: the callback returns a number, or nothing
  easy.setopt('WRITEFUNCTION', () => 'x')
  // @ts-expect-error: the chunk is no string
  easy.setopt('WRITEFUNCTION', (chunk: string) => chunk.length)
  // @ts-expect-error: not available
  easy.setopt('ERRORBUFFER', 'x')
  // @ts-expect-error: no such info
  easy.getinfo('RESPONSE')
  // @ts-expect-error: it is a string, or null
  easy.getinfo('EFFECTIVE_URL').length
  // @ts-expect-error: no such multi option
  multi.setopt('URL', 'x')
  // @ts-expect-error: a number is due
  multi.setopt('MAXCONNECTS', 'x')
  // @ts-expect-error: no such count
  multi.getOffT('XFERS')
  // @ts-expect-error: not a kind of data that can be shared
  share.setopt('SHARE', 1)
  // @ts-expect-error: there is nothing to lock
  share.setopt('LOCKFUNC', () => 0)
  // @ts-expect-error: no symbol of libcurl
  if (new CurlError(7, '').code === 'CURLE_COULDNT_CONECT') return
}

expectTypeOf<CurlError['code']>().toEqualTypeOf<CurlCode>()
expectTypeOf<EasyOptions['URL']>().toEqualTypeOf<string | URL | null>()
expectTypeOf<Infos['TOTAL_TIME']>().toEqualTypeOf<number>()
expectTypeOf<MultiOptions['MAXCONNECTS']>().toEqualTypeOf<number>()
expectTypeOf<ShareOptions['USERDATA']>().toEqualTypeOf<never>()
