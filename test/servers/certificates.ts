// A CA for the tests, and certificates that are valid, or invalid in one way each. The openssl tool makes them once in
// a process. The valid ones are for localhost, 127.0.0.1 and ::1.
import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { scratch } from './scratch.js'

export interface Identity {
  key: string
  cert: string
  keyFile: string
  certFile: string
}

const HERE = 'DNS:localhost,IP:127.0.0.1,IP:::1'

const CA_CONFIG = `
[ca]
default_ca = test
[test]
database = index.txt
serial = serial
new_certs_dir = .
default_md = sha256
policy = any
copy_extensions = copy
[any]
commonName = supplied
`

class Workshop {
  readonly folder = scratch()

  constructor() {
    writeFileSync(join(this.folder, 'ca.cnf'), CA_CONFIG)
    writeFileSync(join(this.folder, 'index.txt'), '')
    writeFileSync(join(this.folder, 'serial'), '1000\n')
  }

  #openssl(...args: string[]): void {
    execFileSync('openssl', args, { cwd: this.folder, stdio: 'pipe' })
  }

  #identity(name: string): Identity {
    const [keyFile, certFile] = [join(this.folder, `${name}.key`), join(this.folder, `${name}.crt`)]
    return { keyFile, certFile, key: readFileSync(keyFile, 'utf8'), cert: readFileSync(certFile, 'utf8') }
  }

  /** A self-signed certificate: a CA, or a leaf without one. */
  selfSigned(name: string, commonName: string, extensions: string[]): Identity {
    const [key, crt] = [`${name}.key`, `${name}.crt`]
    const added = extensions.flatMap((extension) => ['-addext', extension])
    const subject = ['-subj', `/CN=${commonName}`, '-days', '30', ...added]
    this.#openssl(
      'req',
      '-x509',
      '-newkey',
      'ec',
      '-pkeyopt',
      'ec_paramgen_curve:P-256',
      '-nodes',
      '-keyout',
      key,
      '-out',
      crt,
      ...subject,
    )
    return this.#identity(name)
  }

  authority(name: string, commonName: string): Identity {
    return this.selfSigned(name, commonName, [
      'basicConstraints=critical,CA:TRUE',
      'keyUsage=critical,keyCertSign,cRLSign',
    ])
  }

  /** A leaf that `authority` has signed. Dates are YYMMDDHHMMSSZ, and `kind` is the kind of key for openssl. */
  leaf(
    name: string,
    authority: Identity,
    subjectAltName: string,
    dates: string[] = ['-days', '20'],
    kind: string[] = ['ec', '-pkeyopt', 'ec_paramgen_curve:P-256'],
  ): Identity {
    const [key, csr, crt] = [`${name}.key`, `${name}.csr`, `${name}.crt`]
    const request = ['-subj', `/CN=${name}`, '-addext', `subjectAltName=${subjectAltName}`]
    this.#openssl('req', '-new', '-newkey', ...kind, '-nodes', '-keyout', key, '-out', csr, ...request)
    const signer = ['-cert', authority.certFile, '-keyfile', authority.keyFile]
    this.#openssl('ca', '-batch', '-notext', '-config', 'ca.cnf', ...signer, ...dates, '-in', csr, '-out', crt)
    return this.#identity(name)
  }
}

function make() {
  const workshop = new Workshop()
  const ca = workshop.authority('ca', 'libcurl-wasm test authority')
  const unknownAuthority = workshop.authority('unknown-ca', 'an authority that nobody trusts')
  return {
    ca,
    good: workshop.leaf('good', ca, HERE),
    wrongHost: workshop.leaf('wrong-host', ca, 'DNS:wrong.host'),
    expired: workshop.leaf('expired', ca, HERE, ['-startdate', '200101000000Z', '-enddate', '200201000000Z']),
    unknownIssuer: workshop.leaf('unknown-issuer', unknownAuthority, HERE),
    selfSigned: workshop.selfSigned('self-signed', 'localhost', [`subjectAltName=${HERE}`]),
    client: workshop.leaf('client', ca, 'DNS:client.example'),
    clientEd25519: workshop.leaf('client-ed25519', ca, 'DNS:client.example', undefined, ['ed25519']),
  }
}

let made: ReturnType<typeof make> | undefined

/** To be called while a test file is loaded. */
export function certificates(): ReturnType<typeof make> {
  return (made ??= make())
}
