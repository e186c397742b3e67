// The host for pages and Workers, with the certificates of the package. There are no sockets, so the application has to
// give a transport such as wispTransport().
import type { HostOptions } from '../../../shim/host.js'
import { SyntheticNames } from '../../../shim/transports/names.js'
import { TransportError, type Transport } from '../../../shim/transports/transport.js'
import { fetchModule } from '../../common/module.js'
import type { DefaultModule, RuntimeHost } from '../init.js'
import { trustOnDemand } from '../trust.js'
import { webHost } from '../web-host.js'

/**
 * The CA certificates, imported as JavaScript: bundlers put an import() into a file of its own, while some servers
 * refuse to serve a .pem file (Vite's development server, for example).
 */
const trust = trustOnDemand(async () => (await import('../../../cacert.inline.js')).default)

const names = new SyntheticNames()

/** The transport if none is given: every connection fails, and the error says why. */
export const noTransport: Transport = {
  connect() {
    throw new TransportError('ENETUNREACH', 'there is no transport: give one to init({ transport })')
  },
  // placeholders, so that the connection fails: the error of a name that does not resolve has no room for a reason
  resolve: async (name, family) => names.resolve(name, family),
}

/** Loads the certificates. */
export const loadTrust = trust.load

function browserHost(): HostOptions {
  return { ...webHost(noTransport, trust.certificates), through: trust.through }
}

export const browserRuntime: RuntimeHost = { host: browserHost, load: fetchModule }

/** A module that is a file of the package. `url` is only called when it is needed, because not every bundle has one. */
export function urlModule(url: () => URL): DefaultModule {
  return {
    defaultModule: () => fetchModule(url()),
    defaultModuleSync() {
      throw new TypeError('initSync() needs a module here: initSync({ module })')
    },
  }
}
