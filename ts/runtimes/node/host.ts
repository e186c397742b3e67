// The host for Node: its sockets, files, streams and certificates, and loading modules from files.
import type { WasmModule } from '../../../shim/platform.js'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { nodeFileSystem, nodeStandard } from '../../../shim/files/node.js'
import type { HostOptions } from '../../../shim/host.js'
import { nodeTransport } from '../../../shim/transports/node/transport.js'
import type { Transport } from '../../../shim/transports/transport.js'
import { nodeAesGcm } from './aes-gcm.js'
import { allocate } from './buffer.js'
import { crypto, tls } from './builtin.js'
import { nodeCertificates } from './certificates.js'
import type { DefaultModule, RuntimeHost } from '../init.js'
import { nodeObservers } from './observers.js'
import { fetchModule } from '../../common/module.js'

/** Loads a module from a path or a URL, and compiles it. */
export async function loadModule(url: string | URL): Promise<WasmModule> {
  const text = String(url)
  if (/^(https?|data|blob):/.test(text)) return fetchModule(url)
  // read synchronously, so that the engine begins to compile at once, while this thread goes on
  return WebAssembly.compile(readFileSync(text.startsWith('file:') ? fileURLToPath(url) : text))
}

export function fileModule(url: URL): DefaultModule {
  return {
    defaultModule() {
      const module = loadModule(url)
      tls() // other threads compile meanwhile
      return module
    },
    defaultModuleSync: () => new WebAssembly.Module(readFileSync(url)),
  }
}

/** The environment and the ids of the process. */
export type Process = Pick<HostOptions, 'environment' | 'uid' | 'gid'>

export function hostOf(process: Process): HostOptions {
  return {
    transport: nodeTransport,
    standard: nodeStandard,
    files: nodeFileSystem,
    assets: { '/libcurl-wasm/cacert.pem': nodeCertificates },
    allocate,
    ...process,
  }
}

function nodeHost(transport?: Transport): HostOptions {
  const host = hostOf({
    environment: transport?.remote ? withoutProxies(process.env) : process.env,
    uid: process.getuid?.() ?? 1000,
    gid: process.getgid?.() ?? 1000,
  })
  return {
    ...host,
    // Bun loads this, too, and has its own responses
    readsMembers: !('bun' in process.versions),
    // Node prepares Web Cryptography when it is first used, which takes 2 ms
    fillRandom: (bytes) => void crypto().randomFillSync(bytes),
    aesGcm: nodeAesGcm,
  }
}

/** The environment without the variables that name proxies. */
function withoutProxies(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(environment).filter(([name]) => !/^[a-z\d]+_proxy$/i.test(name)))
}

export const nodeRuntime: RuntimeHost = { host: nodeHost, load: loadModule, observers: nodeObservers }
