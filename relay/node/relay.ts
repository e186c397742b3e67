// The relay as a library: what `libcurl-wasm-relay` exports.
import * as auth from '../core/auth.js'
import { LocalVisitors } from '../core/limits.js'
import { silent } from '../core/log.js'
import { cryptography } from '../cryptography.js'
import { settingsOf, type RelayOptions } from './relay-options.js'
import { WebSocketRelay, type Relay } from './websocket-relay.js'

export type { Relay } from './websocket-relay.js'
export type { RelayOptions } from './relay-options.js'
export type { CoreOptions } from '../core/relay-options.js'
export type { Log } from '../core/log.js'
export type { Resolve } from '../core/dial.js'

/** Makes a salt and a scrypt hash (RFC 7914, N = 16384, r = 8, p = 1) of a password, for the option `passwords`. */
export function hashPassword(password: string): Promise<string> {
  return auth.hashPassword(password, cryptography)
}

/**
 * @example
 * const relay = createRelay({ origins: ['https://example.org'] })
 * server.on('upgrade', relay.handleUpgrade)
 * @throws RangeError that names the wrong option.
 */
export function createRelay(options: RelayOptions = {}): Relay {
  const settings = settingsOf(options)
  return new WebSocketRelay(settings, options.log ?? silent, new LocalVisitors(settings))
}
