// node-libcurl's enums, with libcurl's values: each member is one of this package's own constants. CurlCode and its kin
// are in codes.gen.ts.
import * as c from '../libcurl/constants.gen.js'

/** What a Curl does with data and headers: see Curl.enable(). These are bits. */
export enum CurlFeature {
  Empty = 0,
  /** The event 'end' has the body as a Buffer. */
  NoDataParsing = 1,
  /** The event 'end' has the headers as a Buffer. */
  NoHeaderParsing = 2,
  Raw = NoDataParsing | NoHeaderParsing,
  /** The body is not kept: only the events 'data' have it. */
  NoDataStorage = 4,
  /** The headers are not kept: only the events 'header' have them. */
  NoHeaderStorage = 8,
  NoStorage = NoDataStorage | NoHeaderStorage,
  /** The event 'stream' has the body as a stream. */
  StreamResponse = 16,
}

/** Bits of HTTPAUTH and PROXYAUTH. */
export enum CurlAuth {
  None = c.CURLAUTH_NONE,
  Basic = c.CURLAUTH_BASIC,
  Digest = c.CURLAUTH_DIGEST,
  Negotiate = c.CURLAUTH_NEGOTIATE,
  GssNegotiate = c.CURLAUTH_GSSNEGOTIATE,
  GssApi = c.CURLAUTH_GSSAPI,
  Ntlm = c.CURLAUTH_NTLM,
  DigestIe = c.CURLAUTH_DIGEST_IE,
  NtlmWb = c.CURLAUTH_NTLM_WB,
  Bearer = c.CURLAUTH_BEARER,
  AwsSigV4 = c.CURLAUTH_AWS_SIGV4,
  Only = c.CURLAUTH_ONLY,
  Any = c.CURLAUTH_ANY | 0,
  AnySafe = c.CURLAUTH_ANYSAFE | 0,
}

/** Of FTPSSLAUTH. */
export enum CurlFtpAuth {
  Default = c.CURLFTPAUTH_DEFAULT,
  Ssl = c.CURLFTPAUTH_SSL,
  Tls = c.CURLFTPAUTH_TLS,
}

/** What CHUNK_BGN_FUNCTION and CHUNK_END_FUNCTION return. */
export enum CurlChunk {
  BgnFuncOk = c.CURL_CHUNK_BGN_FUNC_OK,
  BgnFuncFail = c.CURL_CHUNK_BGN_FUNC_FAIL,
  BgnFuncSkip = c.CURL_CHUNK_BGN_FUNC_SKIP,
  EndFuncOk = c.CURL_CHUNK_END_FUNC_OK,
  EndFuncFail = c.CURL_CHUNK_END_FUNC_FAIL,
}

/** The type of a file of a wildcard download. */
export enum CurlFileType {
  File = c.CURLFILETYPE_FILE,
  Directory = c.CURLFILETYPE_DIRECTORY,
  Symlink = c.CURLFILETYPE_SYMLINK,
  DeviceBlock = c.CURLFILETYPE_DEVICE_BLOCK,
  DeviceChar = c.CURLFILETYPE_DEVICE_CHAR,
  NamedPipe = c.CURLFILETYPE_NAMEDPIPE,
  Socket = c.CURLFILETYPE_SOCKET,
  Door = c.CURLFILETYPE_DOOR,
}

/** What FNMATCH_FUNCTION returns. */
export enum CurlFnMatchFunc {
  Match = c.CURL_FNMATCHFUNC_MATCH,
  NoMatch = c.CURL_FNMATCHFUNC_NOMATCH,
  Fail = c.CURL_FNMATCHFUNC_FAIL,
}

/** Of FOLLOWLOCATION. */
export enum CurlFollow {
  All = c.CURLFOLLOW_ALL,
  ObeyCode = c.CURLFOLLOW_OBEYCODE,
  FirstOnly = c.CURLFOLLOW_FIRSTONLY,
}

