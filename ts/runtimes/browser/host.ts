// What a page or a Worker offers: certificates that come with the package, and no sockets of its own, so a transport such
// as wispTransport() has to be given.
import type { HostOptions } from '../../../shim/host.js'
import { TransportError, type Transport } from '../../../shim/transports/transport.js'
import { trustOnDemand } from '../trust.js'
import { webHost } from '../web-host.js'

/**
 * The CA certificates. They are imported, and so a file of their own: bundlers know how to split that off, while servers may
 * have reasons not to hand out a .pem (Vite's for development does not).
 */
const trust = trustOnDemand(async () => (await import('../../../cacert.inline.js')).default)

/** No sockets: what is tried fails with ENETUNREACH. */
export const noTransport: Transport = {
  connect() {
    throw new TransportError('ENETUNREACH')
  },
  async resolve() {
    throw new TransportError('ENOTFOUND')
  },
}

export function browserHost(): HostOptions {
  return { ...webHost(noTransport, trust.certificates), through: trust.through }
}
