// Names to addresses, by DNS and nothing else: not by the system's resolver, whose few threads slow names could occupy, and
// not by /etc/hosts, which may name machines that are nobody's business.
import { Resolver } from 'node:dns/promises'
import { Refusal } from './refusal.js'
import { CloseReason } from '../shim/transports/relay.js'

/** All addresses of a name. Rejects where there are none. */
export type Resolve = (host: string) => Promise<string[]>

/** Patience with one server, in milliseconds, and how often it is asked. */
const ATTEMPT_MS = 3000
const ATTEMPTS = 2

/** Asks `servers`, or those that the system is configured for. IPv4 comes first: it is what works nearly everywhere. */
export function dnsResolver(servers: readonly string[]): Resolve {
  const resolver = new Resolver({ timeout: ATTEMPT_MS, tries: ATTEMPTS })
  if (servers.length > 0) resolver.setServers(servers)
  return async (host) => {
    // RFC 6761 section 6.3: no server is to be asked for these
    if (host === 'localhost' || host.endsWith('.localhost')) return ['127.0.0.1', '::1']
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
