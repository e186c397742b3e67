// Makes ts/libcurl/option-types.gen.ts, the types of all options and infos: `node options.mjs INCLUDE_DIR` prints it.
// Called by `make constants`, and a test checks that the committed file is up to date.
//
// Names, classes and replacements come from libcurl's headers, and the version that added a symbol from
// symbols-in-versions of its pinned source. setopt.c there says which numbers are switches, ts/libcurl/constants.gen.ts
// has the constants, and descriptions.txt the description of each option. The tables here have the rest. A missing or
// an unused entry is an error.
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/** The TypeScript types for the classes CURLOPTTYPE_* and CURLINFO_*. null resets an option. */
const OPTION_CLASSES = {
  LONG: 'number',
  OFF_T: 'number | bigint',
  STRINGPOINT: 'string | null',
  SLISTPOINT: 'readonly (string | Uint8Array)[] | null',
  BLOB: 'Bytes | null',
  CBPOINT: 'unknown',
}
const INFO_CLASSES = {
  STRING: 'string | null',
  LONG: 'number',
  DOUBLE: 'number',
  OFF_T: 'number',
  SLIST: 'string[]',
  SOCKET: 'number',
}

/** Types of symbols whose class does not say enough. `never` means not available, and descriptions.txt says why. */
const TYPES = {
  CURLOPT_CONNECT_ONLY: 'boolean | 0 | 1 | 2',
  CURLOPT_CONV_FROM_NETWORK_FUNCTION: 'never',
  CURLOPT_CONV_FROM_UTF8_FUNCTION: 'never',
  CURLOPT_CONV_TO_NETWORK_FUNCTION: 'never',
  CURLOPT_COPYPOSTFIELDS: 'Bytes | null',
  CURLOPT_CURLU: 'CurlUrl | URL | string | null',
  CURLOPT_DNS_USE_GLOBAL_CACHE: 'OnOff',
  CURLOPT_DOH_URL: 'string | URL | null',
  CURLOPT_ERRORBUFFER: 'never',
  CURLOPT_FOLLOWLOCATION: 'boolean | 0 | CurlFollow',
  CURLOPT_HTTPPOST: 'never',
  CURLOPT_MIMEPOST: 'readonly MimePart[] | null',
  CURLOPT_POSTFIELDS: 'Bytes | null',
  CURLOPT_PRE_PROXY: 'string | URL | null',
  CURLOPT_PRIVATE: 'unknown',
  CURLOPT_PROXY: 'string | URL | null',
  CURLOPT_REFERER: 'string | URL | null',
  CURLOPT_RTSP_STREAM_URI: 'string | URL | null',
  CURLOPT_SHARE: 'Share | null',
  CURLOPT_SSLENGINE_DEFAULT: 'OnOff',
  CURLOPT_SSL_CTX_DATA: 'never',
  CURLOPT_SSL_CTX_FUNCTION: 'never',
  CURLOPT_SSL_ENABLE_NPN: 'OnOff',
  CURLOPT_SSL_FALSESTART: 'OnOff',
  CURLOPT_STDERR: 'string | null',
  CURLOPT_STREAM_DEPENDS: 'Easy | null',
  CURLOPT_STREAM_DEPENDS_E: 'Easy | null',
  CURLOPT_URL: 'string | URL | null',
  CURLINFO_CERTINFO: 'string[][]',
  CURLINFO_PRIVATE: 'unknown',
  CURLINFO_TLS_SESSION: 'never',
  CURLINFO_TLS_SSL_PTR: 'never',
  CURLINFO_USED_PROXY: '0 | 1',
  CURLINFO_CONDITION_UNMET: '0 | 1',
  CURLMOPT_NOTIFYDATA: 'unknown',
  CURLMOPT_PIPELINING_SERVER_BL: 'null',
  CURLMOPT_PIPELINING_SITE_BL: 'null',
  CURLMOPT_PUSHDATA: 'unknown',
  CURLMOPT_QUICK_EXIT: 'OnOff',
  CURLMOPT_SOCKETDATA: 'unknown',
  CURLMOPT_TIMERDATA: 'unknown',
  CURLSHOPT_LOCKFUNC: 'never',
  CURLSHOPT_UNLOCKFUNC: 'never',
  CURLSHOPT_USERDATA: 'never',
}

