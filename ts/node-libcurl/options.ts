// The names of options and infos, from this package's own tables: Curl.option, Curl.info, and the ways to write a name.
import { infos, multiOptions } from '../libcurl/constants.gen.js'
import * as numbers from '../libcurl/numbers.gen.js'
import type { EasyOptions, Infos, MultiOptions } from '../libcurl/option-types.gen.js'

/** Options that node-libcurl does not have: pointers, and callbacks about sockets and the like. */
const UNSUPPORTED = [
  'CLOSESOCKETFUNCTION',
  'CONV_FROM_NETWORK_FUNCTION',
  'CONV_FROM_UTF8_FUNCTION',
  'CONV_TO_NETWORK_FUNCTION',
  'COPYPOSTFIELDS',
  'CURLU',
  'ERRORBUFFER',
  'IOCTLFUNCTION',
  'OPENSOCKETFUNCTION',
  'PRIVATE',
  'RESOLVER_START_FUNCTION',
  'SOCKOPTFUNCTION',
  'SSH_KEYFUNCTION',
  'SSL_CTX_FUNCTION',
  'STDERR',
] as const

/** The names of user data: here a callback has it from its closure. READDATA is a file descriptor. */
type UserData = Exclude<Extract<keyof EasyOptions, `${string}DATA`>, 'READDATA'> | `${'CHUNK' | 'FNMATCH'}_DATA`
type OldNames = 'FILE' | 'WRITEHEADER' | 'RESOLVER_START_DATA' | 'SSL_CTX_DATA'

/** The options of an Easy and a Curl, without 'CURLOPT_'. */
export type CurlOptionName = Exclude<keyof EasyOptions, (typeof UNSUPPORTED)[number] | UserData | OldNames>
export type CurlOption = { readonly [N in CurlOptionName]: N }

/** The infos of an Easy and a Curl, without 'CURLINFO_'. */
export type CurlInfoName = keyof Infos
export type CurlInfo = { readonly [N in CurlInfoName]: N }

/** The options of a Multi, without 'CURLMOPT_'. */
export type MultiOptionName = Exclude<
  keyof MultiOptions,
  `${string}DATA` | 'SOCKETFUNCTION' | 'TIMERFUNCTION' | 'NOTIFYFUNCTION' | `PIPELINING_${string}`
>
export type MultiOption = { readonly [N in MultiOptionName]: N }

/** Whether node-libcurl does not have an option of libcurl, by its present name. */
export function isUnsupported(name: string): boolean {
  return (UNSUPPORTED as readonly string[]).includes(name) || (name.endsWith('DATA') && name !== 'READDATA')
}

/** Infos that are pointers, or this package's own. They are not enumerable, because getInfo() refuses them. */
export const UNSUPPORTED_INFOS: readonly string[] = ['PRIVATE', 'TLS_SESSION', 'TLS_SSL_PTR']

const easyOptions = Object.fromEntries(
  Object.entries(numbers).flatMap(([name, number]) =>
    name.startsWith('CURLOPT_') ? [[name.slice('CURLOPT_'.length), number]] : [],
  ),
)

/** Curl.option: numbers by name. The types have the name as its value, as those of node-libcurl do. */
export const option = Object.freeze(easyOptions) as unknown as CurlOption

/** Curl.info: numbers by name. */
export const info = Object.freeze(
  Object.defineProperties(
    {},
    Object.fromEntries(
      Object.entries(infos).map(([name, value]) => [name, { value, enumerable: !UNSUPPORTED_INFOS.includes(name) }]),
    ),
  ),
) as CurlInfo

/** The name of an info, by name or number. */
export function infoName(which: string | number): string | undefined {
  if (typeof which === 'string') return Object.hasOwn(infos, which) ? which : undefined
  return Object.keys(infos).find((name) => infos[name] === which)
}

/** The name of an option of a Multi, by name or number. */
export function multiOptionName(which: string | number): string | undefined {
  if (typeof which === 'string') return Object.hasOwn(multiOptions, which) ? which : undefined
  return Object.keys(multiOptions).find((name) => multiOptions[name] === which)
}

/** How a name is written when only its letters count: 'proxyCaPath' and 'PROXY_CAPATH' are the same. */
const letters = (name: string): string => name.replaceAll('_', '').toUpperCase()

const byLetters = new Map(Object.keys(easyOptions).map((name) => [letters(name), name]))

/** The name of the option that an option of curly() is: itself, or the one with the same letters. */
export function optionOfCurly(key: string): string {
  return Object.hasOwn(easyOptions, key) ? key : (byLetters.get(letters(key)) ?? key)
}
