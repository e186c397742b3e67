// The FTP server of ftp.ts. It runs in a thread, because libcurl blocks at the end of an FTP transfer until the server
// has confirmed it, which a server in the same thread could not do. Because of the thread this file is JavaScript.
import net from 'node:net'
import tls from 'node:tls'
import { parentPort, workerData } from 'node:worker_threads'

/** @type {import('./ftp.js').FtpOptions} */
const options = workerData
/** @type {Map<string, Buffer>} */
const files = new Map()
/** @type {string[]} */
const commands = []

const MODIFIED = '20240229123456'

/** Shared by all connections, so that a TLS session of one can be resumed on another. */
const secureContext = options.tls && tls.createSecureContext(options.tls)
const secured = (socket) => new tls.TLSSocket(socket, { isServer: true, secureContext }).on('error', () => {})

function listing(files, folder) {
  const lines = []
  for (const [path, { length }] of files) {
    if (!path.startsWith(folder)) continue
    const name = path.slice(folder.length)
    if (!name.includes('/'))
      lines.push(`-rw-r--r--   1 owner    group    ${String(length).padStart(10)} Feb 29 12:34 ${name}\r\n`)
  }
  return lines.join('')
}

/** One control connection. */
class Session {
  #user = ''
  #folder = '/'
  #rest = 0
  /** @type {net.Server | null} */
  #listener = null
  /** Opens the data connection, in either direction. @type {(() => Promise<net.Socket>) | null} */
  #data = null
  /** Whether data connections use TLS. */
  #private = options.tls?.implicit

  constructor(socket) {
    this.#listenTo(options.tls?.implicit ? secured(socket) : socket)
    socket.on('close', () => this.#listener?.close())
    this.#reply('220 here')
  }

  #listenTo(socket) {
    this.socket = socket
    let pending = ''
    socket.on('data', (chunk) => {
      const lines = (pending + chunk.toString('latin1')).split('\r\n')
      pending = lines.pop()
      for (const line of lines) this.#command(line)
    })
  }

