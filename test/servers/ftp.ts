// An FTP server (RFC 959, RFC 2428, RFC 3659) whose files are in memory: downloads, uploads, listings, and data
// connections in both directions, all of it over TLS too. It records the commands, and refuses those it is told to refuse. It runs in a thread
// of its own, ftp-thread.mjs.
import net from 'node:net'
import { Worker } from 'node:worker_threads'

export interface FtpOptions {
  host?: string
  /** Who may log in; anybody may, if not given. */
  login?: { user: string; password: string }
  /** Commands that get the answer 502. */
  refused?: string[]
  /** Reads what is uploaded slowly. */
  slow?: boolean
  /** Says that a transfer is done so many milliseconds after it was. */
  late?: number
  /**
   * Speaks TLS, and refuses a data connection that does not go on with a session of it: after AUTH TLS, or, if implicit,
   * from the start (RFC 4217).
   */
  tls?: { key: string; cert: string; implicit?: boolean }
}

export interface Ftp {
  port: number
  url: string
  /** Paths are such as '/folder/file.txt'. */
  put(path: string, content: Uint8Array | string): Promise<void>
  get(path: string): Promise<Buffer | undefined>
  /** The commands since the last time: 'EPSV', 'RETR file.txt' and so on. */
  commands(): Promise<string[]>
  /** How many control connections have come in. */
  connections(): Promise<number>
  close(): Promise<void>
}

export async function ftpServer(options: FtpOptions = {}): Promise<Ftp> {
  const worker = new Worker(new URL('./ftp-thread.mjs', import.meta.url), { workerData: options })
  const waiting: ((result: unknown) => void)[] = []
  const { port } = await new Promise<{ port: number }>((resolve, reject) => {
    worker.once('error', reject)
    worker.once('message', resolve)
  })
  // it answers in the order in which it is asked
  worker.on('message', (result) => waiting.shift()!(result))
  const ask = <T>(name: string, ...parameters: unknown[]): Promise<T> =>
    new Promise((resolve) => {
      waiting.push(resolve as (result: unknown) => void)
      worker.postMessage({ name, parameters })
    })
  const { host = '127.0.0.1' } = options
  return {
    port,
    url: `${options.tls?.implicit ? 'ftps' : 'ftp'}://${net.isIPv6(host) ? `[${host}]` : host}:${port}`,
    put: (path, content) => ask('put', path, content),
    async get(path) {
      const content = await ask<Uint8Array | undefined>('get', path)
      return content && Buffer.from(content)
    },
    commands: () => ask('commands'),
    connections: () => ask('connections'),
    async close() {
      await worker.terminate()
    },
  }
}
