// The options of bin/relay: one table from which they are parsed and documented, and the files that they name. Errors
// are UsageErrors that name the option, or the file and the line.
import { readFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { createSecureContext } from 'node:tls'
import { parseArgs } from 'node:util'
import { DEFAULT_LIMITS } from '../core/relay-options.js'
import { settingsOf } from './relay-options.js'
import { METRICS_HOST, type Place, type ServerOptions } from './server.js'

export class UsageError extends Error {}

type Parse = (into: CommandLine, text: string) => void

interface Option {
  /** The name of the value in the help. Without it, the option has no value. */
  value?: string
  help: string
  /** Whether it may be given more than once. Commas separate values, too. */
  many?: true
  /** The option of the library that it sets, whose errors then name this option. */
  name?: ListName | LimitName
  parse: Parse
}

export type CommandLine = Omit<ServerOptions, 'log'> & {
  relay: NonNullable<ServerOptions['relay']>
  /** Milliseconds. */
  drainTimeout: number
  /** How many processes share the work. */
  workers: number
  logLevel: string
  tlsCert?: Buffer
  tlsKey?: Buffer
}

/** Each worker is a process. */
const MAX_WORKERS = 1024
const LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']
const UNITS: Readonly<Record<string, number>> = { '': 1, k: 2 ** 10, m: 2 ** 20, g: 2 ** 30 }

function count(text: string): number {
  if (!/^\d{1,10}$/.test(text)) throw new UsageError(`"${text}" is not a whole number`)
  return Number(text)
}

/** Parses "65536", "64k" or "1M". */
function bytes(text: string): number {
  const match = /^(\d{1,10})([kmg]?)$/i.exec(text)
  if (!match) throw new UsageError(`"${text}" is not a number of bytes such as 65536, 64k or 1M`)
  return Number(match[1]) * UNITS[match[2]!.toLowerCase()]!
}

/** Parses seconds, returns milliseconds. */
function seconds(text: string): number {
  if (!/^\d{1,7}(\.\d+)?$/.test(text)) throw new UsageError(`"${text}" is not a number of seconds`)
  return Math.round(Number(text) * 1000)
}

function port(text: string): number {
  if (!/^\d{1,5}$/.test(text) || Number(text) > 65535) throw new UsageError(`"${text}" is not a port`)
  return Number(text)
}

/** Parses "9100", "127.0.0.1:9100" or "[::1]:9100". */
function place(text: string): Place {
  const match = /^(?:(?:\[([^\]]+)\]|([^:[\]]+)):)?(\d+)$/.exec(text)
  if (!match) throw new UsageError(`"${text}" is neither main, off, a port nor host:port`)
  return { host: match[1] ?? match[2] ?? METRICS_HOST, port: port(match[3]!) }
}

function file(path: string): Buffer {
  try {
    return readFileSync(path)
  } catch (error) {
    throw new UsageError(`cannot read "${path}": ${(error as Error).message}`)
  }
}

/** The lines of a file, without empty ones and comments, each with its place for messages. */
function lines(path: string): { text: string; where: string }[] {
  const all = file(path).toString('utf8').split(/\r?\n/)
  const found = all.map((text, index) => ({ text: text.trim(), where: `line ${index + 1} of "${path}"` }))
  const used = found.filter(({ text }) => text !== '' && !text.startsWith('#'))
  if (used.length === 0) throw new UsageError(`"${path}" has no entries`)
  return used
}

/** Reads a file of lines "name:value". A line may hold a secret, so no message repeats it. */
function entries(path: string, what: string): Record<string, string> {
  const result: Record<string, string> = Object.create(null)
  for (const { text, where } of lines(path)) {
    const colon = text.indexOf(':')
    if (colon < 1 || colon === text.length - 1) throw new UsageError(`${where} is not name:${what}`)
    const name = text.slice(0, colon)
    if (name in result) throw new UsageError(`${where} names "${name}" a second time`)
    result[name] = text.slice(colon + 1)
  }
  return result
}

/** Names of options whose value is a list of texts. */
type ListName =
  | 'allowHosts'
  | 'denyHosts'
  | 'allowPorts'
  | 'denyPorts'
  | 'allowRanges'
  | 'denyRanges'
  | 'origins'
  | 'trustedProxies'
  | 'dnsServers'
