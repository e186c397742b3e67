// What the relay needs of the runtime it is on, besides JavaScript and the URL standard: sockets, and cryptography.
// Each runtime implements it in a folder of its own. Nothing in this folder knows which one it is.
import type { Cryptography } from './auth.js'
import type { OpenDatagrams } from './datagrams.js'
import type { Connect } from './origin-socket.js'

export interface Platform {
  readonly connect: Connect
  /** Null if the runtime has no UDP. */
  readonly datagrams: OpenDatagrams | null
  readonly cryptography: Cryptography
  /** Whether an address, in the spelling of parseAddress(), is one of this machine's own. */
  isOwn(address: string): boolean
}
