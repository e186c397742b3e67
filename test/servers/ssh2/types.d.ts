// The part of ssh2 that server.ts uses.
declare module 'ssh2' {
  import type { Server as NetServer } from 'node:net'

  export interface Context {
    method: string
    username: string
    password: string
    prompt(prompts: { prompt: string; echo: boolean }[], done: (answers: string[]) => void): void
    accept(): void
    reject(methods?: string[]): void
  }
  export interface Attributes {
    mode: number
    size: number
    uid: number
    gid: number
    atime: number
    mtime: number
  }
  export interface Sftp {
    handle(id: number, handle: Buffer): void
    status(id: number, code: number): void
    data(id: number, bytes: Buffer): void
    attrs(id: number, attributes: Attributes): void
    name(id: number, names: { filename: string; longname: string; attrs: object }[]): void
    on(event: 'OPEN', listener: (id: number, path: string, flags: number) => void): this
    on(event: 'READ', listener: (id: number, handle: Buffer, offset: number, length: number) => void): this
    on(event: 'WRITE', listener: (id: number, handle: Buffer, offset: number, bytes: Buffer) => void): this
    on(event: 'REALPATH' | 'STAT' | 'LSTAT', listener: (id: number, path: string) => void): this
    on(event: 'FSTAT' | 'CLOSE', listener: (id: number, handle: Buffer) => void): this
  }
  export interface Session {
    on(event: 'sftp', listener: (accept: () => Sftp) => void): this
  }
  export interface Connection {
    on(event: 'authentication', listener: (context: Context) => void): this
    on(event: 'session', listener: (accept: () => Session) => void): this
    on(event: 'ready' | 'close', listener: () => void): this
    on(event: 'error', listener: (error: Error) => void): this
    end(): void
  }
  const ssh2: {
    Server: new (
      options: { hostKeys: (string | Buffer)[] },
      listener: (connection: Connection) => void,
    ) => { listen(port: number, host: string, listening: () => void): void; address(): { port: number }; close(): void }
    utils: { sftp: { STATUS_CODE: Record<'OK' | 'EOF' | 'FAILURE' | 'NO_SUCH_FILE', number> } }
  }
  export default ssh2
}
