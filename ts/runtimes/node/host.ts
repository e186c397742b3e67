// What Node offers: its sockets, files, streams and certificates; and modules that lie in files.
import type { WasmModule } from '../../../shim/platform.js'
import { Buffer } from 'node:buffer'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { nodeFileSystem, nodeStandard } from '../../../shim/files/node.js'
import type { HostOptions } from '../../../shim/host.js'
import { nodeTransport } from '../../../shim/transports/node/transport.js'
import { nodeCertificates } from './certificates.js'
import type { Runtime } from '../init.js'
import { fetchModule } from '../../common/module.js'

/** Loads a module by a path or a URL. */
export async function loadModule(url: string | URL): Promise<WasmModule> {
  const text = String(url)
  if (/^(https?|data|blob):/.test(text)) return fetchModule(url)
  // at once: the engine can compile then while other things happen here
  return WebAssembly.compile(readFileSync(text.startsWith('file:') ? fileURLToPath(url) : text))
}

export function fileModule(url: URL): Pick<Runtime, 'defaultModule' | 'defaultModuleSync'> {
  return {
    defaultModule: () => loadModule(url),
    defaultModuleSync: () => new WebAssembly.Module(readFileSync(url)),
  }
}

/** What the process is, as far as it says so. */
export type Process = Pick<HostOptions, 'environment' | 'uid' | 'gid'>

export function hostOf(process: Process): HostOptions {
  return {
    transport: nodeTransport,
    standard: nodeStandard,
    files: nodeFileSystem,
    assets: { '/libcurl-wasm/cacert.pem': nodeCertificates },
    allocate: (size) => new Uint8Array(Buffer.allocUnsafeSlow(size).buffer as ArrayBuffer),
    ...process,
  }
}

export function nodeHost(): HostOptions {
  return hostOf({
    environment: process.env,
    uid: process.getuid?.() ?? 1000,
    gid: process.getgid?.() ?? 1000,
  })
}
