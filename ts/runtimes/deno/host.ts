// The host for Deno: Node's, by Deno's own node: modules, except what needs a permission. Permissions are queried and
// never requested, so the user is not prompted: without --allow-env, for example, there is no environment.
import cacert from '../../../cacert.inline.js'
import type { HostOptions } from '../../../shim/host.js'
import type { RuntimeHost } from '../init.js'
import { hostOf, loadModule } from '../node/host.js'
import { nodeObservers } from '../node/observers.js'

declare const Deno: {
  permissions: { querySync(what: { name: string; kind?: string }): { state: 'granted' | 'prompt' | 'denied' } }
  uid(): number | null
  gid(): number | null
}

function granted(name: string, kind?: string): boolean {
  return Deno.permissions.querySync({ name, kind }).state === 'granted'
}

/**
 * The certificates that Deno trusts, if the permissions --allow-sys=ca and --allow-env are there; else the package's.
 */
function certificates(hosts: () => Uint8Array): Uint8Array {
  try {
    if (granted('sys', 'ca') && granted('env')) return hosts()
  } catch {
    // then use the package's too
  }
  return new TextEncoder().encode(cacert)
}

function denoHost(): HostOptions {
  const host = hostOf({
    environment: granted('env') ? process.env : {},
    uid: (granted('sys', 'uid') ? Deno.uid() : null) ?? 1000,
    gid: (granted('sys', 'gid') ? Deno.gid() : null) ?? 1000,
  })
  const assets: HostOptions['assets'] = {
    ...host.assets,
    // OpenSSL reads this file at each start, and in a terminal Deno would prompt the user for permission
    '/libcurl-wasm/openssl.cnf': () => new Uint8Array(0),
  }
  assets['/libcurl-wasm/cacert.pem'] = () => certificates(host.assets['/libcurl-wasm/cacert.pem']!)
  const transport = { ...host.transport }
  // libcurl looks for an interface of that name even if it is given an address
  if (!granted('sys', 'networkInterfaces')) transport.interfaces = () => []
  return { ...host, transport, assets }
}

export const denoRuntime: RuntimeHost = { host: denoHost, load: loadModule, observers: nodeObservers }
