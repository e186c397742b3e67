// The types of the values of options, as node-libcurl has them.
import type { Buffer } from 'node:buffer'
import type { Easy } from './easy.js'
import type {
  CurlChunk,
  CurlFileType,
  CurlFnMatchFunc,
  CurlFollow,
  CurlFtpMethod,
  CurlFtpSsl,
  CurlGssApi,
  CurlHeader,
  CurlHsts,
  CurlHttpVersion,
  CurlInfoDebug,
  CurlIpResolve,
  CurlMimeOpt,
  CurlNetrc,
  CurlPreReqFunc,
  CurlProgressFunc,
  CurlProtocol,
  CurlProxy,
  CurlRtspRequest,
  CurlSshAuth,
  CurlSshKeyMatch,
  CurlSshKeyType,
  CurlSslOpt,
  CurlSslVersion,
  CurlTimeCond,
  CurlUseSsl,
  CurlWs,
  CurlWsOptions,
} from './enums.js'
import type { HttpPostField } from './form.js'
import type { CurlMime } from './mime.js'
import type { CurlOptionName } from './options.js'
import type { Share } from './share.js'

/** A file of a wildcard download. */
export interface FileInfo {
  filetype: CurlFileType
  filename: string
  time: Date
  perm: number
  uid: number
  gid: number
  size: number
  hardlinks: number
  strings: { time: string; perm: string; user: string; group: string; target: string | null }
}

/** An entry of the HSTS cache. `expire` is 'YYYYMMDD HH:MM:SS', or null for never. */
export interface CurlHstsCacheEntry {
  host: string
  includeSubDomains?: boolean
  expire?: string | null
}

/** Which of the entries of the cache an entry is. */
export interface CurlHstsCacheCount {
  index: number
  total: number
  /** The same as `total`: node-libcurl's types have this name, and its values the other one. */
  count: number
}

/** The frame of a WebSocket that a piece of data belongs to. */
export interface CurlWsFrame {
  /** Always 0. */
  age: number
  flags: CurlWs
  /** Where the piece begins in the frame's payload, in bytes. */
  offset: number
  /** Bytes of the payload that are still to come. */
  bytesleft: number
  /** How many bytes the piece has. */
  len: number
}

type Data = (this: Easy, data: Buffer, size: number, nmemb: number) => number
type Progress = (
  this: Easy,
  dltotal: number,
  dlnow: number,
  ultotal: number,
  ulnow: number,
) => number | CurlProgressFunc

export type DataCallbackOptions = 'READFUNCTION' | 'HEADERFUNCTION' | 'WRITEFUNCTION'
export type ProgressCallbackOptions = 'PROGRESSFUNCTION' | 'XFERINFOFUNCTION'
export type StringListOptions =
  | 'CONNECT_TO'
  | 'HTTP200ALIASES'
  | 'HTTPHEADER'
  | 'MAIL_RCPT'
  | 'PROXYHEADER'
  | 'POSTQUOTE'
  | 'PREQUOTE'
  | 'QUOTE'
  | 'RESOLVE'
  | 'TELNETOPTIONS'
export type BlobOptions =
  | 'CAINFO_BLOB'
  | 'ISSUERCERT_BLOB'
  | 'SSLKEY_BLOB'
  | 'SSLCERT_BLOB'
  | 'PROXY_CAINFO_BLOB'
  | 'PROXY_ISSUERCERT_BLOB'
  | 'PROXY_SSLCERT_BLOB'
  | 'PROXY_SSLKEY_BLOB'

