// What a page or a Worker offers: files in memory, the console, certificates that come with the package, and no sockets
// of its own: a transport such as wispTransport() has to be given.
import { platformFetch } from './fetch/platform.js'
import { consoleStandard } from '../shim/console.js'
import { MemoryFileSystem } from '../shim/files/memory.js'
import type { HostOptions } from '../shim/host.js'
import { TransportError, type Transport } from '../shim/transports/transport.js'
import { once } from './once.js'

let certificates = new Uint8Array(0)

/** Loads the CA certificates, once. */
export const loadCertificates = once(async () => {
  const url = new URL('../cacert.pem', import.meta.url)
  const response = await platformFetch(url)
  if (!response.ok) throw new Error(`cannot load ${url.href}: HTTP status ${response.status}`)
  certificates = new Uint8Array(await response.arrayBuffer())
})

/** No sockets: what is tried fails with ENETUNREACH. */
const noTransport: Transport = {
  connect() {
    throw new TransportError('ENETUNREACH')
  },
  async resolve() {
    throw new TransportError('ENOTFOUND')
  },
}

export function browserHost(): HostOptions {
  return {
    transport: noTransport,
    standard: consoleStandard,
    files: new MemoryFileSystem({}, { cwd: '/home' }),
    assets: { '/libcurl-wasm/cacert.pem': () => certificates },
    environment: { HOME: '/home' },
    uid: 1000,
    gid: 1000,
  }
}