/** Of FTP_FILEMETHOD. */
export enum CurlFtpMethod {
  DEFAULT = c.CURLFTPMETHOD_DEFAULT,
  MULTICWD = c.CURLFTPMETHOD_MULTICWD,
  NOCWD = c.CURLFTPMETHOD_NOCWD,
  SINGLECWD = c.CURLFTPMETHOD_SINGLECWD,
}

/** Of FTP_SSL_CCC. */
export enum CurlFtpSsl {
  CccNone = c.CURLFTPSSL_CCC_NONE,
  CccPassive = c.CURLFTPSSL_CCC_PASSIVE,
  CccActive = c.CURLFTPSSL_CCC_ACTIVE,
}

/** Of globalInit(), which does nothing. */
export enum CurlGlobalInit {
  Ssl = c.CURL_GLOBAL_SSL,
  Win32 = c.CURL_GLOBAL_WIN32,
  All = c.CURL_GLOBAL_ALL,
  Nothing = c.CURL_GLOBAL_NOTHING,
  Default = c.CURL_GLOBAL_DEFAULT,
  AckEintr = c.CURL_GLOBAL_ACK_EINTR,
}

/** Of GSSAPI_DELEGATION. */
export enum CurlGssApi {
  None = c.CURLGSSAPI_DELEGATION_NONE,
  PolicyFlag = c.CURLGSSAPI_DELEGATION_POLICY_FLAG,
  DelegationFlag = c.CURLGSSAPI_DELEGATION_FLAG,
}

/** Of HEADEROPT. */
export enum CurlHeader {
  Unified = c.CURLHEADER_UNIFIED,
  Separate = c.CURLHEADER_SEPARATE,
}

/** Of HSTS_CTRL. */
export enum CurlHsts {
  Disabled = 0,
  Enable = c.CURLHSTS_ENABLE,
  ReadonlyFile = c.CURLHSTS_READONLYFILE,
}

/** What HSTSWRITEFUNCTION returns. */
export enum CurlHstsCallback {
  Ok = c.CURLSTS_OK,
  Done = c.CURLSTS_DONE,
  Fail = c.CURLSTS_FAIL,
}

/** Of HTTP_VERSION. */
export enum CurlHttpVersion {
  None = c.CURL_HTTP_VERSION_NONE,
  V1_0 = c.CURL_HTTP_VERSION_1_0,
  V1_1 = c.CURL_HTTP_VERSION_1_1,
  V2_0 = c.CURL_HTTP_VERSION_2_0,
  V2Tls = c.CURL_HTTP_VERSION_2TLS,
  V2PriorKnowledge = c.CURL_HTTP_VERSION_2_PRIOR_KNOWLEDGE,
  v3 = c.CURL_HTTP_VERSION_3,
  V3Only = c.CURL_HTTP_VERSION_3ONLY,
}

/** The kinds of data that DEBUGFUNCTION gets. */
export enum CurlInfoDebug {
  Text = c.CURLINFO_TEXT,
  HeaderIn = c.CURLINFO_HEADER_IN,
  HeaderOut = c.CURLINFO_HEADER_OUT,
  DataIn = c.CURLINFO_DATA_IN,
  DataOut = c.CURLINFO_DATA_OUT,
  SslDataIn = c.CURLINFO_SSL_DATA_IN,
  SslDataOut = c.CURLINFO_SSL_DATA_OUT,
}

/** Of IPRESOLVE. */
export enum CurlIpResolve {
  Whatever = c.CURL_IPRESOLVE_WHATEVER,
  V4 = c.CURL_IPRESOLVE_V4,
  V6 = c.CURL_IPRESOLVE_V6,
}

/** Bits of MIME_OPTIONS. */
export enum CurlMimeOpt {
  FormEscape = c.CURLMIMEOPT_FORMESCAPE,
}

/** Bits of NETWORK_CHANGED. */
export enum CurlMultiNetworkChanged {
  ClearConns = c.CURLMNWC_CLEAR_CONNS,
  ClearDns = c.CURLMNWC_CLEAR_DNS,
}

