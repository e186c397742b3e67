// An SFTP server with a password, for which OpenSSH's would need an account: npm's ssh2 in this process, with files in
// memory.
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import ssh2, { type Connection, type Sftp } from 'ssh2'
import { scratch } from '../scratch.js'

const { STATUS_CODE } = ssh2.utils.sftp

export interface Ssh2 {
  /** 'anna@127.0.0.1:PORT' */
  authority: string
  files: Map<string, Buffer>
  /** How many connections there are. */
  readonly connections: number
  /** The methods of authentication that clients have tried. */
  tried: string[]
  /** Ends all connections. */
  endAll(): void
  close(): void
}

interface Behaviour {
  /** The methods of authentication that it offers; 'password' by default. */
  methods?: string[]
  /** Ends the connection instead of answering the read at this offset. */
  endsAt?: number
  /** Never answers when a file is closed. */
  keepsOpen?: boolean
}

function serve(sftp: Sftp, { files }: Ssh2, connection: Connection, { endsAt, keepsOpen }: Behaviour): void {
  const attributes = (path: string) => {
    const size = files.get(path)?.length
    return size === undefined ? null : { mode: 0o100644, size, uid: 0, gid: 0, atime: 0, mtime: 1_700_000_000 }
  }
  const stat = (id: number, path: string): void => {
    const found = attributes(path)
    if (found) sftp.attrs(id, found)
    else sftp.status(id, STATUS_CODE.NO_SUCH_FILE)
  }
  sftp.on('REALPATH', (id, path) => {
    sftp.name(id, [{ filename: path === '.' ? '/home/anna' : path, longname: '', attrs: {} }])
  })
  sftp.on('STAT', stat).on('LSTAT', stat)
  sftp.on('FSTAT', (id, handle) => stat(id, handle.toString()))
  // a handle is the path
  sftp.on('OPEN', (id, path, flags) => {
    const writes = (flags & 2) !== 0
    if (!writes && !files.has(path)) return sftp.status(id, STATUS_CODE.NO_SUCH_FILE)
    if (writes) files.set(path, Buffer.alloc(0))
    sftp.handle(id, Buffer.from(path))
  })
  sftp.on('READ', (id, handle, offset, length) => {
    if (endsAt !== undefined && offset >= endsAt) return connection.end()
    const bytes = files.get(handle.toString())!.subarray(offset, offset + length)
    if (bytes.length > 0) sftp.data(id, bytes)
    else sftp.status(id, STATUS_CODE.EOF)
  })
  sftp.on('WRITE', (id, handle, offset, bytes) => {
    const path = handle.toString()
    files.set(path, Buffer.concat([files.get(path)!.subarray(0, offset), bytes]))
    sftp.status(id, STATUS_CODE.OK)
  })
  sftp.on('CLOSE', (id) => {
    if (!keepsOpen) sftp.status(id, STATUS_CODE.OK)
  })
}

/** To be called while a test file is loaded. Takes the user anna with the password 'secret'. */
export async function ssh2Server(behaviour: Behaviour = {}): Promise<Ssh2> {
  const { methods = ['password'] } = behaviour
  const host = join(scratch(), 'host')
  execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', host])
  const open = new Set<Connection>()
  const server = new ssh2.Server({ hostKeys: [readFileSync(host)] }, (connection) => {
    open.add(connection)
    connection.on('close', () => open.delete(connection)).on('error', () => {})
    connection.on('authentication', (context) => {
      if (context.method !== 'none') ours.tried.push(context.method)
      const decide = (password: string): void => {
        if (context.username === 'anna' && password === 'secret') context.accept()
        else context.reject(methods)
      }
      if (!methods.includes(context.method)) context.reject(methods)
      else if (context.method === 'password') decide(context.password)
      else context.prompt([{ prompt: 'Password: ', echo: false }], ([answer]) => decide(answer ?? ''))
    })
    connection.on('session', (accept) => {
      accept().on('sftp', (accept) => serve(accept(), ours, connection, behaviour))
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const ours: Ssh2 = {
    authority: `anna@127.0.0.1:${server.address().port}`,
    files: new Map(),
    get connections() {
      return open.size
    },
    tried: [],
    endAll: () => {
      for (const connection of open) connection.end()
    },
    close: () => server.close(),
  }
  return ours
}
