// What the system calls of one instance work on, and what a call is.
import type { AesGcm } from './aes-gcm.js'
import type { FillRandom } from './entropy.js'
import type { Descriptors } from './descriptors.js'
import type { Failures } from './failures.js'
import type { FileSystem } from './files/filesystem.js'
import type { Memory } from './memory.js'
import type { Reactor } from './reactor.js'
import type { Transport } from './transports/transport.js'

/** Where sockets come from, and what looks after them. */
export interface Network {
  readonly transport: Transport
  readonly reactor: Reactor
}

export interface Machine {
  memory(): Memory
  descriptors: Descriptors
  /** What new sockets are made with. Blocking calls have another one meanwhile: see Host.using(). */
  network: Network
  files: FileSystem
  failures: Failures
  fillRandom: FillRandom
  aesGcm: AesGcm | undefined
  uid: number
  gid: number
}

/** A call of the module. It returns a value, or throws what becomes its errno. */
export type Call = (...args: number[]) => number
