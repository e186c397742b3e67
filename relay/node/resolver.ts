// Resolves names by DNS only. It does not use the system's resolver, because slow names could occupy its few threads,
// nor /etc/hosts, which may name internal machines.
import { Resolver } from 'node:dns/promises'
import { localAddresses, type Resolve } from '../core/dial.js'
import { Refusal } from '../core/refusal.js'
import { CloseReason } from '../../shim/transports/relay.js'

/** How long to wait for one server, in milliseconds, and how often to ask it. */
const ATTEMPT_MS = 3000
const ATTEMPTS = 2

/**
 * Asks `servers`, or the servers of the system's configuration. IPv4 comes first, because it works nearly everywhere.
 */
export function dnsResolver(servers: readonly string[]): Resolve {
  const resolver = new Resolver({ timeout: ATTEMPT_MS, tries: ATTEMPTS })
  if (servers.length > 0) resolver.setServers(servers)
  return async (host) => {
    const local = localAddresses(host)
    if (local) return local
    const answers = await Promise.allSettled([resolver.resolve4(host), resolver.resolve6(host)])
    const addresses = answers.flatMap((answer) => (answer.status === 'fulfilled' ? answer.value : []))
    if (addresses.length > 0) return addresses
    const codes = answers.map((answer) =>
      answer.status === 'rejected' ? (answer.reason as { code?: string }).code : '',
    )
    const reason = codes.includes('ETIMEOUT') ? CloseReason.TIMEOUT : CloseReason.UNREACHABLE
    throw new Refusal(reason, `the name cannot be resolved: ${codes[0]}`)
  }
}
