// Runs OpenSSH's server as a child process, for this user, with keys of its own.
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { userInfo } from 'node:os'
import { join } from 'node:path'
import { freePort } from './listening.js'
import { startProgram } from './program.js'
import { scratch } from './scratch.js'

export type KeyKind = 'ed25519' | 'ecdsa' | 'rsa'

/** Makes a pair of keys: the private one in `file`, the public one in `file`.pub. */
function makeKey(file: string, kind: KeyKind, passphrase = ''): void {
  execFileSync('ssh-keygen', ['-q', '-t', kind, '-N', passphrase, '-C', kind, '-f', file])
}

/** The bytes of a public key. */
function blobOf(file: string): Buffer {
  return Buffer.from(readFileSync(`${file}.pub`, 'utf8').split(' ')[1]!, 'base64')
}

export interface Sshd {
  port: number
  /** 'USER@127.0.0.1:PORT' */
  authority: string
  /** The files of a test. Their paths are absolute for SFTP, too. */
  folder: string
  /** Private keys that the server takes, by kind. FILE.pub has the public one. */
  keys: Record<KeyKind, string>
  /** A key with this passphrase. */
  locked: { file: string; passphrase: string }
  /** The server's own key. */
  host: { kind: KeyKind; key: Buffer; sha256: string; md5: string; /** For a known_hosts file. */ line: string }
  /** What the server has logged. */
  log(): string
  close(): Promise<void>
}

/** To be called while a test file is loaded. `settings` are more lines of sshd_config. */
export async function sshd(kind: KeyKind = 'ed25519', settings: string[] = []): Promise<Sshd> {
  const folder = scratch()
  const at = (name: string): string => join(folder, name)
  const keys = { ed25519: at('ed25519'), ecdsa: at('ecdsa'), rsa: at('rsa') }
  for (const [kind, file] of Object.entries(keys)) makeKey(file, kind as KeyKind)
  const locked = { file: at('locked'), passphrase: 'open sesame' }
  makeKey(locked.file, 'ed25519', locked.passphrase)
  makeKey(at('host'), kind)
  writeFileSync(
    at('authorized'),
    [...Object.values(keys), locked.file].map((file) => readFileSync(`${file}.pub`, 'utf8')).join(''),
  )
  mkdirSync(at('files'))
  // sshd insists on this folder when root starts it
  if (process.getuid!() === 0) mkdirSync('/run/sshd', { recursive: true })
  for (let attempt = 0; attempt < 5; attempt++) {
    const port = await freePort()
    // with this HOME, the shell that starts scp reads no files of the user
    writeFileSync(
      at('config'),
      `ListenAddress 127.0.0.1:${port}
HostKey ${at('host')}
AuthorizedKeysFile ${at('authorized')}
StrictModes no
UsePAM no
PasswordAuthentication no
PermitRootLogin yes
PidFile none
LogLevel VERBOSE
Subsystem sftp internal-sftp
SetEnv HOME=${folder}
${settings.join('\n')}
`,
    )
    const close = await startProgram('sshd', ['-D', '-f', at('config'), '-E', at('log')], port)
    if (!close) continue
    const key = blobOf(at('host'))
    return {
      port,
      authority: `${userInfo().username}@127.0.0.1:${port}`,
      folder: at('files'),
      keys,
      locked,
      host: {
        kind,
        key,
        sha256: createHash('sha256').update(key).digest('base64').replace(/=+$/, ''),
        md5: createHash('md5').update(key).digest('hex'),
        line: `[127.0.0.1]:${port} ${readFileSync(`${at('host')}.pub`, 'utf8')}`,
      },
      log: () => readFileSync(at('log'), 'utf8'),
      close,
    }
  }
  copyFileSync(at('log'), '/dev/stderr')
  throw new Error('sshd does not start')
}
