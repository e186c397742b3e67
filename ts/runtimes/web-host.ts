// The host for web runtimes, which are pages, Workers and workerd: files in memory, and the console.
import { consoleStandard } from '../../shim/console.js'
import { MemoryFileSystem } from '../../shim/files/memory.js'
import type { HostOptions } from '../../shim/host.js'
import type { Transport } from '../../shim/transports/transport.js'

export function webHost(transport: Transport, certificates: () => Uint8Array): HostOptions {
  return {
    transport,
    standard: consoleStandard,
    files: new MemoryFileSystem({}, { cwd: '/home' }),
    assets: { '/libcurl-wasm/cacert.pem': certificates },
    environment: { HOME: '/home' },
    uid: 1000,
    gid: 1000,
  }
}
