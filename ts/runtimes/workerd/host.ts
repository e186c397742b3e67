// The host for workerd, with its sockets. Modules and certificates are imported, because workerd cannot load files.
import cacert from '../../../cacert.inline.js'
import type { HostOptions } from '../../../shim/host.js'
import { workerdTransport } from '../../../shim/transports/workerd.js'
import { fetchModule } from '../../common/module.js'
import type { RuntimeHost } from '../init.js'
import { webHost } from '../web-host.js'

function workerdHost(): HostOptions {
  return webHost(workerdTransport, () => new TextEncoder().encode(cacert))
}

export const workerdRuntime: RuntimeHost = { host: workerdHost, load: fetchModule }
