// What Node offers: its sockets, files, streams and certificates.
import { nodeFileSystem, nodeStandard } from '../shim/files/node.js'
import type { HostOptions } from '../shim/host.js'
import { nodeTransport } from '../shim/transports/node.js'
import { nodeCertificates } from './certificates.js'

export function nodeHost(): HostOptions {
  return {
    transport: nodeTransport,
    standard: nodeStandard,
    files: nodeFileSystem,
    assets: { '/libcurl-wasm/cacert.pem': nodeCertificates },
    environment: process.env,
    uid: process.getuid?.() ?? 1000,
    gid: process.getgid?.() ?? 1000,
  }
}