/** The options whose value is not just a string, a number or a boolean. null resets each. */
interface SpecificValues extends Record<DataCallbackOptions, Data>, Record<ProgressCallbackOptions, Progress> {
  CHUNK_BGN_FUNCTION: (this: Easy, fileInfo: FileInfo, remains: number) => CurlChunk
  CHUNK_END_FUNCTION: (this: Easy) => CurlChunk
  DEBUGFUNCTION: (this: Easy, type: CurlInfoDebug, data: Buffer) => 0
  FNMATCH_FUNCTION: (this: Easy, pattern: string, value: string) => CurlFnMatchFunc
  FOLLOWLOCATION: boolean | number | string | CurlFollow
  FTP_FILEMETHOD: CurlFtpMethod
  FTP_SSL_CCC: CurlFtpSsl
  GSSAPI_DELEGATION: CurlGssApi
  HEADEROPT: CurlHeader
  HSTS_CTRL: CurlHsts
  /** Returns an entry until it returns null, or all entries at once. */
  HSTSREADFUNCTION: (
    this: Easy,
    options: { maxHostLengthBytes: number },
  ) => null | CurlHstsCacheEntry | CurlHstsCacheEntry[]
  HSTSWRITEFUNCTION: (this: Easy, cacheEntry: CurlHstsCacheEntry, cacheCount: CurlHstsCacheCount) => any
  HTTP_VERSION: CurlHttpVersion
  HTTPPOST: HttpPostField[]
  INTERLEAVEFUNCTION: Data
  IPRESOLVE: CurlIpResolve
  MIME_OPTIONS: CurlMimeOpt
  MIMEPOST: CurlMime
  NETRC: CurlNetrc
  PREREQFUNCTION: (
    this: Easy,
    connPrimaryIp: string,
    connLocalIp: string,
    connPrimaryPort: number,
    conLocalPort: number,
  ) => CurlPreReqFunc
  PROTOCOLS: CurlProtocol
  PROXY_SSL_OPTIONS: CurlSslOpt
  PROXYTYPE: CurlProxy
  REDIR_PROTOCOLS: CurlProtocol
  RTSP_REQUEST: CurlRtspRequest
  SEEKFUNCTION: (this: Easy, offset: number, origin: number) => number
  SHARE: Share
  SSH_AUTH_TYPES: CurlSshAuth
  SSH_HOSTKEYFUNCTION: (this: Easy, keytype: CurlSshKeyType, key: Buffer) => CurlSshKeyMatch
  SSL_OPTIONS: CurlSslOpt
  SSLVERSION: CurlSslVersion
  STREAM_DEPENDS: Easy
  STREAM_DEPENDS_E: Easy
  TIMECONDITION: CurlTimeCond
  TRAILERFUNCTION: (this: Easy) => string[] | false
  USE_SSL: CurlUseSsl
  WS_OPTIONS: CurlWsOptions
}

/** The value of an option. */
export type OptionValue<N extends CurlOptionName> =
  | (N extends keyof SpecificValues
      ? SpecificValues[N]
      : N extends StringListOptions
        ? string[]
        : N extends BlobOptions
          ? ArrayBuffer | Buffer | string
          : string | number | boolean)
  | null

