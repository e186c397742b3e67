// The certificates that Node trusts, as one PEM file: its own list, or the system's where Node was told so, and
// NODE_EXTRA_CA_CERTS on top.
import { readFileSync } from 'node:fs'
import tls from 'node:tls'

type WithDefaults = typeof tls & { getCACertificates?: (type: 'default') => string[] }

export function nodeCertificates(): Uint8Array {
  const { getCACertificates } = tls as WithDefaults
  const certificates = getCACertificates
    ? getCACertificates('default')
    : [...tls.rootCertificates, ...extraCertificates()]
  return new TextEncoder().encode(certificates.join('\n') + '\n')
}

/** Before Node 22.15 there is no call for what NODE_EXTRA_CA_CERTS adds. Node itself ignores a file it cannot read. */
function extraCertificates(): string[] {
  const path = process.env['NODE_EXTRA_CA_CERTS']
  if (!path) return []
  try {
    return [readFileSync(path, 'utf8')]
  } catch {
    return []
  }
}