/** Of NETRC. */
export enum CurlNetrc {
  Ignored = c.CURL_NETRC_IGNORED,
  Optional = c.CURL_NETRC_OPTIONAL,
  Required = c.CURL_NETRC_REQUIRED,
}

/** Bits of pause(). */
export enum CurlPause {
  Recv = c.CURLPAUSE_RECV,
  RecvCont = c.CURLPAUSE_RECV_CONT,
  Send = c.CURLPAUSE_SEND,
  SendCont = c.CURLPAUSE_SEND_CONT,
  All = c.CURLPAUSE_ALL,
  Cont = c.CURLPAUSE_CONT,
}

/** Of PIPELINING. */
export enum CurlPipe {
  Nothing = c.CURLPIPE_NOTHING,
  Http1 = c.CURLPIPE_HTTP1,
  Multiplex = c.CURLPIPE_MULTIPLEX,
}

/** What PREREQFUNCTION returns. */
export enum CurlPreReqFunc {
  Ok = c.CURL_PREREQFUNC_OK,
  Abort = c.CURL_PREREQFUNC_ABORT,
}

/** What a progress callback may return besides 0. */
export enum CurlProgressFunc {
  Continue = c.CURL_PROGRESSFUNC_CONTINUE,
}

/** Bits of PROTOCOLS and REDIR_PROTOCOLS. */
export enum CurlProtocol {
  HTTP = c.CURLPROTO_HTTP,
  HTTPS = c.CURLPROTO_HTTPS,
  FTP = c.CURLPROTO_FTP,
  FTPS = c.CURLPROTO_FTPS,
  SCP = c.CURLPROTO_SCP,
  SFTP = c.CURLPROTO_SFTP,
  TELNET = c.CURLPROTO_TELNET,
  LDAP = c.CURLPROTO_LDAP,
  LDAPS = c.CURLPROTO_LDAPS,
  DICT = c.CURLPROTO_DICT,
  FILE = c.CURLPROTO_FILE,
  TFTP = c.CURLPROTO_TFTP,
  IMAP = c.CURLPROTO_IMAP,
  IMAPS = c.CURLPROTO_IMAPS,
  POP3 = c.CURLPROTO_POP3,
  POP3S = c.CURLPROTO_POP3S,
  SMTP = c.CURLPROTO_SMTP,
  SMTPS = c.CURLPROTO_SMTPS,
  RTSP = c.CURLPROTO_RTSP,
  RTMP = c.CURLPROTO_RTMP,
  RTMPT = c.CURLPROTO_RTMPT,
  RTMPE = c.CURLPROTO_RTMPE,
  RTMPTE = c.CURLPROTO_RTMPTE,
  RTMPS = c.CURLPROTO_RTMPS,
  RTMPTS = c.CURLPROTO_RTMPTS,
  GOPHER = c.CURLPROTO_GOPHER,
  SMB = c.CURLPROTO_SMB,
  SMBS = c.CURLPROTO_SMBS,
  MQTT = c.CURLPROTO_MQTT,
  GOPHERS = c.CURLPROTO_GOPHERS,
  ALL = c.CURLPROTO_ALL | 0,
}

/** Of PROXYTYPE. */
export enum CurlProxy {
  Http = c.CURLPROXY_HTTP,
  Http_1_0 = c.CURLPROXY_HTTP_1_0,
  Https = c.CURLPROXY_HTTPS,
  Https2 = c.CURLPROXY_HTTPS2,
  Socks4 = c.CURLPROXY_SOCKS4,
  Socks5 = c.CURLPROXY_SOCKS5,
  Socks4A = c.CURLPROXY_SOCKS4A,
  Socks5Hostname = c.CURLPROXY_SOCKS5_HOSTNAME,
}

/** What PUSHFUNCTION returns. */
export enum CurlPush {
  Ok = c.CURL_PUSH_OK,
  Deny = c.CURL_PUSH_DENY,
  ErrorOut = c.CURL_PUSH_ERROROUT,
}

