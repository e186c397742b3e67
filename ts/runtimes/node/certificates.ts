// The certificates that Node trusts, as one PEM file: its own list, or the system's if Node is configured so, and those
// of NODE_EXTRA_CA_CERTS.
import { readFileSync } from 'node:fs'
import { tls } from './builtin.js'

type WithDefaults = ReturnType<typeof tls> & { getCACertificates?: (type: 'default') => string[] }

export function nodeCertificates(): Uint8Array {
  const { getCACertificates } = tls() as WithDefaults
  const certificates = getCACertificates
    ? getCACertificates('default')
    : [...tls().rootCertificates, ...extraCertificates()]
  return new TextEncoder().encode(certificates.join('\n') + '\n')
}

/**
 * The certificates of NODE_EXTRA_CA_CERTS, for Node before 22.15. As in Node, a file that cannot be read is ignored.
 */
function extraCertificates(): string[] {
  const path = process.env['NODE_EXTRA_CA_CERTS']
  if (!path) return []
  try {
    return [readFileSync(path, 'utf8')]
  } catch {
    return []
  }
}