type LimitName = keyof typeof DEFAULT_LIMITS

function single(value: string, help: string, parse: Parse): Option {
  return { value, help, parse }
}

function list(name: ListName, value: string, help: string): Option {
  const parse: Parse = (into, text) => (into.relay[name] = [...(into.relay[name] ?? []), text])
  return { value, help, name, many: true, parse }
}

function limit(name: LimitName, value: string, read: (text: string) => number, help: string, shown?: string): Option {
  const normal = shown ?? `${DEFAULT_LIMITS[name]}`
  return { value, help: `${help} [${normal}]`, name, parse: (into, text) => (into.relay[name] = read(text)) }
}

const OPTIONS: Readonly<Record<string, Option>> = {
  port: single('PORT', 'port to listen on; 0 is any free one [9001]', (into, text) => (into.listen.port = port(text))),
  host: single('ADDRESS', 'the only address to listen on [all]', (into, text) => (into.listen.host = text)),
  'tls-cert': single('FILE', 'certificate chain in PEM, for wss', (into, text) => (into.tlsCert = file(text))),
  'tls-key': single('FILE', 'its key in PEM', (into, text) => (into.tlsKey = file(text))),

  'allow-host': list('allowHosts', 'HOST', 'the only hosts: example.org, *.example.org, addresses [all]'),
  'deny-host': list('denyHosts', 'HOST', 'hosts that are not allowed'),
  'allow-port': list('allowPorts', 'PORTS', 'the only ports: 443, 8000-8999 [all except 25]'),
  'deny-port': list('denyPorts', 'PORTS', 'ports that are not allowed [25, unless --allow-port is given]'),
  'allow-range': list('allowRanges', 'CIDR', 'addresses that are allowed although they are not public'),
  'deny-range': list('denyRanges', 'CIDR', 'addresses that are not allowed'),
  'allow-loopback': {
    help: 'the same as --allow-range 127.0.0.0/8,::1',
    parse: (into) => (into.relay.allowRanges = [...(into.relay.allowRanges ?? []), '127.0.0.0/8', '::1']),
  },
  udp: { help: 'allow UDP streams', parse: (into) => (into.relay.udp = true) },

  origin: list('origins', 'ORIGIN', "pages that may connect: https://example.org; 'none' for no page [all]"),
  'password-file': single('FILE', 'users that may connect: lines user:HASH, see --hash-password', (into, text) => {
    into.relay.passwords = entries(text, 'hash')
  }),
  'token-file': single('FILE', 'tokens that clients may use, one on each line', (into, text) => {
    into.relay.tokens = lines(text).map((line) => line.text)
  }),
  'key-file': single('FILE', 'users that may connect: lines user:KEY, raw Ed25519 keys in base64', (into, text) => {
    into.relay.keys = entries(text, 'key')
  }),
  'trusted-proxy': list('trustedProxies', 'CIDR', 'proxies whose X-Forwarded-For is believed [none]'),

  streams: limit('streams', 'N', count, 'most streams of a client'),
  clients: limit('clientsPerAddress', 'N', count, 'most clients from an IPv4 address or IPv6 /64'),
  'connect-rate': limit(
    'connectsPerSecond',
    'N',
    count,
    'most attempts to connect per second and address; 0: no limit',
  ),
  'byte-rate': limit('bytesPerSecond', 'BYTES', bytes, 'most bytes per second and address', 'no limit'),
  'max-message': limit('maxMessage', 'BYTES', bytes, 'longest message, never more than --max-buffered', '1M'),
  'max-buffered': limit('maxBuffered', 'BYTES', bytes, 'most memory for the data of a client', '16M'),
  credit: limit('credit', 'N', count, 'DATA packets of a stream that may be on their way'),
  'connect-timeout': limit('connectTimeout', 'SECONDS', seconds, 'time to resolve a name and connect', '10'),
  'idle-timeout': limit('idleTimeout', 'SECONDS', seconds, 'time without a byte until a stream is closed', '600'),
  'drain-timeout': single('SECONDS', 'how long SIGTERM waits for streams to end [30]', (into, text) => {
    into.drainTimeout = seconds(text)
  }),

  workers: single('N', "processes that share the work, or 'auto': one for each core [1]", (into, text) => {
    into.workers = text === 'auto' ? availableParallelism() : count(text)
    if (into.workers < 1 || into.workers > MAX_WORKERS)
      throw new UsageError(`"${text}" is not from 1 to ${MAX_WORKERS}`)
  }),
  motd: single('TEXT', 'a message to clients of Wisp v2', (into, text) => (into.relay.motd = text)),
  'dns-server': list('dnsServers', 'ADDRESS', "name servers to ask [the system's]"),
  metrics: single('WHERE', 'a port of 127.0.0.1, host:port, main or off [--port plus 100]', (into, text) => {
    into.metrics = text === 'main' || text === 'off' ? text : place(text)
  }),
  'log-level': single('LEVEL', `${LEVELS.join(', ')} [info]`, (into, text) => {
    if (!LEVELS.includes(text)) throw new UsageError(`"${text}" is not one of ${LEVELS.join(', ')}`)
    into.logLevel = text
  }),
}