/** Types whose values are constants: the pattern of the constants, and the options and infos with this type. */
const ENUMERATIONS = {
  CurlFileType: [/^CURLFILETYPE_/],
  CurlFollow: [/^CURLFOLLOW_/],
  CurlFtpAuth: [/^CURLFTPAUTH_/, 'CURLOPT_FTPSSLAUTH'],
  CurlFtpClearChannel: [/^CURLFTPSSL_CCC_/, 'CURLOPT_FTP_SSL_CCC'],
  CurlFtpCreateDir: [/^CURLFTP_CREATE_DIR/, 'CURLOPT_FTP_CREATE_MISSING_DIRS'],
  CurlFtpMethod: [/^CURLFTPMETHOD_/, 'CURLOPT_FTP_FILEMETHOD'],
  CurlHeaderOpt: [/^CURLHEADER_/, 'CURLOPT_HEADEROPT'],
  CurlHttpSignature: [/^CURLHTTPSIG_/, 'CURLOPT_HTTPSIG_ALGORITHM'],
  CurlHttpVersion: [/^CURL_HTTP_VERSION_/, 'CURLOPT_HTTP_VERSION', 'CURLINFO_HTTP_VERSION'],
  CurlInfoType: [/^CURLINFO_(TEXT|HEADER_IN|HEADER_OUT|DATA_IN|DATA_OUT|SSL_DATA_IN|SSL_DATA_OUT)$/],
  CurlIoCommand: [/^CURLIOCMD_/],
  CurlIpResolve: [/^CURL_IPRESOLVE_/, 'CURLOPT_IPRESOLVE'],
  CurlKhMatch: [/^CURLKHMATCH_/],
  CurlKhStat: [/^CURLKHSTAT_/],
  CurlKhType: [/^CURLKHTYPE_/],
  CurlLockData: [/^CURL_LOCK_DATA_(?!NONE|SHARE)/, 'CURLSHOPT_SHARE', 'CURLSHOPT_UNSHARE'],
  CurlNetrc: [/^CURL_NETRC_/, 'CURLOPT_NETRC'],
  CurlNotification: [/^CURLMNOTIFY_/],
  CurlPoll: [/^CURL_POLL_/],
  CurlProxyError: [/^CURLPX_/, 'CURLINFO_PROXY_ERROR'],
  CurlProxyType: [/^CURLPROXY_/, 'CURLOPT_PROXYTYPE'],
  CurlRtspRequest: [/^CURL_RTSPREQ_/, 'CURLOPT_RTSP_REQUEST'],
  CurlSocketPurpose: [/^CURLSOCKTYPE_/],
  CurlTimeCondition: [/^CURL_TIMECOND_/, 'CURLOPT_TIMECONDITION'],
  CurlUseSsl: [/^CURLUSESSL_/, 'CURLOPT_USE_SSL'],
}

