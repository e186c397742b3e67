// The callbacks of an easy handle, as applications write them. callbacks.ts calls them.
//
// The arguments are libcurl's, in libcurl's order; a pointer and its length become one Uint8Array, a copy that the
// application may keep. The value of a *DATA option is passed where the man page has the user pointer.
import type { Address } from '../../shim/transports/transport.js'
import type { Easy } from './easy.js'
import type {
  CurlFileType,
  CurlInfoType,
  CurlIoCommand,
  CurlKhMatch,
  CurlKhStat,
  CurlKhType,
  CurlSocketPurpose,
} from './option-types.gen.js'
import type { ReadResult } from './read-result.js'

/** The address a socket is about to be opened for. @see CURLOPT_OPENSOCKETFUNCTION(3) */
export type SocketAddress = Address & { socktype: number; protocol: number }

/** A file of a wildcard download. Numbers count only where `flags` has their bit. @see CURLOPT_CHUNK_BGN_FUNCTION(3) */
export interface FileInfo {
  filename: string
  filetype: CurlFileType
  perm: number
  uid: number
  gid: number
  size: number
  hardlinks: number
  flags: number
  strings: {
    time: string | null
    perm: string | null
    user: string | null
    group: string | null
    target: string | null
  }
}

/**
 * An entry of the HSTS cache. `expire` is 'YYYYMMDD HH:MM:SS', or undefined for never. @see CURLOPT_HSTSREADFUNCTION(3)
 */
export interface HstsEntry {
  host: string
  includeSubDomains: boolean
  expire?: string
}

/**
 * A public key of an SSH server: its bytes as SSH has them (RFC 4253, 6.6), which are in Base64 in a known_hosts file.
 */
export interface SshKey {
  keytype: CurlKhType
  key: Uint8Array<ArrayBuffer>
}

/**
 * Every callback option of an easy handle. To return undefined means success: all bytes were written, the seek was
 * done, the transfer goes on.
 */
export interface EasyCallbacks {
  /**
   * CURL_WRITEFUNC_PAUSE pauses the transfer, and the chunk comes again after pause(CURLPAUSE_CONT). The decoder of a
   * compressed body (ACCEPT_ENCODING) stops meanwhile. @see CURLOPT_WRITEFUNCTION(3)
   */
  WRITEFUNCTION(chunk: Uint8Array<ArrayBuffer>, userdata: unknown): number | void
  /** One header line with its line end. @see CURLOPT_HEADERFUNCTION(3) */
  HEADERFUNCTION(line: Uint8Array<ArrayBuffer>, userdata: unknown): number | void
  /** @see CURLOPT_INTERLEAVEFUNCTION(3) */
  INTERLEAVEFUNCTION(packet: Uint8Array<ArrayBuffer>, userdata: unknown): number | void
  /**
   * Returns at most `size` bytes; null or undefined to end the upload; or CURL_READFUNC_PAUSE or CURL_READFUNC_ABORT.
   * @see CURLOPT_READFUNCTION(3)
   */
  READFUNCTION(size: number, userdata: unknown): ReadResult
  /** @see CURLOPT_SEEKFUNCTION(3) */
  SEEKFUNCTION(userdata: unknown, offset: number, origin: number): number | void
  /** @see CURLOPT_IOCTLFUNCTION(3) */
  IOCTLFUNCTION(easy: Easy, cmd: CurlIoCommand, userdata: unknown): number | void
  /** @see CURLOPT_DEBUGFUNCTION(3) */
  DEBUGFUNCTION(easy: Easy, type: CurlInfoType, data: Uint8Array<ArrayBuffer>, userdata: unknown): void
  /** @see CURLOPT_PROGRESSFUNCTION(3) */
  PROGRESSFUNCTION(userdata: unknown, dltotal: number, dlnow: number, ultotal: number, ulnow: number): number | void
  /**
   * Counts are bytes. Any result except 0 and undefined ends the transfer. Needs NOPROGRESS false.
   * @see CURLOPT_XFERINFOFUNCTION(3)
   */
  XFERINFOFUNCTION(userdata: unknown, dltotal: number, dlnow: number, ultotal: number, ulnow: number): number | void
  /** @see CURLOPT_SOCKOPTFUNCTION(3) */
  SOCKOPTFUNCTION(userdata: unknown, s: number, purpose: CurlSocketPurpose): number | void
  /** Returns a socket of sockets.open(), or CURL_SOCKET_BAD. @see CURLOPT_OPENSOCKETFUNCTION(3) */
  OPENSOCKETFUNCTION(userdata: unknown, purpose: CurlSocketPurpose, address: SocketAddress): number
  /** Has to close the socket with sockets.close(). @see CURLOPT_CLOSESOCKETFUNCTION(3) */
  CLOSESOCKETFUNCTION(userdata: unknown, s: number): number | void
  /** @see CURLOPT_PREREQFUNCTION(3) */
  PREREQFUNCTION(
    userdata: unknown,
    primaryIp: string,
    localIp: string,
    primaryPort: number,
    localPort: number,
  ): number | void
  /** @see CURLOPT_RESOLVER_START_FUNCTION(3) */
  RESOLVER_START_FUNCTION(userdata: unknown): number | void
  /** @see CURLOPT_CHUNK_BGN_FUNCTION(3) */
  CHUNK_BGN_FUNCTION(info: FileInfo, userdata: unknown, remains: number): number | void
  /** @see CURLOPT_CHUNK_END_FUNCTION(3) */
  CHUNK_END_FUNCTION(userdata: unknown): number | void
  /** @see CURLOPT_FNMATCH_FUNCTION(3) */
  FNMATCH_FUNCTION(userdata: unknown, pattern: string, string: string): number
  /** Returns header lines, or CURL_TRAILERFUNC_ABORT. @see CURLOPT_TRAILERFUNCTION(3) */
  TRAILERFUNCTION(userdata: unknown): string[] | number | void
  /** Returns the next entry, null after the last one, or CURLSTS_FAIL. @see CURLOPT_HSTSREADFUNCTION(3) */
  HSTSREADFUNCTION(easy: Easy, userdata: unknown): HstsEntry | number | null | void
  /** @see CURLOPT_HSTSWRITEFUNCTION(3) */
  HSTSWRITEFUNCTION(
    easy: Easy,
    entry: HstsEntry,
    index: { index: number; total: number },
    userdata: unknown,
  ): number | void
  /**
   * Decides about the key of an SSH server: `found` is the server's, `known` is that of SSH_KNOWNHOSTS, or null if
   * the file has none. Has to return a value. Called only if SSH_KNOWNHOSTS is set. @see CURLOPT_SSH_KEYFUNCTION(3)
   */
  SSH_KEYFUNCTION(easy: Easy, known: SshKey | null, found: SshKey, match: CurlKhMatch, userdata: unknown): CurlKhStat
  /**
   * Gets the bytes of an SSH server's public key. Has to return CURLE_OK to accept it, and any other number to refuse
   * it. Takes the place of SSH_KEYFUNCTION, and is not called if a fingerprint is set. @see CURLOPT_SSH_HOSTKEYFUNCTION(3)
   */
  SSH_HOSTKEYFUNCTION(userdata: unknown, keytype: CurlKhType, key: Uint8Array<ArrayBuffer>): number
}

export type CallbackName = keyof EasyCallbacks