/** Names in camel case that do not follow from the underscores of the option, as node-libcurl spells them. */
type Irregular =
  | 'acceptTimeoutMs'
  | 'altSvc'
  | 'altSvcCtrl'
  | 'autoReferer'
  | 'awsSigV4'
  | 'bufferSize'
  | 'caInfo'
  | 'caInfoBlob'
  | 'caPath'
  | 'certInfo'
  | 'connectTimeout'
  | 'connectTimeoutMs'
  | 'cookieFile'
  | 'cookieJar'
  | 'cookieList'
  | 'cookieSession'
  | 'crlFile'
  | 'customRequest'
  | 'debugFunction'
  | 'dirListOnly'
  | 'dohSslVerifyHost'
  | 'dohSslVerifyPeer'
  | 'dohSslVerifyStatus'
  | 'egdSocket'
  | 'failOnError'
  | 'fileTime'
  | 'fnMatchFunction'
  | 'followLocation'
  | 'forbIdReuse'
  | 'ftpFileMethod'
  | 'ftpPort'
  | 'ftpSslAuth'
  | 'haProxyClientIp'
  | 'haProxyProtocol'
  | 'headerFunction'
  | 'headerOpt'
  | 'hstsReadFunction'
  | 'hstsWriteFunction'
  | 'httpAuth'
  | 'httpGet'
  | 'httpHeader'
  | 'httpPost'
  | 'httpProxyTunnel'
  | 'inFileSize'
  | 'inFileSizeLarge'
  | 'interleaveFunction'
  | 'ipResolve'
  | 'issuerCert'
  | 'issuerCertBlob'
  | 'keyPasswd'
  | 'krbLevel'
  | 'localPort'
  | 'localPortRange'
  | 'maxAgeConn'
  | 'maxConnects'
  | 'maxFileSize'
  | 'maxFileSizeLarge'
  | 'maxLifetimeConn'
  | 'maxRedirs'
  | 'mimePost'
  | 'noProgress'
  | 'noProxy'
  | 'noSignal'
  | 'pinnedPublicKey'
  | 'pipeWait'
  | 'postFields'
  | 'postFieldSize'
  | 'postFieldSizeLarge'
  | 'postQuote'
  | 'postRedir'
  | 'preQuote'
  | 'preReqFunction'
  | 'progressFunction'
  | 'proxyCaInfo'
  | 'proxyCaInfoBlob'
  | 'proxyCaPath'
  | 'proxyCrlFile'
  | 'proxyIssuerCert'
  | 'proxyIssuerCertBlob'
  | 'proxyKeyPasswd'
  | 'proxyPinnedPublicKey'
  | 'proxySslVerifyHost'
  | 'proxySslVerifyPeer'
  | 'proxySslCert'
  | 'proxySslCertBlob'
  | 'proxySslCertType'
  | 'proxySslKey'
  | 'proxySslKeyBlob'
  | 'proxySslKeyType'
  | 'proxyTlsAuthPassword'
  | 'proxyTlsAuthType'
  | 'proxyTlsAuthUsername'
  | 'proxyAuth'
  | 'proxyHeader'
  | 'proxyPassword'
  | 'proxyPort'
  | 'proxyType'
  | 'proxyUsername'
  | 'proxyUserpwd'
  | 'readData'
  | 'readFunction'
  | 'rtspTransPort'
  | 'saslAuthzId'
  | 'seekFunction'
  | 'sshHostKeyFunction'
  | 'sshKnownHosts'
  | 'sshPrivateKeyFile'
  | 'sshPublicKeyFile'
  | 'sslSessionIdCache'
  | 'sslVerifyHost'
  | 'sslVerifyPeer'
  | 'sslVerifyStatus'
  | 'sslCert'
  | 'sslCertBlob'
  | 'sslCertType'
  | 'sslEngine'
  | 'sslEngineDefault'
  | 'sslKey'
  | 'sslKeyBlob'
  | 'sslKeyType'
  | 'tcpFastOpen'
  | 'tcpKeepAlive'
  | 'tcpKeepCnt'
  | 'tcpKeepIdle'
  | 'tcpKeepIntvl'
  | 'tcpNoDelay'
  | 'telnetOptions'
  | 'tftpBlkSize'
  | 'timeCondition'
  | 'timeValue'
  | 'timeValueLarge'
  | 'tlsAuthPassword'
  | 'tlsAuthType'
  | 'tlsAuthUsername'
  | 'trailerFunction'
  | 'transferText'
  | 'uploadBufferSize'
  | 'userAgent'
  | 'wildcardMatch'
  | 'writeFunction'
  | 'xferInfoFunction'

type WithoutUnderscores<S extends string> = S extends `${infer A}_${infer B}` ? `${A}${WithoutUnderscores<B>}` : S
type ByLetters = { [N in CurlOptionName as WithoutUnderscores<N>]: N }
type Regular<S extends string> = S extends `${infer A}_${infer B}` ? `${A}${Capitalize<Regular<B>>}` : S

/** The options by their names, and by their names in camel case. */
export type CurlOptionValueType = { [N in CurlOptionName]?: OptionValue<N> } & {
  [N in CurlOptionName as Regular<Lowercase<N>>]?: OptionValue<N>
} & {
  [C in Irregular]?: Uppercase<C> extends keyof ByLetters ? OptionValue<ByLetters[Uppercase<C>]> : never
}
