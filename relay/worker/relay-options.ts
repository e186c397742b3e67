// The options of the relay as a Worker: those that every runtime has, and its own.
import { FUNCTION, coreSettings, named, type CoreOptions, type Settings, type Type } from '../core/relay-options.js'
import type { Platform } from '../core/platform.js'
import { cryptography } from '../cryptography.js'
import type { LogLine } from './log.js'
import type { LimitsNamespace } from './object-visitors.js'
import { connect } from './origin-socket.js'
import { dohResolver, dohServer } from './resolver.js'

const DOH_SERVER = 'https://cloudflare-dns.com/dns-query'

export interface RelayOptions extends CoreOptions {
  /** The server of DNS over HTTPS that is asked for addresses. Default: that of Cloudflare. */
  dohServer?: string
  /**
   * The address of the client, or another text that stands for it, such as its user, for the limits per address and the
   * log. By default CF-Connecting-IP on Cloudflare, and the address of the connection in workerd alone.
   */
  clientAddress?: (request: Request) => string
  /**
   * Durable Objects of the class RelayLimits, which count for the limits per address of all isolates. Without them each
   * isolate counts for itself.
   */
  limits?: LimitsNamespace
  /** Gets each line of the log. Default: nowhere. */
  log?: (line: LogLine) => void
}

// the runtime does not tell the addresses of its machine, and does not connect to them
const platform: Platform = { connect, datagrams: null, cryptography, isOwn: () => false }

const NAMESPACE: Type = {
  test: (value) => typeof (value as LimitsNamespace | null)?.idFromName === 'function',
  what: 'a namespace of Durable Objects',
}

/** @throws RangeError that names the option. */
export function settingsOf(options: RelayOptions): Settings {
  const resolve = () => named('dohServer', () => dohResolver(dohServer(options.dohServer ?? DOH_SERVER)))
  return coreSettings(options, platform, resolve, {
    dohServer: { test: (value) => typeof value === 'string', what: 'a URL' },
    clientAddress: FUNCTION,
    limits: NAMESPACE,
    log: FUNCTION,
  })
}
