// Makes the connection of a WebSocket from the arguments of its constructor.
import type { HeadersInit } from '../../shim/platform.js'
import { OURS, applyOptions, type ConnectionOptions, type TlsOptions } from '../connect/connection-options.js'
import { RawConnection } from '../connect/raw-connection.js'
import type { Shared } from '../connect/shared.js'
import { Easy } from '../libcurl/easy.js'
import { hasBadPort } from '../http/ports.js'
import { userAgent } from '../http/user-agent.js'
import { checkPerMessageDeflate } from './extensions.js'
import { Handshake, checkHeaders, type Negotiated } from './handshake.js'

const OURS_TOO = [...OURS, 'WS_OPTIONS', 'HTTPHEADER'] as const

/** Options of a WebSocket beyond the standard. */
export interface WebSocketOptions extends ConnectionOptions<(typeof OURS_TOO)[number]> {
  /** Headers of the request, such as Authorization, Cookie and Origin. */
  headers?: HeadersInit
  /** For wss: URLs. */
  tls?: TlsOptions
  /**
   * The largest message that is accepted, in bytes: 64 MB by default, Infinity for no limit. A larger one makes the
   * connection fail with code 1009 (RFC 6455 section 7.4.1). If it is compressed, its size is that of what becomes of
   * it.
   */
  maxMessage?: number
  /**
   * Whether to offer permessage-deflate (RFC 7692), as browsers do. If the server accepts it, messages are compressed
   * in both directions. true by default.
   */
  perMessageDeflate?: boolean
}

/** @throws TypeError for invalid headers, and for a perMessageDeflate that is not a boolean */
export function dial(
  share: () => Promise<Shared>,
  url: URL,
  protocols: readonly string[],
  options: WebSocketOptions,
): Promise<{ connection: RawConnection; check: () => Negotiated }> {
  const headers = checkHeaders(options.headers)
  const handshake = new Handshake(protocols, checkPerMessageDeflate(options.perMessageDeflate))
  return share().then((shared) => {
    if (hasBadPort(url)) throw new Error(`port ${url.port} is blocked, because it belongs to another service`)
    const easy = new Easy()
    try {
      easy.setopt('URL', url.href)
      easy.setopt('CONNECT_ONLY', 2)
      easy.setopt('USERAGENT', userAgent())
      easy.setopt('HTTPHEADER', handshake.lines(headers))
      easy.setopt('HEADERFUNCTION', (line) => handshake.readHeader(line))
      applyOptions(easy, options.tls ?? {}, options, OURS_TOO)
      const connection = new RawConnection(shared, easy, url.protocol === 'wss:')
      return { connection, check: () => handshake.check(shared.libcurl) }
    } catch (error) {
      easy.close()
      throw error
    }
  })
}
