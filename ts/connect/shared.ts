// What the connections of connect() and WebSocket share: a Multi, in which their handles stay until they are closed,
// and a buffer in the module through which bytes go in and out. No call of libcurl uses the buffer after it has
// returned.
import type { Ptr } from '../libcurl/wasm-exports.js'
import type { CurlError } from '../libcurl/errors.js'
import { current, type Libcurl } from '../libcurl/libcurl.js'
import { Multi } from '../libcurl/multi.js'
import { whileWorking } from '../libcurl/while-working.js'

/** The size of the buffer, in bytes: 1 MiB with the head of its frame. A server that sleeps is woken by each send. */
export const ROOM = 1024 * 1024 + 1024
/** The size of the memory before the buffer, for values that libcurl returns by pointers. */
const RESULTS = 8

/** What Shared knows of a connection. */
export interface Connection {
  close(): void
}

export class Shared {
  readonly libcurl: Libcurl = current()
  readonly results: Ptr = this.libcurl.allocate(RESULTS + ROOM)
  readonly room: Ptr = this.results + RESULTS
  #multi: Multi | null = null

  /** Returns the Multi for a connection, until leave(). */
  enter(_connection: Connection): Multi {
    return (this.#multi ??= new Multi())
  }

  leave(_connection: Connection, _multi: Multi): void {}

  /** Set once the module has trapped. */
  get broken(): CurlError | null {
    return this.libcurl.trapped
  }

  /** Copies bytes into the buffer, from its byte `at` on. */
  fill(bytes: Uint8Array, at = 0): void {
    this.libcurl.host.memory.bytes.set(bytes, this.room + at)
  }

  /** A copy of the first `length` bytes of the buffer. */
  take(length: number): Uint8Array<ArrayBuffer> {
    return this.libcurl.host.memory.copy(this.room, length)
  }
}

/** Returns a function that starts the module by `init`, if needed, and returns what all connections share. */
export function sharing(init: () => Promise<void>, Kind: typeof Shared = Shared): () => Promise<Shared> {
  return whileWorking(async () => {
    await init()
    return new Kind()
  })
}
