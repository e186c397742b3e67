// Starts OpenSSH's server for the benchmark, for this user, with keys of its own. Returns what curl needs for a login,
// or null where there is no such server.
import { execFileSync, spawn } from 'node:child_process'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { userInfo } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { connect, createServer } from 'node:net'

const PROGRAM = '/usr/sbin/sshd'

function freePort() {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address()
      server.close(() => resolve(port))
    })
  })
}

function answers(port) {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => (socket.destroy(), resolve(true)))
    socket.on('error', () => resolve(false))
  })
}

export async function startSshd(folder) {
  if (!existsSync(PROGRAM)) return null
  const [host, key] = [join(folder, 'host'), join(folder, 'key')]
  for (const file of [host, key]) execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', file])
  const port = await freePort()
  const settings = [
    `ListenAddress 127.0.0.1:${port}`,
    `HostKey ${host}`,
    `AuthorizedKeysFile ${key}.pub`,
    'StrictModes no',
    'UsePAM no',
    'PidFile none',
    'Subsystem sftp internal-sftp',
  ]
  writeFileSync(join(folder, 'config'), `${settings.join('\n')}\n`)
  // sshd insists on this folder when root starts it
  if (process.getuid() === 0) mkdirSync('/run/sshd', { recursive: true })
  const child = spawn(PROGRAM, ['-D', '-f', join(folder, 'config')], { stdio: 'ignore' })
  while (!(await answers(port))) {
    if (child.exitCode !== null) throw new Error('sshd does not start')
    await sleep(20)
  }
  return {
    url: (path) => `sftp://${userInfo().username}@127.0.0.1:${port}${path}`,
    login: ['-k', '--key', key, '--pubkey', `${key}.pub`],
    stop: () => child.kill(),
  }
}