/** What --help prints. */
export function helpText(): string {
  const width = 31
  const row = ([name, { value }]: [string, Option]): string => `  --${name}${value ? ` ${value}` : ''}`.padEnd(width)
  const rows = Object.entries(OPTIONS).map((entry) => `${row(entry)} ${entry[1].help}`)
  return [
    'Usage: libcurl-wasm-relay [options]',
    '',
    'Relays TCP (and UDP) from WebSockets to public addresses: Wisp v1 and v2 at paths that end in /,',
    'wsproxy at /host:port. Options with several values can be repeated, or have commas between them.',
    '',
    ...rows,
    `${'  --hash-password'.padEnd(width)} read a password from standard input, and print its HASH`,
    `${'  --version'.padEnd(width)} print the version`,
    `${'  --help'.padEnd(width)} print this`,
    '',
  ].join('\n')
}

/** @throws UsageError */
export function parseCommandLine(args: string[]): CommandLine | 'help' | 'version' | 'hash-password' {
  const commands = ['help', 'version', 'hash-password'] as const
  const known = Object.entries(OPTIONS).map(([name, { value }]) => [name, value ? 'string' : 'boolean'] as const)
  const types = [...known, ...commands.map((name) => [name, 'boolean'] as const)]
  const options = Object.fromEntries(types.map(([name, type]) => [name, { type, multiple: true }]))
  let values: Record<string, (string | boolean)[] | undefined>
  try {
    values = parseArgs({ args, options, strict: true, allowPositionals: false }).values as typeof values
  } catch (error) {
    throw new UsageError((error as Error).message)
  }
  for (const command of commands) if (values[command]) return command
  const result: CommandLine = { relay: {}, listen: { port: 9001 }, drainTimeout: 30_000, workers: 1, logLevel: 'info' }
  for (const [name, { many, parse }] of Object.entries(OPTIONS)) {
    const given = (values[name] ?? []).map(String)
    if (given.length > 1 && !many && given[0] !== 'true') throw new UsageError(`--${name} is given twice`)
    for (const text of many ? given.flatMap((one) => one.split(',')) : given)
      inOption(`--${name}`, () => parse(result, text))
  }
  if (Boolean(result.tlsCert) !== Boolean(result.tlsKey)) {
    throw new UsageError('--tls-cert and --tls-key need each other')
  }
  if (result.tlsCert && result.tlsKey) {
    const tls = { cert: result.tlsCert, key: result.tlsKey }
    inOption('--tls-cert and --tls-key', () => createSecureContext(tls))
    result.tls = tls
  }
  try {
    settingsOf(result.relay)
  } catch (error) {
    throw new UsageError(inOptions((error as Error).message))
  }
  return result
}

/** Makes a message about an option of the library name the option of the command line. */
function inOptions(message: string): string {
  const found = Object.entries(OPTIONS).find(([, { name }]) => name && message.startsWith(`${name}:`))
  return found ? `--${found[0]}${message.slice(found[1].name!.length)}` : message
}

function inOption(name: string, work: () => void): void {
  try {
    work()
  } catch (error) {
    throw new UsageError(`${name}: ${(error as Error).message}`)
  }
}