/** Options and infos whose value is a sum of constants. Their type is number, so the comment lists the constants. */
const BITS = [
  [/^CURLALTSVC_/, 'CURLOPT_ALTSVC_CTRL'],
  [/^CURLAUTH_/, 'CURLOPT_HTTPAUTH', 'CURLOPT_PROXYAUTH', 'CURLOPT_SOCKS5_AUTH'],
  [/^CURLAUTH_/, 'CURLINFO_HTTPAUTH_AVAIL', 'CURLINFO_HTTPAUTH_USED'],
  [/^CURLAUTH_/, 'CURLINFO_PROXYAUTH_AVAIL', 'CURLINFO_PROXYAUTH_USED'],
  [/^CURLGSSAPI_/, 'CURLOPT_GSSAPI_DELEGATION'],
  [/^CURLHSTS_/, 'CURLOPT_HSTS_CTRL'],
  [/^CURLMIMEOPT_/, 'CURLOPT_MIME_OPTIONS'],
  [/^CURLMNWC_/, 'CURLMOPT_NETWORK_CHANGED'],
  [/^CURLPIPE_/, 'CURLMOPT_PIPELINING'],
  [/^CURLPROTO_/, 'CURLOPT_PROTOCOLS', 'CURLOPT_REDIR_PROTOCOLS', 'CURLINFO_PROTOCOL'],
  [/^CURLSSH_AUTH_/, 'CURLOPT_SSH_AUTH_TYPES'],
  [/^CURLSSLOPT_/, 'CURLOPT_SSL_OPTIONS', 'CURLOPT_PROXY_SSL_OPTIONS'],
  [/^CURLULFLAG_/, 'CURLOPT_UPLOAD_FLAGS'],
  [/^CURLWS_(RAW_MODE|NOAUTOPONG)$/, 'CURLOPT_WS_OPTIONS'],
  [/^CURL_REDIR_/, 'CURLOPT_POSTREDIR'],
  [/^CURL_SSLVERSION_(?!SSL)/, 'CURLOPT_SSLVERSION', 'CURLOPT_PROXY_SSLVERSION'],
]
/** If there are more constants than this, the comment only has their prefix. */
const MOST_LISTED = 16

// --- reading the sources ---

