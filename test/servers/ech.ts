// A server with encrypted client hello (RFC 9849): the openssl program of the pinned source (wasm/lib/openssl-native.sh),
// because no server of Debian has it. It tells its clients by the body which names they sent.
import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { certificates } from './certificates.js'
import { freePort } from './listening.js'
import { startProgram } from './program.js'
import { scratch } from './scratch.js'

const OPENSSL = fileURLToPath(new URL('../../build/lib/openssl-native/bin/openssl', import.meta.url))

/** The name that anybody may see, and the one that nobody should: those of two certificates. */
export const OUTER = 'wrong.host'
export const INNER = 'client.example'

/** A new key in a file, and its public part: an ECHConfigList. */
export function echKey(name: string): { file: string; config: Buffer } {
  if (!existsSync(OPENSSL)) throw new Error(`${OPENSSL} is missing: make build/stamps/openssl-native makes it`)
  const file = join(scratch(), `${name}.pem`)
  execFileSync(OPENSSL, ['ech', '-public_name', OUTER, '-out', file], { stdio: 'pipe' })
  const [, base64] = /BEGIN ECHCONFIG-----([^-]+)/.exec(readFileSync(file, 'utf8'))!
  return { file, config: Buffer.from(base64!, 'base64') }
}

/** Starts a server that has `key`. To be called while a test file is loaded. */
export async function echServer(key: { file: string }): Promise<{ port: number; close(): Promise<void> }> {
  const { wrongHost, client } = certificates()
  const identities = ['-cert', wrongHost.certFile, '-key', wrongHost.keyFile]
  identities.push('-servername', INNER, '-cert2', client.certFile, '-key2', client.keyFile)
  for (let attempt = 0; attempt < 5; attempt++) {
    const port = await freePort()
    const args = ['s_server', '-quiet', '-www', '-accept', `127.0.0.1:${port}`, '-ech_key', key.file, ...identities]
    const close = await startProgram(OPENSSL, args, port)
    if (close) return { port, close }
  }
  throw new Error('openssl s_server does not start')
}
