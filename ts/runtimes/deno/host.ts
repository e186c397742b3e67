// What Deno offers: what Node does, by Deno's own node: modules, but for what has to be permitted. That is asked about
// and never for: without --allow-env there is no environment, and nobody is bothered.
import cacert from '../../../cacert.inline.js'
import type { HostOptions } from '../../../shim/host.js'
import { hostOf } from '../node/host.js'

declare const Deno: {
  permissions: { querySync(what: { name: string; kind?: string }): { state: 'granted' | 'prompt' | 'denied' } }
  uid(): number | null
  gid(): number | null
}

function granted(name: string, kind?: string): boolean {
  return Deno.permissions.querySync({ name, kind }).state === 'granted'
}

/** Those that Deno trusts, which it shows to who may ask for them and see the environment; else the package's own. */
function certificates(hosts: () => Uint8Array): Uint8Array {
  try {
    if (granted('sys', 'ca') && granted('env')) return hosts()
  } catch {
    // as where they cannot be asked for
  }
  return new TextEncoder().encode(cacert)
}

export function denoHost(): HostOptions {
  const host = hostOf({
    environment: granted('env') ? process.env : {},
    uid: (granted('sys', 'uid') ? Deno.uid() : null) ?? 1000,
    gid: (granted('sys', 'gid') ? Deno.gid() : null) ?? 1000,
  })
  const assets: HostOptions['assets'] = {
    ...host.assets,
    // OpenSSL looks for it at each start, and in a terminal Deno would ask the user whether it may
    '/libcurl-wasm/openssl.cnf': () => new Uint8Array(0),
  }
  assets['/libcurl-wasm/cacert.pem'] = () => certificates(host.assets['/libcurl-wasm/cacert.pem']!)
  const transport = { ...host.transport }
  // libcurl looks for a name of theirs even where it is given an address
  if (!granted('sys', 'networkInterfaces')) transport.interfaces = () => []
  return { ...host, transport, assets }
}