const include = process.argv[2]
const read = (file) => readFileSync(new URL(file, import.meta.url), 'utf8')
const header = (name) => readFileSync(join(include, 'curl', name), 'utf8').replace(/\/\*[\s\S]*?\*\//g, ' ')
const curlHeader = header('curl.h')
const multiHeader = header('multi.h')

const archive = execFileSync(process.execPath, [new URL('../../curl-src/fetch.mjs', import.meta.url).pathname, 'curl'])
const fromSource = (member) =>
  execFileSync('tar', ['-xOf', archive.toString().trim(), '--wildcards', '--no-wildcards-match-slash', `*/${member}`], {
    encoding: 'utf8',
  })

const constants = [...read('../../ts/libcurl/constants.gen.ts').matchAll(/^export const (CURL\w+) = /gm)].map(
  (m) => m[1],
)
const descriptions = new Map(
  [...read('descriptions.txt').matchAll(/^(CURL\w+)\t(.+)$/gm)].map(([, symbol, line]) => [symbol, line]),
)
/** symbol -> the version that added it, and the one that deprecated it */
const versions = new Map(
  [...fromSource('docs/libcurl/symbols-in-versions').matchAll(/^(CURL\w+)[ ]+([\d.]+)(?:[ ]+([\d.]+|-))?/gm)].map(
    ([, symbol, since, deprecated]) => [symbol, { since, deprecated: deprecated === '-' ? undefined : deprecated }],
  ),
)
const switches = new Set(
  /^static CURLcode setopt_long_bool\([\s\S]*?^}/m.exec(fromSource('lib/setopt.c'))[0].match(/CURLOPT_\w+(?=:)/g),
)

/** symbol -> the symbol that replaces it: aliases of the headers, and replacements of deprecated ones */
const aliases = new Map(
  [...curlHeader.matchAll(/^#define (CURL(?:OPT|INFO)_\w+)\s+(CURL(?:OPT|INFO)_\w+)\s*$/gm)].map((m) => [m[1], m[2]]),
)
const replacements = new Map([
  ...[...curlHeader.matchAll(/CURLOPTDEPRECATED\(\s*(CURLOPT_\w+),[^"]*"Use (\w+)"/g)].map((m) => [m[1], m[2]]),
  ...[...curlHeader.matchAll(/(CURLINFO_\w+)\s+CURL_DEPRECATED\([\d.]+,\s*"Use (\w+)"/g)].map((m) => [m[1], m[2]]),
  ...aliases,
])

/** symbol -> class, for all declarations in a header that match the pattern */
const classes = (text, pattern) => new Map([...text.matchAll(pattern)].map(([, symbol, type]) => [symbol, type]))
const OPTION = /CURLOPT(?:DEPRECATED)?\(\s*(CURLM?OPT_\w+),\s*CURLOPTTYPE_(\w+)/g
const tables = {
  EasyOptions: classes(curlHeader, OPTION),
  Infos: classes(curlHeader, /(CURLINFO_\w+)(?:\s+CURL_DEPRECATED\([^)]*\))?\s*=\s*CURLINFO_(\w+)\s*\+/g),
  MultiOptions: classes(multiHeader, OPTION),
  MultiInfos: classes(multiHeader, /(CURLMINFO_(?!NONE|LAST)\w+)()/g),
  ShareOptions: classes(curlHeader, /(CURLSHOPT_(?!NONE|LAST)\w+)()/g),
}
for (const [alias, symbol] of aliases) {
  const table = symbol.startsWith('CURLOPT_') ? tables.EasyOptions : tables.Infos
  if (table.has(symbol)) table.set(alias, table.get(symbol))
}

// --- the types ---

const known = new Set(Object.values(tables).flatMap((table) => [...table.keys()]))
const used = new Set()

function fail(why) {
  console.error(`options.mjs: ${why}`)
  process.exit(1)
}

function use(symbol) {
  if (!known.has(symbol)) fail(`a table here has ${symbol}, but libcurl does not`)
  return symbol
}

const members = (pattern) => constants.filter((name) => pattern.test(name))
const enumerationOf = new Map(
  Object.entries(ENUMERATIONS).flatMap(([type, [, ...symbols]]) => symbols.map((symbol) => [use(symbol), type])),
)
const bitsOf = new Map(
  BITS.flatMap(([pattern, ...symbols]) => symbols.map((symbol) => [use(symbol), members(pattern)])),
)
Object.keys(TYPES).forEach(use)

const nameOf = (symbol) => symbol.replace(/^CURL[A-Z]*_/, '')

function typeOf(symbol, of) {
  const name = nameOf(symbol)
  if (aliases.has(symbol)) return typeOf(aliases.get(symbol), of)
  if (TYPES[symbol]) return TYPES[symbol]
  if (enumerationOf.has(symbol)) return enumerationOf.get(symbol)
  if (bitsOf.has(symbol) || symbol.startsWith('CURLMINFO_')) return 'number'
  if (switches.has(symbol)) return 'OnOff'
  if (of === 'FUNCTIONPOINT') return `${symbol.startsWith('CURLMOPT_') ? 'Multi' : 'Easy'}Callbacks['${name}'] | null`
  const type = (symbol.startsWith('CURLINFO_') ? INFO_CLASSES : OPTION_CLASSES)[of]
  return type ?? fail(`add the type of ${symbol}, whose class ${of} is not known here`)
}

// --- the comments ---

function commonPrefix(a, b) {
  let length = 0
  while (length < a.length && a[length] === b[length]) length++
  return a.slice(0, length)
}

function listed(names) {
  return names.length <= MOST_LISTED ? names.join(', ') : `${names.reduce(commonPrefix)}*`
}

/** Splits a text into lines of at most 120 columns. */
function wrap(text, indent) {
  const lines = ['']
  for (const word of text.split(' ')) {
    if (indent.length + 3 + lines.at(-1).length + 1 + word.length > 120) lines.push(word)
    else lines.push(`${lines.pop()} ${word}`.trimStart())
  }
  return lines
}

function comment(paragraphs, indent) {
  const lines = paragraphs.flatMap((text) => wrap(text, indent))
  return [`${indent}/**`, ...lines.map((line) => `${indent} * ${line}`), `${indent} */`]
}

function describe(symbol, indent) {
  const meant = aliases.get(symbol) ?? symbol
  const line = aliases.has(symbol) ? `The old name of ${nameOf(meant)}.` : descriptions.get(symbol)
  if (!line) fail(`descriptions.txt has no line for ${symbol}`)
  used.add(symbol)
  const { since, deprecated } = versions.get(symbol) ?? fail(`symbols-in-versions has no ${symbol}`)
  const enumeration = /\bCurl(?!Url)\w+/.exec(TYPES[meant] ?? '')?.[0] ?? enumerationOf.get(meant)
  const values = enumeration ? members(ENUMERATIONS[enumeration][0]) : bitsOf.get(meant)
  const replacement = replacements.get(symbol)
  return comment(
    [
      line,
      ...(values ? [`${enumeration ? 'One of' : 'Bits:'} ${listed(values)}.`] : []),
      `@see ${meant}(3)`,
      `@since ${since}`,
      ...(deprecated ? [`@deprecated since ${deprecated}${replacement ? `: use ${nameOf(replacement)}` : ''}`] : []),
    ],
    indent,
  )
}

// --- the file ---

const sorted = (table) => [...table].sort(([a], [b]) => (a < b ? -1 : 1))

function enumerationType(type, [pattern]) {
  const names = members(pattern)
  if (names.length === 0) fail(`no constant matches the pattern of ${type}`)
  return [
    `/** One of the constants ${names.reduce(commonPrefix)}*. */`,
    `export type ${type} =`,
    ...names.map((name) => `  | typeof c.${name}`),
    '',
  ]
}

function interfaceOf(type, what) {
  const lines = sorted(tables[type]).flatMap(([symbol, of]) => [
    ...describe(symbol, '  '),
    `  ${nameOf(symbol)}: ${typeOf(symbol, of)}`,
  ])
  return [`/** ${what} */`, `export interface ${type} {`, ...lines, '}', '']
}

const setter = (names, type) => `setopt(option: ${names}, value: ${type}): this`
const getter = (method) => (names, type) => `${method}(info: ${names}): ${type}`

/** Adds a signature for each member of some tables to a class. */
function signatures(file, type, methods) {
  const lines = Object.entries(methods).flatMap(([table, signature]) =>
    sorted(tables[table]).flatMap(([symbol, of]) => [
      ...describe(symbol, '    '),
      `    ${signature(`'${nameOf(symbol)}' | '${symbol}'`, typeOf(symbol, of))}`,
    ]),
  )
  return [`declare module '${file}' {`, `  interface ${type} {`, ...lines, '  }', '}', '']
}

const lines = [
  '// The types of all options and infos of libcurl, made by wasm/abi/options.mjs (`make constants`). Not edited by hand.',
  '//',
  '// The methods take their types from the interfaces. The signatures at the end repeat them, one for each name, because',
  '// an editor shows the comment of the signature that is called, and strikes out the call of a deprecated one.',
  "import type { EasyCallbacks } from './callback-types.js'",
  "import type * as c from './constants.gen.js'",
  "import type { Easy } from './easy.js'",
  "import type { MimePart } from './mime.js'",
  "import type { MultiCallbacks } from './multi-callbacks.js'",
  "import type { Bytes, OnOff } from './option-values.js'",
  "import type { Share } from './share.js'",
  "import type { CurlUrl } from './url.js'",
  '',
  ...Object.entries(ENUMERATIONS).flatMap(([type, entry]) => enumerationType(type, entry)),
  ...interfaceOf('EasyOptions', "The options of an easy handle, by name without 'CURLOPT_'."),
  ...interfaceOf('Infos', "The results of a transfer, by name without 'CURLINFO_'."),
  ...interfaceOf('MultiOptions', "The options of a multi handle, by name without 'CURLMOPT_'."),
  ...interfaceOf('MultiInfos', "The counts of a multi handle, by name without 'CURLMINFO_'."),
  ...interfaceOf('ShareOptions', "The options of a share handle, by name without 'CURLSHOPT_'."),
  ...signatures('./easy.js', 'Easy', { EasyOptions: setter, Infos: getter('getinfo') }),
  ...signatures('./multi.js', 'Multi', { MultiOptions: setter, MultiInfos: getter('getOffT') }),
  ...signatures('./share.js', 'Share', { ShareOptions: setter }),
]
const unused = [...descriptions.keys()].filter((symbol) => !used.has(symbol))
if (unused.length) fail(`descriptions.txt has lines for symbols that libcurl does not have: ${unused.join(', ')}`)
console.log(lines.join('\n').trimEnd())