/** Of the info PROXY_ERROR. */
export enum CurlPx {
  Ok = c.CURLPX_OK,
  BadAddressType = c.CURLPX_BAD_ADDRESS_TYPE,
  BadVersion = c.CURLPX_BAD_VERSION,
  Closed = c.CURLPX_CLOSED,
  Gssapi = c.CURLPX_GSSAPI,
  GssapiPermsg = c.CURLPX_GSSAPI_PERMSG,
  GssapiProtection = c.CURLPX_GSSAPI_PROTECTION,
  Identd = c.CURLPX_IDENTD,
  IdentdDiffer = c.CURLPX_IDENTD_DIFFER,
  LongHostname = c.CURLPX_LONG_HOSTNAME,
  LongPasswd = c.CURLPX_LONG_PASSWD,
  LongUser = c.CURLPX_LONG_USER,
  NoAuth = c.CURLPX_NO_AUTH,
  RecvAddress = c.CURLPX_RECV_ADDRESS,
  RecvAuth = c.CURLPX_RECV_AUTH,
  RecvConnect = c.CURLPX_RECV_CONNECT,
  RecvReqack = c.CURLPX_RECV_REQACK,
  ReplyAddressTypeNotSupported = c.CURLPX_REPLY_ADDRESS_TYPE_NOT_SUPPORTED,
  ReplyCommandNotSupported = c.CURLPX_REPLY_COMMAND_NOT_SUPPORTED,
  ReplyConnectionRefused = c.CURLPX_REPLY_CONNECTION_REFUSED,
  ReplyGeneralServerFailure = c.CURLPX_REPLY_GENERAL_SERVER_FAILURE,
  ReplyHostUnreachable = c.CURLPX_REPLY_HOST_UNREACHABLE,
  ReplyNetworkUnreachable = c.CURLPX_REPLY_NETWORK_UNREACHABLE,
  ReplyNotAllowed = c.CURLPX_REPLY_NOT_ALLOWED,
  ReplyTtlExpired = c.CURLPX_REPLY_TTL_EXPIRED,
  ReplyUnassigned = c.CURLPX_REPLY_UNASSIGNED,
  RequestFailed = c.CURLPX_REQUEST_FAILED,
  ResolveHost = c.CURLPX_RESOLVE_HOST,
  SendAuth = c.CURLPX_SEND_AUTH,
  SendConnect = c.CURLPX_SEND_CONNECT,
  SendRequest = c.CURLPX_SEND_REQUEST,
  UnknownFail = c.CURLPX_UNKNOWN_FAIL,
  UnknownMode = c.CURLPX_UNKNOWN_MODE,
  UserRejected = c.CURLPX_USER_REJECTED,
}

/** What READFUNCTION returns besides a number of bytes. */
export enum CurlReadFunc {
  Abort = c.CURL_READFUNC_ABORT,
  Pause = c.CURL_READFUNC_PAUSE,
}

/** Of RTSP_REQUEST. */
export enum CurlRtspRequest {
  None = c.CURL_RTSPREQ_NONE,
  Options = c.CURL_RTSPREQ_OPTIONS,
  Describe = c.CURL_RTSPREQ_DESCRIBE,
  Announce = c.CURL_RTSPREQ_ANNOUNCE,
  Setup = c.CURL_RTSPREQ_SETUP,
  Play = c.CURL_RTSPREQ_PLAY,
  Pause = c.CURL_RTSPREQ_PAUSE,
  Teardown = c.CURL_RTSPREQ_TEARDOWN,
  GetParameter = c.CURL_RTSPREQ_GET_PARAMETER,
  SetParameter = c.CURL_RTSPREQ_SET_PARAMETER,
  Record = c.CURL_RTSPREQ_RECORD,
  Receive = c.CURL_RTSPREQ_RECEIVE,
}

