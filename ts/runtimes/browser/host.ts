// The host for pages and Workers, with the certificates of the package. There are no sockets, so the application has to
// give a transport such as wispTransport().
import type { HostOptions } from '../../../shim/host.js'
import type { Transport } from '../../../shim/transports/transport.js'
import { fetchModule } from '../../common/module.js'
import type { RuntimeHost } from '../init.js'
import { trustOnDemand } from '../trust.js'
import { webHost } from '../web-host.js'

/**
 * The CA certificates, imported as JavaScript: bundlers put an import() into a file of its own, while some servers
 * refuse to serve a .pem file (Vite's development server, for example).
 */
const trust = trustOnDemand(async () => (await import('../../../cacert.inline.js')).default)

const MISSING = 'there is no transport: give one to init({ transport })'

/** The transport if none is given: no name resolves and no connection is made, and the error says why. */
export const noTransport: Transport = {
  connect() {
    throw new Error(MISSING)
  },
  async resolve() {
    throw new Error(MISSING)
  },
}

function browserHost(): HostOptions {
  return { ...webHost(noTransport, trust.certificates), through: trust.through }
}

export const browserRuntime: RuntimeHost = { host: browserHost, load: fetchModule }
