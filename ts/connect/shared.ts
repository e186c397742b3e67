// What the connections of connect() and WebSocket share: a Multi, in which their handles stay as long as they live, and
// room in the module through which bytes go in and out. Every call of libcurl has used the room when it returns.
import type { Ptr } from '../libcurl/wasm-exports.js'
import { current, type Libcurl } from '../libcurl/libcurl.js'
import { Multi, whileWorking } from '../libcurl/multi.js'

/** At most what one call takes or brings, in bytes. */
export const ROOM = 128 * 1024
/** Before the room there is a place for what libcurl returns by pointers. */
const RESULTS = 8

export class Shared {
  readonly libcurl: Libcurl = current()
  readonly multi = new Multi()
  readonly results: Ptr = this.libcurl.allocate(RESULTS + ROOM)
  readonly room: Ptr = this.results + RESULTS

  /** Copies bytes into the room. */
  fill(bytes: Uint8Array): void {
    this.libcurl.host.memory.bytes.set(bytes, this.room)
  }

  /** A copy of what is in the room. */
  take(length: number): Uint8Array<ArrayBuffer> {
    return this.libcurl.host.memory.copy(this.room, length)
  }
}

/** Makes a function that starts the module by `init`, if nobody has done that, and gives what all connections share. */
export function sharing(init: () => Promise<void>): () => Promise<Shared> {
  return whileWorking(async () => {
    await init()
    return new Shared()
  })
}