/** What a Share shares. */
export enum CurlShareLock {
  DataNone = c.CURL_LOCK_DATA_NONE,
  DataShare = c.CURL_LOCK_DATA_SHARE,
  DataCookie = c.CURL_LOCK_DATA_COOKIE,
  DataDns = c.CURL_LOCK_DATA_DNS,
  DataSslSession = c.CURL_LOCK_DATA_SSL_SESSION,
  DataConnect = c.CURL_LOCK_DATA_CONNECT,
  DataPsl = c.CURL_LOCK_DATA_PSL,
  DataHsts = c.CURL_LOCK_DATA_HSTS,
}

/** The options of a Share. */
export enum CurlShareOption {
  SHARE = c.CURLSHOPT_SHARE,
  UNSHARE = c.CURLSHOPT_UNSHARE,
}

/** Bits of SSH_AUTH_TYPES. */
export enum CurlSshAuth {
  Any = c.CURLSSH_AUTH_ANY | 0,
  None = c.CURLSSH_AUTH_NONE,
  PublicKey = c.CURLSSH_AUTH_PUBLICKEY,
  Password = c.CURLSSH_AUTH_PASSWORD,
  Host = c.CURLSSH_AUTH_HOST,
  Keyboard = c.CURLSSH_AUTH_KEYBOARD,
  Agent = c.CURLSSH_AUTH_AGENT,
  GssApi = c.CURLSSH_AUTH_GSSAPI,
  Default = c.CURLSSH_AUTH_DEFAULT | 0,
}

/** The types of keys that SSH_HOSTKEYFUNCTION gets. */
export enum CurlSshKeyType {
  Unknown = c.CURLKHTYPE_UNKNOWN,
  Rsa = c.CURLKHTYPE_RSA,
  Dss = c.CURLKHTYPE_DSS,
  Ecdsa = c.CURLKHTYPE_ECDSA,
  Ed25519 = c.CURLKHTYPE_ED25519,
}

/** What SSH_HOSTKEYFUNCTION returns. */
export enum CurlSshKeyMatch {
  Ok = c.CURLKHMATCH_OK,
  Mismatch = c.CURLKHMATCH_MISMATCH,
}

/** Bits of SSL_OPTIONS and PROXY_SSL_OPTIONS. */
export enum CurlSslOpt {
  AllowBeast = c.CURLSSLOPT_ALLOW_BEAST,
  NoRevoke = c.CURLSSLOPT_NO_REVOKE,
  NoPartialChain = c.CURLSSLOPT_NO_PARTIALCHAIN,
  RevokeBestEffort = c.CURLSSLOPT_REVOKE_BEST_EFFORT,
  NativeCa = c.CURLSSLOPT_NATIVE_CA,
  AutoClientCert = c.CURLSSLOPT_AUTO_CLIENT_CERT,
  Earlydata = c.CURLSSLOPT_EARLYDATA,
}

/** Of SSLVERSION: the lowest version. It can be added to a CurlSslVersionMax. */
export enum CurlSslVersion {
  Default = c.CURL_SSLVERSION_DEFAULT,
  TlsV1 = c.CURL_SSLVERSION_TLSv1,
  SslV2 = c.CURL_SSLVERSION_SSLv2,
  SslV3 = c.CURL_SSLVERSION_SSLv3,
  TlsV1_0 = c.CURL_SSLVERSION_TLSv1_0,
  TlsV1_1 = c.CURL_SSLVERSION_TLSv1_1,
  TlsV1_2 = c.CURL_SSLVERSION_TLSv1_2,
  TlsV1_3 = c.CURL_SSLVERSION_TLSv1_3,
}

/** The highest version, of SSLVERSION. */
export enum CurlSslVersionMax {
  None = c.CURL_SSLVERSION_MAX_NONE,
  Default = c.CURL_SSLVERSION_MAX_DEFAULT,
  TlsV1_0 = c.CURL_SSLVERSION_MAX_TLSv1_0,
  TlsV1_1 = c.CURL_SSLVERSION_MAX_TLSv1_1,
  TlsV1_2 = c.CURL_SSLVERSION_MAX_TLSv1_2,
  TlsV1_3 = c.CURL_SSLVERSION_MAX_TLSv1_3,
}