  #reply(line) {
    this.socket.write(`${line}\r\n`)
  }

  #path(name) {
    return name.startsWith('/') ? name : this.#folder + name
  }

  async #command(line) {
    commands.push(line)
    const [, verb = '', argument = ''] = /^(\S+) ?(.*)$/.exec(line) ?? []
    const name = verb.toUpperCase()
    if (options.refused?.includes(name)) return this.#reply('502 not here')
    switch (name) {
      case 'AUTH':
        if (!options.tls || argument !== 'TLS') return this.#reply('504 not so')
        this.#reply('234 go ahead')
        this.socket.removeAllListeners('data')
        return this.#listenTo(secured(this.socket))
      case 'PBSZ':
        return this.#reply('200 none')
      case 'PROT':
        this.#private = argument === 'P'
        return this.#reply('200 as you like')
      case 'USER':
        this.#user = argument
        return this.#reply('331 and the password?')
      case 'PASS':
        return this.#logIn(argument)
      case 'PWD':
        return this.#reply(`257 "${this.#folder.replace(/(.)\/$/, '$1')}" is where you are`)
      case 'CWD':
        return this.#enter(argument)
      case 'TYPE':
        return this.#reply('200 as you like')
      case 'SIZE':
        return this.#ofFile(argument, (content) => this.#reply(`213 ${content.length}`))
      case 'MDTM':
        return this.#ofFile(argument, () => this.#reply(`213 ${MODIFIED}`))
      case 'REST':
        this.#rest = Number(argument)
        return this.#reply('350 from there')
      case 'EPSV':
        return this.#passive((port) => `229 Entering Extended Passive Mode (|||${port}|)`)
      case 'PASV':
        return this.#passive((port) => `227 Entering Passive Mode (127,0,0,1,${port >> 8},${port & 255})`)
      case 'EPRT': {
        const [, , host, port] = argument.split(argument[0])
        return this.#active(host, Number(port))
      }
      case 'PORT': {
        const numbers = argument.split(',').map(Number)
        return this.#active(numbers.slice(0, 4).join('.'), numbers[4] * 256 + numbers[5])
      }
      case 'RETR':
        return this.#ofFile(argument, (content) => this.#send(content.subarray(this.#rest)))
      case 'LIST':
        return this.#send(Buffer.from(listing(files, this.#folder)))
      case 'NLST':
        return this.#send(Buffer.from(listing(files, this.#folder).replace(/^.* (?=\S+$)/gm, '')))
      case 'STOR':
      case 'APPE':
        return this.#receive(this.#path(argument), name === 'APPE')
      case 'QUIT':
        this.#reply('221 bye')
        return this.socket.end()
      default:
        return this.#reply('502 not known')
    }
  }

  #logIn(password) {
    const { login } = options
    const right = !login || (login.user === this.#user && login.password === password)
    this.#reply(right ? '230 come in' : '530 no')
  }

  #enter(folder) {
    const path = this.#path(folder).replace(/\/*$/, '/')
    if (path !== '/' && ![...files.keys()].some((file) => file.startsWith(path)))
      return this.#reply('550 no such folder')
    this.#folder = path
    this.#reply('250 there you are')
  }

  #ofFile(name, use) {
    const content = files.get(this.#path(name))
    if (content) use(content)
    else this.#reply('550 no such file')
  }

  /** Listens, and replies with the port. */
  #passive(answer) {
    const listener = net.createServer()
    const connection = new Promise((resolve) => listener.once('connection', resolve))
    this.#listener?.close()
    this.#listener = listener
    this.#data = async () => {
      const socket = await connection
      listener.close()
      return socket
    }
    listener.listen(0, options.host ?? '127.0.0.1', () => this.#reply(answer(listener.address().port)))
  }

  /** Remembers where the client listens. */
  #active(host, port) {
    this.#data = () =>
      new Promise((resolve, reject) => {
        const socket = net.connect({ host, port }, () => resolve(socket))
        socket.once('error', reject)
      })
    this.#reply('200 I shall call')
  }

  /** Runs `use` on the data connection, between the two replies. */
  async #transfer(use) {
    const open = this.#data
    this.#data = null
    if (!open) return this.#reply('425 no data connection')
    this.#reply('150 here it comes')
    try {
      await use(this.#private ? await this.#secure(await open()) : await open())
      if (options.late) await new Promise((resolve) => setTimeout(resolve, options.late))
      this.#reply('226 done')
    } catch {
      this.#reply('426 broken')
    }
    this.#rest = 0
  }

  /**
   * Requires a resumed TLS session, as most servers do, to be sure that the data connection is from the same client.
   */
  async #secure(socket) {
    const data = secured(socket)
    await new Promise((resolve, reject) => data.once('secure', resolve).once('error', reject))
    if (data.isSessionReused()) return data
    data.destroy()
    throw new Error('not the session of the control connection')
  }

  /** Sends content. Like most servers it does not wait for the client to close too. */
  #send(content) {
    this.#transfer(
      (data) =>
        new Promise((resolve, reject) => {
          data.on('error', reject)
          data.resume()
          data.end(content, resolve)
        }),
    )
  }

  #receive(path, append) {
    const before = (append && files.get(path)) || Buffer.alloc(0)
    this.#transfer(async (data) => {
      const chunks = [before]
      for await (const chunk of data) {
        chunks.push(chunk)
        if (options.slow) await new Promise((resolve) => setTimeout(resolve, 2))
      }
      files.set(path, Buffer.concat(chunks))
    })
  }
}

let connections = 0
const server = net.createServer((socket) => {
  connections++
  new Session(socket.setNoDelay().on('error', () => {}))
})

/** Answers to the questions of the test. */
const answers = {
  put: (path, content) => void files.set(path, Buffer.from(content)),
  get: (path) => files.get(path),
  commands: () => commands.splice(0),
  connections: () => connections,
}
parentPort.on('message', ({ name, parameters }) => parentPort.postMessage(answers[name](...parameters)))
server.listen(0, options.host ?? '127.0.0.1', () => parentPort.postMessage({ port: server.address().port }))
