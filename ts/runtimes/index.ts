// The exports of the package in all runtimes.
export { Easy } from '../libcurl/easy.js'
export type { Frame } from '../libcurl/ws.js'
export type { Header } from '../libcurl/response-headers.js'
export { readInto, withoutCopy } from '../libcurl/callbacks.js'
export { Multi } from '../libcurl/multi.js'
export type { Message } from '../libcurl/transfers.js'
export type { MultiCallbacks } from '../libcurl/multi-callbacks.js'
export { Share } from '../libcurl/share.js'
export { sockets } from '../libcurl/sockets.js'
export { CurlUrl, type UrlPart } from '../libcurl/url.js'
export { escape, unescape, unescapeBytes } from '../libcurl/escape.js'
export { getdate } from '../libcurl/getdate.js'
export { easyStrerror, multiStrerror, shareStrerror, urlStrerror } from '../libcurl/strerror.js'
export { versionInfo, type VersionInfo } from '../libcurl/version.js'
export type { EasyCallbacks, FileInfo, HstsEntry, SocketAddress, SshKey } from '../libcurl/callback-types.js'
export type { SslSession } from '../libcurl/ssls.js'
export type { ReadResult } from '../libcurl/read-result.js'
export type { MimeCallbacks, MimePart } from '../libcurl/mime.js'
export type { Bytes, OnOff } from '../libcurl/option-values.js'
export type * from '../libcurl/option-types.gen.js'
export {
  CurlError,
  CurlHeaderError,
  CurlMultiError,
  CurlShareError,
  CurlUrlError,
  LibcurlError,
} from '../libcurl/errors.js'
export { MemoryFileSystem } from '../../shim/files/memory.js'
export type { FileStat, FileSystem, FileType, OpenFile, OpenFlags } from '../../shim/files/filesystem.js'
export { globalTrace, optionNames, version } from '../libcurl/libcurl.js'
export type { Fetch } from '../fetch/fetch.js'
export type { FetchSync, FetchSyncInit } from '../fetch/fetch-sync.js'
export type { SyncResponse } from '../fetch/sync-response.js'
export type { CurlInit, CurlOptions, Progress } from '../fetch/curl-init.js'
export type { DebugKind } from '../libcurl/debug-kinds.js'
export type { Certificate, Endpoint, TlsInfo } from '../http/connections.js'
export type { CurlInfo, Informational } from '../fetch/info.js'
export type { CurlResponse } from '../fetch/response.js'
export type { PhaseLimits } from '../fetch/phase-limits.js'
export type { FetchInit } from '../fetch/request.js'
export type { RawHeader } from '../http/headers.js'
export type { RequestTrace, TracedRequest } from '../fetch/request-trace.js'
export type { HopHead } from '../fetch/observe.js'
export type { Redirect } from '../fetch/redirect.js'
export type { Timings } from '../libcurl/timings.js'
export type { AltSvc } from '../session/alt-svc.js'
export type { Cookie, CookieInit } from '../session/cookie.js'
export type { CookieFilter, Cookies } from '../session/cookies.js'
export type { Hsts } from '../session/hsts.js'
export type { CallOptions, SearchParams, SessionInit, Timeouts } from '../session/call-options.js'
export type { HookRequest, HookState, Hooks } from '../session/hooks.js'
export { HttpError } from '../session/http-error.js'
export type { HarOptions } from '../session/har.js'
export type * from '../session/har-format.js'
export type { RetryOptions } from '../session/retry.js'
export type { Pem, SessionDefaults, SessionOptions } from '../session/session-options.js'
export type { CurlSession, SessionFetch } from '../session/session.js'
export type { SavedTlsSession, TlsSessions } from '../session/tls-sessions.js'
export type { Connect, ConnectOptions, ConnectTls, CurlSocket } from '../connect/connect.js'
export type { SocketInfo } from '../connect/raw-connection.js'
export type { ConnectionOptions, TlsOptions } from '../connect/connection-options.js'
export type { WebSocketOptions } from '../websocket/dial.js'
export { CloseEvent, type FailureEvent } from '../websocket/events.js'
export { WebSocketError } from '../websocket/stream.js'
export type {
  CurlWebSocketStream,
  WebSocketChunk,
  WebSocketCloseInfo,
  WebSocketConnection,
  WebSocketStreamClass,
  WebSocketStreamOptions,
} from '../websocket/stream.js'
export type { CurlWebSocket, WebSocketClass, WebSocketEvents } from '../websocket/websocket.js'
export type { InitInput, InitOptions } from './init.js'
export type { ModuleSource } from '../common/module.js'
export {
  wispTransport,
  type RelayState,
  type RelayStatus,
  type WispOptions,
  type WispTransport,
} from '../../shim/transports/wisp/transport.js'
export { wsproxyTransport, type WsproxyOptions } from '../../shim/transports/wsproxy.js'
export { streamTransport, type OpenStreams, type StreamPair } from '../../shim/transports/streams.js'
export { TransportError } from '../../shim/transports/transport.js'
export type * from '../../shim/transports/transport.js'
export type { WebSocketConstructor, WebSocketLike } from '../../shim/transports/relay-websocket.js'
export type { PasswordCredentials } from '../../shim/transports/wisp/protocol.js'
export * from '../libcurl/constants.gen.js'
