// An FTP server (RFC 959, RFC 2428, RFC 3659) that keeps its files in memory: downloads, uploads, listings, and data
// connections in both directions, also over TLS. It records the commands, and can refuse some. It runs in a thread of
// its own, ftp-thread.mjs.
import net from 'node:net'
import { Worker } from 'node:worker_threads'

export interface FtpOptions {
  host?: string
  /** The required login. By default any is accepted. */
  login?: { user: string; password: string }
  /** Commands that get the reply 502. */
  refused?: string[]
  /** Whether it reads uploads slowly. */
  slow?: boolean
  /** How long it waits before it confirms a transfer, in milliseconds. */
  late?: number
  /**
   * Uses TLS (RFC 4217): after AUTH TLS, or from the start if `implicit`. Data connections must resume the TLS session
   * of the control connection.
   */
  tls?: { key: string; cert: string; implicit?: boolean }
}

export interface Ftp {
  port: number
  url: string
  /** Paths are such as '/folder/file.txt'. */
  put(path: string, content: Uint8Array | string): Promise<void>
  get(path: string): Promise<Buffer | undefined>
  /** The commands since the last call, such as 'EPSV' and 'RETR file.txt'. */
  commands(): Promise<string[]>
  /** How many control connections there were. */
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
  // it answers in the order of the questions
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
