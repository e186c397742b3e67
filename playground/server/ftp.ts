// A small FTP server (RFC 959, 2428, 3659) that keeps its files in memory, and asks for no password. It has passive
// data connections only, and only to the address of the control connection. It sends "226" before it closes a data
// connection and not after: in a page, libcurl without the tool cannot block until a late reply comes.
import { once } from 'node:events'
import net from 'node:net'

/** Limits: bytes of all files together, bytes of one file, how many files, bytes of a command, how many sessions. */
const MOST = { total: 64 << 20, file: 32 << 20, files: 1000, line: 4096, sessions: 64 }
/** How long the server waits for a data connection, and for the next command of a session. */
const DATA_MS = 10_000
const IDLE_MS = 300_000

interface File {
  content: Buffer
  modified: Date
}

/** The files and folders, by path. The path of a folder ends in a slash. '/' always exists. */
export class Files {
  readonly #files = new Map<string, File>()
  readonly #folders = new Set<string>(['/'])

  get(path: string): File | undefined {
    return this.#files.get(path)
  }

  has(folder: string): boolean {
    return this.#folders.has(folder)
  }

  /** How many bytes the file at this path may have. */
  room(path: string): number {
    if (!this.#files.has(path) && this.#files.size >= MOST.files) return 0
    const others = [...this.#files].filter(([name]) => name !== path)
    const used = others.reduce((sum, [, { content }]) => sum + content.length, 0)
    return Math.min(MOST.file, MOST.total - used)
  }

  put(path: string, content: Buffer): void {
    this.#files.set(path, { content, modified: new Date() })
  }

  /** Returns false if its parent does not exist, or it exists already. */
  makeFolder(path: string): boolean {
    const parent = path.slice(0, path.lastIndexOf('/', path.length - 2) + 1)
    if (!this.has(parent) || this.has(path) || this.#folders.size >= MOST.files) return false
    this.#folders.add(path)
    return true
  }

  delete(path: string): boolean {
    return this.#files.delete(path)
  }

  deleteFolder(path: string): boolean {
    return path !== '/' && this.list(path).length === 0 && this.#folders.delete(path)
  }

  /** The entries of a folder: name and file, or null for a folder. */
  list(folder: string): [string, File | null][] {
    const inside = (path: string): boolean => path.startsWith(folder) && /^[^/]+\/?$/.test(path.slice(folder.length))
    const folders = [...this.#folders]
      .filter(inside)
      .map((path): [string, null] => [path.slice(folder.length, -1), null])
    const files = [...this.#files].filter(([path]) => inside(path))
    return [...folders, ...files.map(([path, file]): [string, File] => [path.slice(folder.length), file])]
  }
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

/** A line like those of `ls -l`. */
function listed([name, file]: [string, File | null]): string {
  const at = file?.modified ?? new Date()
  const [time = ''] = /\d\d:\d\d/.exec(at.toISOString()) ?? []
  const date = `${MONTHS[at.getUTCMonth()]} ${String(at.getUTCDate()).padStart(2)} ${time}`
  const size = String(file?.content.length ?? 0).padStart(10)
  return `${file ? '-rw-r--r--   1' : 'drwxr-xr-x   2'} ftp      ftp      ${size} ${date} ${name}\r\n`
}

type Command = (session: Session, argument: string) => void | Promise<void>

const COMMANDS: Readonly<Record<string, Command>> = {
  USER: (session) => session.reply('331 Any password will do'),
  PASS: (session) => session.reply('230 Welcome'),
  SYST: (session) => session.reply('215 UNIX Type: L8'),
  FEAT: (session) =>
    session.reply('211-Features\r\n EPSV\r\n MDTM\r\n PASV\r\n REST STREAM\r\n SIZE\r\n UTF8\r\n211 End'),
  OPTS: (session) => session.reply('200 As always'),
  TYPE: (session, type) => session.reply(/^[AI]/i.test(type) ? '200 Bytes are bytes' : '504 A or I'),
  MODE: (session, mode) => session.reply(/^S$/i.test(mode) ? '200 Stream' : '504 S only'),
  STRU: (session, structure) => session.reply(/^F$/i.test(structure) ? '200 File' : '504 F only'),
  NOOP: (session) => session.reply('200 Here'),
  PWD: (session) => session.reply(`257 "${session.folder.replace(/(.)\/$/, '$1').replaceAll('"', '""')}"`),
  CWD: (session, folder) => session.enter(folder),
  CDUP: (session) => session.enter('..'),
  MKD: (session, path) => {
    const made = session.files.makeFolder(session.path(path, true))
    session.reply(made ? '257 Made' : '550 Cannot make it')
  },
  RMD: (session, path) => {
    session.reply(
      session.files.deleteFolder(session.path(path, true)) ? '250 Removed' : '550 No such folder, or not empty',
    )
  },
  DELE: (session, path) => session.reply(session.files.delete(session.path(path)) ? '250 Deleted' : '550 No such file'),
  SIZE: (session, path) => session.ofFile(path, ({ content }) => session.reply(`213 ${content.length}`)),
  MDTM: (session, path) => {
    const digits = ({ modified }: File): string => modified.toISOString().replace(/\D/g, '').slice(0, 14)
    return session.ofFile(path, (file) => session.reply(`213 ${digits(file)}`))
  },
  REST: (session, offset) => session.begin(Number.parseInt(offset, 10) || 0),
  EPSV: (session) => session.passive((port) => `229 Extended passive mode (|||${port}|)`),
  PASV: (session) => {
    const host = (session.control.localAddress ?? '').replace(/^::ffff:/, '')
    if (!net.isIPv4(host)) return session.reply('425 PASV is for IPv4 only: use EPSV')
    return session.passive((port) => `227 Passive mode (${host.replaceAll('.', ',')},${port >> 8},${port & 255})`)
  },
  LIST: (session, path) => session.list(path, listed),
  NLST: (session, path) => session.list(path, ([name]) => `${name}\r\n`),
  RETR: (session, path) => session.ofFile(path, ({ content }) => session.send(content.subarray(session.beginning()))),
  STOR: (session, path) => session.receive(session.path(path), session.beginning()),
  APPE: (session, path) => session.receive(session.path(path), Infinity),
  QUIT: (session) => {
    session.reply('221 Bye')
    session.control.end()
  },
}

/** One control connection. Runs its commands one after the other. */
class Session {
  folder = '/'
  /** Where the next transfer begins, in bytes: the argument of REST. */
  #offset = 0
  #listener: net.Server | null = null
  #coming: Promise<net.Socket | null> | null = null
  #data: net.Socket | null = null

  constructor(
    readonly control: net.Socket,
    readonly files: Files,
  ) {
    // a session may be idle while its data connection is open
    control.setTimeout(IDLE_MS, () => (this.#data?.destroyed ?? true) && control.destroy())
    control.on('close', () => {
      this.#listener?.close()
      this.#data?.destroy()
    })
    void this.#run().catch(() => control.destroy())
  }

  async #run(): Promise<void> {
    this.reply('220 Sample files, for everybody')
    let pending = ''
    for await (const chunk of this.control as AsyncIterable<Buffer>) {
      const lines = (pending + chunk.toString('latin1')).split(/\r?\n/)
      pending = lines.pop()!
      for (const line of lines) await this.#command(Buffer.from(line, 'latin1').toString())
      if (pending.length > MOST.line) return void this.control.destroy()
    }
  }

  async #command(line: string): Promise<void> {
    const [, verb = '', argument = ''] = /^(\w*) ?(.*)$/.exec(line) ?? []
    const name = verb.toUpperCase()
    const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined
    if (!command) return this.reply('502 Unknown command')
    await command(this, argument)
  }

  reply(line: string): void {
    if (this.control.writable) this.control.write(`${line}\r\n`)
  }

  begin(offset: number): void {
    this.#offset = offset
    this.reply(`350 From ${offset}`)
  }

  /** Returns the offset and resets it, because REST is for one transfer. */
  beginning(): number {
    const offset = this.#offset
    this.#offset = 0
    return offset
  }

  /** Makes a client's path absolute, and resolves '.' and '..' in it. */
  path(text: string, isFolder = false): string {
    const parts: string[] = []
    for (const part of `${text.startsWith('/') ? '' : this.folder}${text}`.split('/')) {
      if (part === '..') parts.pop()
      else if (part !== '' && part !== '.') parts.push(part)
    }
    const path = `/${parts.join('/')}`
    return isFolder && path !== '/' ? `${path}/` : path
  }

  enter(folder: string): void {
    const path = this.path(folder, true)
    if (!this.files.has(path)) return this.reply('550 No such folder')
    this.folder = path
    this.reply('250 There you are')
  }

  ofFile(path: string, use: (file: File) => void | Promise<void>): void | Promise<void> {
    const file = this.files.get(this.path(path))
    return file ? use(file) : this.reply('550 No such file')
  }

  list(argument: string, show: (entry: [string, File | null]) => string): void | Promise<void> {
    const path = argument.replace(/^-\S*\s*/, '') // without options such as -l
    const folder = this.path(path, true)
    const file = this.files.get(this.path(path))
    if (!file && !this.files.has(folder)) return this.reply('550 No such folder')
    const entries = file ? [[path, file] as [string, File]] : this.files.list(folder)
    return this.send(Buffer.from(entries.map(show).join('')))
  }

  /** Listens for a data connection, and replies with the port. */
  async passive(answer: (port: number) => string): Promise<void> {
    this.#listener?.close()
    const listener = net.createServer({ noDelay: true })
    this.#listener = listener
    this.#coming = once(listener, 'connection', { signal: AbortSignal.timeout(DATA_MS) }).then(
      ([socket]) => (listener.close(), socket as net.Socket),
      () => (listener.close(), null),
    )
    listener.listen({ port: 0, host: this.control.localAddress })
    await once(listener, 'listening')
    this.reply(answer((listener.address() as net.AddressInfo).port))
  }

  /** Waits for the data connection. Null, after an error reply, if none comes or it is from another address. */
  async #open(): Promise<net.Socket | null> {
    const coming = this.#coming
    this.#coming = null
    if (!coming) {
      this.reply('425 EPSV first')
      return null
    }
    this.reply('150 Here it comes')
    const socket = await coming
    socket?.on('error', () => {}).setTimeout(IDLE_MS, () => socket.destroy())
    this.#data = socket
    if (socket?.remoteAddress === this.control.remoteAddress) return socket
    socket?.destroy()
    this.reply('425 No data connection')
    return null
  }

  async send(content: Uint8Array): Promise<void> {
    const data = await this.#open()
    if (!data) return
    data.resume()
    const failed = await new Promise<boolean>((resolve) => {
      data.on('close', () => resolve(true))
      data.write(content, (error) => resolve(Boolean(error)))
    })
    this.reply(failed ? '426 Connection broken' : '226 Complete')
    data.end()
  }

  /** Receives a file. Keeps the first `offset` bytes of the present one. */
  async receive(path: string, offset: number): Promise<void> {
    const folder = path.slice(0, path.lastIndexOf('/') + 1)
    if (!this.files.has(folder) || this.files.has(`${path}/`))
      return this.reply('553 The path is a folder, or in no folder')
    const data = await this.#open()
    if (!data) return
    const before = this.files.get(path)?.content.subarray(0, offset) ?? Buffer.alloc(0)
    const chunks = [before]
    let size = before.length
    const room = this.files.room(path)
    try {
      for await (const chunk of data as AsyncIterable<Buffer>) {
        size += chunk.length
        if (size > room) return this.reply('552 The file is too large')
        chunks.push(chunk)
      }
      this.files.put(path, Buffer.concat(chunks))
      this.reply('226 Complete')
    } catch {
      this.reply('426 Connection broken')
    } finally {
      data.destroy()
    }
  }
}

export function ftpServer(files: Files): net.Server {
  const server = net.createServer({ noDelay: true }, (socket) => {
    socket.on('error', () => {})
    new Session(socket, files)
  })
  server.maxConnections = MOST.sessions
  return server
}