/** Of TIMECONDITION. */
export enum CurlTimeCond {
  None = c.CURL_TIMECOND_NONE,
  IfModSince = c.CURL_TIMECOND_IFMODSINCE,
  IfUnmodSince = c.CURL_TIMECOND_IFUNMODSINCE,
  LastMod = c.CURL_TIMECOND_LASTMOD,
}

/** Bits of UPLOAD_FLAGS. */
export enum CurlUploadFlag {
  Answered = c.CURLULFLAG_ANSWERED,
  Deleted = c.CURLULFLAG_DELETED,
  Draft = c.CURLULFLAG_DRAFT,
  Flagged = c.CURLULFLAG_FLAGGED,
  Seen = c.CURLULFLAG_SEEN,
}

/** Of USE_SSL. */
export enum CurlUseSsl {
  None = c.CURLUSESSL_NONE,
  Try = c.CURLUSESSL_TRY,
  Control = c.CURLUSESSL_CONTROL,
  All = c.CURLUSESSL_ALL,
}

/** Bits of rawFeatures of Curl.getVersionInfo(). */
export enum CurlVersion {
  Ipv6 = c.CURL_VERSION_IPV6,
  Kerberos4 = c.CURL_VERSION_KERBEROS4,
  Ssl = c.CURL_VERSION_SSL,
  Libz = c.CURL_VERSION_LIBZ,
  Ntlm = c.CURL_VERSION_NTLM,
  GssNegotiate = c.CURL_VERSION_GSSNEGOTIATE,
  Debug = c.CURL_VERSION_DEBUG,
  AsynchDns = c.CURL_VERSION_ASYNCHDNS,
  Spnego = c.CURL_VERSION_SPNEGO,
  LargeFile = c.CURL_VERSION_LARGEFILE,
  Idn = c.CURL_VERSION_IDN,
  Sspi = c.CURL_VERSION_SSPI,
  Conv = c.CURL_VERSION_CONV,
  CurlDebug = c.CURL_VERSION_CURLDEBUG,
  TlsAuthSrp = c.CURL_VERSION_TLSAUTH_SRP,
  NtlmWb = c.CURL_VERSION_NTLM_WB,
  Http2 = c.CURL_VERSION_HTTP2,
  GssApi = c.CURL_VERSION_GSSAPI,
  Kerberos5 = c.CURL_VERSION_KERBEROS5,
  UnixSockets = c.CURL_VERSION_UNIX_SOCKETS,
  Psl = c.CURL_VERSION_PSL,
  HttpsProxy = c.CURL_VERSION_HTTPS_PROXY,
  MultiSsl = c.CURL_VERSION_MULTI_SSL,
  Brotli = c.CURL_VERSION_BROTLI,
  AltSvc = c.CURL_VERSION_ALTSVC,
  Http3 = c.CURL_VERSION_HTTP3,
  Zstd = c.CURL_VERSION_ZSTD,
  Unicode = c.CURL_VERSION_UNICODE,
  Gsasl = c.CURL_VERSION_GSASL,
}

/** What WRITEFUNCTION returns besides a number of bytes. */
export enum CurlWriteFunc {
  Pause = c.CURL_WRITEFUNC_PAUSE,
  Abort = c.CURL_WRITEFUNC_ERROR,
}

/** Bits of a WebSocket frame. */
export enum CurlWs {
  Text = c.CURLWS_TEXT,
  Binary = c.CURLWS_BINARY,
  Cont = c.CURLWS_CONT,
  Close = c.CURLWS_CLOSE,
  Ping = c.CURLWS_PING,
  Pong = c.CURLWS_PONG,
  Offset = c.CURLWS_OFFSET,
}

/** Bits of WS_OPTIONS. */
export enum CurlWsOptions {
  RawMode = c.CURLWS_RAW_MODE,
  NoAutoPong = c.CURLWS_NOAUTOPONG,
}

/** What has happened on a socket. */
export enum SocketState {
  Readable = c.CURL_CSELECT_IN,
  Writable = c.CURL_CSELECT_OUT,
}
