// The options of the relay on Node: those that every runtime has, and its own.
import { parseRange, type Range } from '../core/addresses.js'
import { LIST, coreSettings, each, named, type CoreOptions, type Settings } from '../core/relay-options.js'
import type { Log } from '../core/log.js'
import type { Platform } from '../core/platform.js'
import { cryptography } from '../cryptography.js'
import { openDatagrams } from './datagrams.js'
import { connect } from './origin-socket.js'
import { isOwn } from './own-addresses.js'
import { dnsResolver } from './resolver.js'

export interface RelayOptions extends CoreOptions {
  /** Whether Wisp clients may open UDP streams. Default false. */
  udp?: boolean
  /** Proxies in front of the relay whose X-Forwarded-For is trusted: addresses or ranges. */
  trustedProxies?: readonly string[]
  /** Name servers, as address or address:port. Default: those of the system. */
  dnsServers?: readonly string[]
  /** Where log lines go: pino's logger. Default: nowhere. */
  log?: Log
}

export interface NodeSettings extends Settings {
  trustedProxies: readonly Range[]
}

const platform: Platform = { connect, datagrams: openDatagrams, cryptography, isOwn }

/** @throws RangeError that names the option. */
export function settingsOf(options: RelayOptions): NodeSettings {
  const { dnsServers = [], trustedProxies = [], udp = false } = options
  const settings = coreSettings(options, platform, () => named('dnsServers', () => dnsResolver(dnsServers)), {
    udp: { test: (value) => typeof value === 'boolean', what: 'true or false' },
    trustedProxies: LIST,
    dnsServers: LIST,
    log: { test: (value) => typeof value === 'object' && value !== null, what: "pino's logger" },
  })
  return { ...settings, udp, trustedProxies: each('trustedProxies', trustedProxies, parseRange) }
}
