// The types of all options and infos of libcurl, made by wasm/abi/options.mjs (`make constants`). Not edited by hand.
//
// The methods take their types from the interfaces. The signatures at the end repeat them, one for each name, because
// an editor shows the comment of the signature that is called, and strikes out the call of a deprecated one.
import type { EasyCallbacks } from './callback-types.js'
import type * as c from './constants.gen.js'
import type { Easy } from './easy.js'
import type { MimePart } from './mime.js'
import type { MultiCallbacks } from './multi-callbacks.js'
import type { Bytes, OnOff } from './option-values.js'
import type { Share } from './share.js'
import type { CurlUrl } from './url.js'

/** One of the constants CURLFILETYPE_*. */
export type CurlFileType =
  | typeof c.CURLFILETYPE_FILE
  | typeof c.CURLFILETYPE_DIRECTORY
  | typeof c.CURLFILETYPE_SYMLINK
  | typeof c.CURLFILETYPE_DEVICE_BLOCK
  | typeof c.CURLFILETYPE_DEVICE_CHAR
  | typeof c.CURLFILETYPE_NAMEDPIPE
  | typeof c.CURLFILETYPE_SOCKET
  | typeof c.CURLFILETYPE_DOOR
  | typeof c.CURLFILETYPE_UNKNOWN

/** One of the constants CURLFOLLOW_*. */
export type CurlFollow =
  | typeof c.CURLFOLLOW_ALL
  | typeof c.CURLFOLLOW_OBEYCODE
  | typeof c.CURLFOLLOW_FIRSTONLY

/** One of the constants CURLFTPAUTH_*. */
export type CurlFtpAuth =
  | typeof c.CURLFTPAUTH_DEFAULT
  | typeof c.CURLFTPAUTH_SSL
  | typeof c.CURLFTPAUTH_TLS

/** One of the constants CURLFTPSSL_CCC_*. */
export type CurlFtpClearChannel =
  | typeof c.CURLFTPSSL_CCC_NONE
  | typeof c.CURLFTPSSL_CCC_PASSIVE
  | typeof c.CURLFTPSSL_CCC_ACTIVE

/** One of the constants CURLFTP_CREATE_DIR*. */
export type CurlFtpCreateDir =
  | typeof c.CURLFTP_CREATE_DIR_NONE
  | typeof c.CURLFTP_CREATE_DIR
  | typeof c.CURLFTP_CREATE_DIR_RETRY

/** One of the constants CURLFTPMETHOD_*. */
export type CurlFtpMethod =
  | typeof c.CURLFTPMETHOD_DEFAULT
  | typeof c.CURLFTPMETHOD_MULTICWD
  | typeof c.CURLFTPMETHOD_NOCWD
  | typeof c.CURLFTPMETHOD_SINGLECWD

/** One of the constants CURLHEADER_*. */
export type CurlHeaderOpt =
  | typeof c.CURLHEADER_UNIFIED
  | typeof c.CURLHEADER_SEPARATE

/** One of the constants CURLHTTPSIG_*. */
export type CurlHttpSignature =
  | typeof c.CURLHTTPSIG_NONE
  | typeof c.CURLHTTPSIG_ED25519
  | typeof c.CURLHTTPSIG_HMAC_SHA256

/** One of the constants CURL_HTTP_VERSION_*. */
export type CurlHttpVersion =
  | typeof c.CURL_HTTP_VERSION_NONE
  | typeof c.CURL_HTTP_VERSION_1_0
  | typeof c.CURL_HTTP_VERSION_1_1
  | typeof c.CURL_HTTP_VERSION_2_0
  | typeof c.CURL_HTTP_VERSION_2TLS
  | typeof c.CURL_HTTP_VERSION_2_PRIOR_KNOWLEDGE
  | typeof c.CURL_HTTP_VERSION_3
  | typeof c.CURL_HTTP_VERSION_3ONLY
  | typeof c.CURL_HTTP_VERSION_2

/** One of the constants CURLINFO_*. */
export type CurlInfoType =
  | typeof c.CURLINFO_TEXT
  | typeof c.CURLINFO_HEADER_IN
  | typeof c.CURLINFO_HEADER_OUT
  | typeof c.CURLINFO_DATA_IN
  | typeof c.CURLINFO_DATA_OUT
  | typeof c.CURLINFO_SSL_DATA_IN
  | typeof c.CURLINFO_SSL_DATA_OUT

/** One of the constants CURLIOCMD_*. */
export type CurlIoCommand =
  | typeof c.CURLIOCMD_NOP
  | typeof c.CURLIOCMD_RESTARTREAD

/** One of the constants CURL_IPRESOLVE_*. */
export type CurlIpResolve =
  | typeof c.CURL_IPRESOLVE_WHATEVER
  | typeof c.CURL_IPRESOLVE_V4
  | typeof c.CURL_IPRESOLVE_V6

/** One of the constants CURLKHMATCH_*. */
export type CurlKhMatch =
  | typeof c.CURLKHMATCH_OK
  | typeof c.CURLKHMATCH_MISMATCH
  | typeof c.CURLKHMATCH_MISSING

/** One of the constants CURLKHSTAT_*. */
export type CurlKhStat =
  | typeof c.CURLKHSTAT_FINE_ADD_TO_FILE
  | typeof c.CURLKHSTAT_FINE
  | typeof c.CURLKHSTAT_REJECT
  | typeof c.CURLKHSTAT_DEFER
  | typeof c.CURLKHSTAT_FINE_REPLACE

/** One of the constants CURLKHTYPE_*. */
export type CurlKhType =
  | typeof c.CURLKHTYPE_UNKNOWN
  | typeof c.CURLKHTYPE_RSA1
  | typeof c.CURLKHTYPE_RSA
  | typeof c.CURLKHTYPE_DSS
  | typeof c.CURLKHTYPE_ECDSA
  | typeof c.CURLKHTYPE_ED25519

/** One of the constants CURL_LOCK_DATA_*. */
export type CurlLockData =
  | typeof c.CURL_LOCK_DATA_COOKIE
  | typeof c.CURL_LOCK_DATA_DNS
  | typeof c.CURL_LOCK_DATA_SSL_SESSION
  | typeof c.CURL_LOCK_DATA_CONNECT
  | typeof c.CURL_LOCK_DATA_PSL
  | typeof c.CURL_LOCK_DATA_HSTS

/** One of the constants CURL_NETRC_*. */
export type CurlNetrc =
  | typeof c.CURL_NETRC_IGNORED
  | typeof c.CURL_NETRC_OPTIONAL
  | typeof c.CURL_NETRC_REQUIRED

/** One of the constants CURLMNOTIFY_*. */
export type CurlNotification =
  | typeof c.CURLMNOTIFY_INFO_READ
  | typeof c.CURLMNOTIFY_EASY_DONE

/** One of the constants CURL_POLL_*. */
export type CurlPoll =
  | typeof c.CURL_POLL_NONE
  | typeof c.CURL_POLL_IN
  | typeof c.CURL_POLL_OUT
  | typeof c.CURL_POLL_INOUT
  | typeof c.CURL_POLL_REMOVE

/** One of the constants CURLPX_*. */
export type CurlProxyError =
  | typeof c.CURLPX_OK
  | typeof c.CURLPX_BAD_ADDRESS_TYPE
  | typeof c.CURLPX_BAD_VERSION
  | typeof c.CURLPX_CLOSED
  | typeof c.CURLPX_GSSAPI
  | typeof c.CURLPX_GSSAPI_PERMSG
  | typeof c.CURLPX_GSSAPI_PROTECTION
  | typeof c.CURLPX_IDENTD
  | typeof c.CURLPX_IDENTD_DIFFER
  | typeof c.CURLPX_LONG_HOSTNAME
  | typeof c.CURLPX_LONG_PASSWD
  | typeof c.CURLPX_LONG_USER
  | typeof c.CURLPX_NO_AUTH
  | typeof c.CURLPX_RECV_ADDRESS
  | typeof c.CURLPX_RECV_AUTH
  | typeof c.CURLPX_RECV_CONNECT
  | typeof c.CURLPX_RECV_REQACK
  | typeof c.CURLPX_REPLY_ADDRESS_TYPE_NOT_SUPPORTED
  | typeof c.CURLPX_REPLY_COMMAND_NOT_SUPPORTED
  | typeof c.CURLPX_REPLY_CONNECTION_REFUSED
  | typeof c.CURLPX_REPLY_GENERAL_SERVER_FAILURE
  | typeof c.CURLPX_REPLY_HOST_UNREACHABLE
  | typeof c.CURLPX_REPLY_NETWORK_UNREACHABLE
  | typeof c.CURLPX_REPLY_NOT_ALLOWED
  | typeof c.CURLPX_REPLY_TTL_EXPIRED
  | typeof c.CURLPX_REPLY_UNASSIGNED
  | typeof c.CURLPX_REQUEST_FAILED
  | typeof c.CURLPX_RESOLVE_HOST
  | typeof c.CURLPX_SEND_AUTH
  | typeof c.CURLPX_SEND_CONNECT
  | typeof c.CURLPX_SEND_REQUEST
  | typeof c.CURLPX_UNKNOWN_FAIL
  | typeof c.CURLPX_UNKNOWN_MODE
  | typeof c.CURLPX_USER_REJECTED

/** One of the constants CURLPROXY_*. */
export type CurlProxyType =
  | typeof c.CURLPROXY_HTTP
  | typeof c.CURLPROXY_HTTP_1_0
  | typeof c.CURLPROXY_HTTPS
  | typeof c.CURLPROXY_HTTPS2
  | typeof c.CURLPROXY_SOCKS4
  | typeof c.CURLPROXY_SOCKS5
  | typeof c.CURLPROXY_SOCKS4A
  | typeof c.CURLPROXY_SOCKS5_HOSTNAME
  | typeof c.CURLPROXY_HTTPS3

/** One of the constants CURL_RTSPREQ_*. */
export type CurlRtspRequest =
  | typeof c.CURL_RTSPREQ_NONE
  | typeof c.CURL_RTSPREQ_OPTIONS
  | typeof c.CURL_RTSPREQ_DESCRIBE
  | typeof c.CURL_RTSPREQ_ANNOUNCE
  | typeof c.CURL_RTSPREQ_SETUP
  | typeof c.CURL_RTSPREQ_PLAY
  | typeof c.CURL_RTSPREQ_PAUSE
  | typeof c.CURL_RTSPREQ_TEARDOWN
  | typeof c.CURL_RTSPREQ_GET_PARAMETER
  | typeof c.CURL_RTSPREQ_SET_PARAMETER
  | typeof c.CURL_RTSPREQ_RECORD
  | typeof c.CURL_RTSPREQ_RECEIVE

/** One of the constants CURLSOCKTYPE_*. */
export type CurlSocketPurpose =
  | typeof c.CURLSOCKTYPE_IPCXN
  | typeof c.CURLSOCKTYPE_ACCEPT

/** One of the constants CURL_TIMECOND_*. */
export type CurlTimeCondition =
  | typeof c.CURL_TIMECOND_NONE
  | typeof c.CURL_TIMECOND_IFMODSINCE
  | typeof c.CURL_TIMECOND_IFUNMODSINCE
  | typeof c.CURL_TIMECOND_LASTMOD

/** One of the constants CURLUSESSL_*. */
export type CurlUseSsl =
  | typeof c.CURLUSESSL_NONE
  | typeof c.CURLUSESSL_TRY
  | typeof c.CURLUSESSL_CONTROL
  | typeof c.CURLUSESSL_ALL

/** The options of an easy handle, by name without 'CURLOPT_'. */
export interface EasyOptions {
  /**
   * Connects to a Unix socket of Linux's abstract namespace instead of to a host.
   * @see CURLOPT_ABSTRACT_UNIX_SOCKET(3)
   * @since 7.53.0
   */
  ABSTRACT_UNIX_SOCKET: string | null
  /**
   * How long to wait for the server's connection in active FTP, in milliseconds; 60000 by default.
   * @see CURLOPT_ACCEPTTIMEOUT_MS(3)
   * @since 7.24.0
   */
  ACCEPTTIMEOUT_MS: number
  /**
   * Asks for compressed responses and decodes them: 'gzip, br', or '' for all encodings that this build knows.
   * @see CURLOPT_ACCEPT_ENCODING(3)
   * @since 7.21.6
   */
  ACCEPT_ENCODING: string | null
  /**
   * The scope id for link-local IPv6 addresses.
   * @see CURLOPT_ADDRESS_SCOPE(3)
   * @since 7.19.0
   */
  ADDRESS_SCOPE: number
  /**
   * A file of the alt-svc cache, which is read at once, and written when the handle is closed.
   * @see CURLOPT_ALTSVC(3)
   * @since 7.64.1
   */
  ALTSVC: string | null
  /**
   * Switches alt-svc on, and chooses the versions of HTTP that it may lead to.
   * Bits: CURLALTSVC_READONLYFILE, CURLALTSVC_H1, CURLALTSVC_H2, CURLALTSVC_H3.
   * @see CURLOPT_ALTSVC_CTRL(3)
   * @since 7.64.1
   */
  ALTSVC_CTRL: number
  /**
   * Appends to the remote file instead of replacing it, with FTP.
   * @see CURLOPT_APPEND(3)
   * @since 7.17.0
   */
  APPEND: OnOff
  /**
   * Sets the Referer header when a redirect is followed.
   * @see CURLOPT_AUTOREFERER(3)
   * @since 7.1
   */
  AUTOREFERER: OnOff
  /**
   * Signs requests with AWS Signature Version 4: 'aws:amz:region:service', with USERPWD as the keys.
   * @see CURLOPT_AWS_SIGV4(3)
   * @since 7.75.0
   */
  AWS_SIGV4: string | null
  /**
   * The size of the receive buffer in bytes, from 1024 to 10 MB; 64 kB by default.
   * @see CURLOPT_BUFFERSIZE(3)
   * @since 7.10
   */
  BUFFERSIZE: number
  /**
   * A PEM file with the CA certificates to trust.
   * @see CURLOPT_CAINFO(3)
   * @since 7.4.2
   */
  CAINFO: string | null
  /**
   * The CA certificates to trust, in PEM, from memory.
   * @see CURLOPT_CAINFO_BLOB(3)
   * @since 7.77.0
   */
  CAINFO_BLOB: Bytes | null
  /**
   * A folder of CA certificates to trust, named by their hashes as openssl rehash does.
   * @see CURLOPT_CAPATH(3)
   * @since 7.9.8
   */
  CAPATH: string | null
  /**
   * How long a parsed set of CA certificates is kept, in seconds: -1 for ever, 0 not at all; a day by default.
   * @see CURLOPT_CA_CACHE_TIMEOUT(3)
   * @since 7.87.0
   */
  CA_CACHE_TIMEOUT: number
  /**
   * Collects the server's chain of certificates for the info CERTINFO.
   * @see CURLOPT_CERTINFO(3)
   * @since 7.19.1
   */
  CERTINFO: OnOff
  /**
   * Called before each file of a wildcard download. It may skip the file.
   * @see CURLOPT_CHUNK_BGN_FUNCTION(3)
   * @since 7.21.0
   */
  CHUNK_BGN_FUNCTION: EasyCallbacks['CHUNK_BGN_FUNCTION'] | null
  /**
   * Passed to CHUNK_BGN_FUNCTION and CHUNK_END_FUNCTION.
   * @see CURLOPT_CHUNK_DATA(3)
   * @since 7.21.0
   */
  CHUNK_DATA: unknown
  /**
   * Called after each file of a wildcard download.
   * @see CURLOPT_CHUNK_END_FUNCTION(3)
   * @since 7.21.0
   */
  CHUNK_END_FUNCTION: EasyCallbacks['CHUNK_END_FUNCTION'] | null
  /**
   * Passed to CLOSESOCKETFUNCTION.
   * @see CURLOPT_CLOSESOCKETDATA(3)
   * @since 7.21.7
   */
  CLOSESOCKETDATA: unknown
  /**
   * Closes the sockets, instead of libcurl.
   * @see CURLOPT_CLOSESOCKETFUNCTION(3)
   * @since 7.21.7
   */
  CLOSESOCKETFUNCTION: EasyCallbacks['CLOSESOCKETFUNCTION'] | null
  /**
   * How long connecting may take, in seconds, including name resolution and TLS; 300 by default.
   * @see CURLOPT_CONNECTTIMEOUT(3)
   * @since 7.7
   */
  CONNECTTIMEOUT: number
  /**
   * How long connecting may take, in milliseconds, including name resolution and TLS.
   * @see CURLOPT_CONNECTTIMEOUT_MS(3)
   * @since 7.16.2
   */
  CONNECTTIMEOUT_MS: number
  /**
   * Connects and stops there: 1 for a bare connection, 2 for an upgraded WebSocket.
   * @see CURLOPT_CONNECT_ONLY(3)
   * @since 7.15.2
   */
  CONNECT_ONLY: boolean | 0 | 1 | 2
  /**
   * Connects to another host than that of the URL, each as 'host:port:other-host:other-port'. The request stays the
   * same.
   * @see CURLOPT_CONNECT_TO(3)
   * @since 7.49.0
   */
  CONNECT_TO: readonly (string | Uint8Array)[] | null
  /**
   * Not available: libcurl has removed it.
   * @see CURLOPT_CONV_FROM_NETWORK_FUNCTION(3)
   * @since 7.15.4
   * @deprecated since 7.82.0
   */
  CONV_FROM_NETWORK_FUNCTION: never
  /**
   * Not available: libcurl has removed it.
   * @see CURLOPT_CONV_FROM_UTF8_FUNCTION(3)
   * @since 7.15.4
   * @deprecated since 7.82.0
   */
  CONV_FROM_UTF8_FUNCTION: never
  /**
   * Not available: libcurl has removed it.
   * @see CURLOPT_CONV_TO_NETWORK_FUNCTION(3)
   * @since 7.15.4
   * @deprecated since 7.82.0
   */
  CONV_TO_NETWORK_FUNCTION: never
  /**
   * The content of the Cookie header: 'a=1; b=2'. Cookies of the cookie engine are sent too.
   * @see CURLOPT_COOKIE(3)
   * @since 7.1
   */
  COOKIE: string | null
  /**
   * Switches the cookie engine on and reads a file of cookies; '' reads none.
   * @see CURLOPT_COOKIEFILE(3)
   * @since 7.1
   */
  COOKIEFILE: string | null
  /**
   * Switches the cookie engine on and writes all its cookies to a file when the handle is closed.
   * @see CURLOPT_COOKIEJAR(3)
   * @since 7.9
   */
  COOKIEJAR: string | null
  /**
   * Adds one cookie, as a Netscape or Set-Cookie line, or runs a command: 'ALL', 'SESS', 'FLUSH' or 'RELOAD'.
   * @see CURLOPT_COOKIELIST(3)
   * @since 7.14.1
   */
  COOKIELIST: string | null
  /**
   * Ignores the session cookies in the cookie files that are read.
   * @see CURLOPT_COOKIESESSION(3)
   * @since 7.9.7
   */
  COOKIESESSION: OnOff
  /**
   * The body of a POST. The same as POSTFIELDS, because this package copies both.
   * @see CURLOPT_COPYPOSTFIELDS(3)
   * @since 7.17.1
   */
  COPYPOSTFIELDS: Bytes | null
  /**
   * Converts line feeds to CRLF while uploading.
   * @see CURLOPT_CRLF(3)
   * @since 7.1
   */
  CRLF: OnOff
  /**
   * A PEM file with the list of revoked certificates.
   * @see CURLOPT_CRLFILE(3)
   * @since 7.19.0
   */
  CRLFILE: string | null
  /**
   * The URL, as a CurlUrl. It is copied, and takes precedence over URL.
   * @see CURLOPT_CURLU(3)
   * @since 7.63.0
   */
  CURLU: CurlUrl | URL | string | null
  /**
   * The method of the request, or the command of a listing, instead of the usual one.
   * @see CURLOPT_CUSTOMREQUEST(3)
   * @since 7.1
   */
  CUSTOMREQUEST: string | null
  /**
   * Passed to DEBUGFUNCTION.
   * @see CURLOPT_DEBUGDATA(3)
   * @since 7.9.6
   */
  DEBUGDATA: unknown
  /**
   * Called with the trace: text, headers and data in both directions. Needs VERBOSE.
   * @see CURLOPT_DEBUGFUNCTION(3)
   * @since 7.9.6
   */
  DEBUGFUNCTION: EasyCallbacks['DEBUGFUNCTION'] | null
  /**
   * The scheme of URLs that have none: 'https'.
   * @see CURLOPT_DEFAULT_PROTOCOL(3)
   * @since 7.45.0
   */
  DEFAULT_PROTOCOL: string | null
  /**
   * Lists only names, with FTP and POP3.
   * @see CURLOPT_DIRLISTONLY(3)
   * @since 7.17.0
   */
  DIRLISTONLY: OnOff
  /**
   * Refuses URLs that contain a user name.
   * @see CURLOPT_DISALLOW_USERNAME_IN_URL(3)
   * @since 7.61.0
   */
  DISALLOW_USERNAME_IN_URL: OnOff
  /**
   * How long resolved addresses are kept, in seconds: -1 for ever, 0 not at all; 60 by default.
   * @see CURLOPT_DNS_CACHE_TIMEOUT(3)
   * @since 7.9.3
   */
  DNS_CACHE_TIMEOUT: number
  /**
   * The network interface for DNS queries.
   * @see CURLOPT_DNS_INTERFACE(3)
   * @since 7.33.0
   */
  DNS_INTERFACE: string | null
  /**
   * The local IPv4 address for DNS queries.
   * @see CURLOPT_DNS_LOCAL_IP4(3)
   * @since 7.33.0
   */
  DNS_LOCAL_IP4: string | null
  /**
   * The local IPv6 address for DNS queries.
   * @see CURLOPT_DNS_LOCAL_IP6(3)
   * @since 7.33.0
   */
  DNS_LOCAL_IP6: string | null
  /**
   * The DNS servers to use instead of the host's resolver: '192.0.2.1:53,192.0.2.2'.
   * @see CURLOPT_DNS_SERVERS(3)
   * @since 7.24.0
   */
  DNS_SERVERS: string | null
  /**
   * Tries the addresses of a name in random order.
   * @see CURLOPT_DNS_SHUFFLE_ADDRESSES(3)
   * @since 7.60.0
   */
  DNS_SHUFFLE_ADDRESSES: OnOff
  /**
   * Has no effect any more.
   * @see CURLOPT_DNS_USE_GLOBAL_CACHE(3)
   * @since 7.9.3
   * @deprecated since 7.11.1: use SHARE
   */
  DNS_USE_GLOBAL_CACHE: OnOff
  /**
   * Checks that the certificate of the DNS-over-HTTPS server is for its name.
   * @see CURLOPT_DOH_SSL_VERIFYHOST(3)
   * @since 7.76.0
   */
  DOH_SSL_VERIFYHOST: OnOff
  /**
   * Checks that the certificate of the DNS-over-HTTPS server is trusted.
   * @see CURLOPT_DOH_SSL_VERIFYPEER(3)
   * @since 7.76.0
   */
  DOH_SSL_VERIFYPEER: OnOff
  /**
   * Checks the stapled OCSP response of the DNS-over-HTTPS server.
   * @see CURLOPT_DOH_SSL_VERIFYSTATUS(3)
   * @since 7.76.0
   */
  DOH_SSL_VERIFYSTATUS: OnOff
  /**
   * The DNS-over-HTTPS server that resolves names.
   * @see CURLOPT_DOH_URL(3)
   * @since 7.62.0
   */
  DOH_URL: string | URL | null
  /**
   * Encrypted Client Hello: 'false', 'grease', 'true', 'hard', 'ecl:CONFIG' or 'pn:NAME'. Only in the full module.
   * @see CURLOPT_ECH(3)
   * @since 8.8.0
   */
  ECH: string | null
  /**
   * Has no effect any more.
   * @see CURLOPT_EGDSOCKET(3)
   * @since 7.7
   * @deprecated since 7.84.0
   */
  EGDSOCKET: string | null
  /**
   * The old name of ACCEPT_ENCODING.
   * @see CURLOPT_ACCEPT_ENCODING(3)
   * @since 7.10
   * @deprecated since 7.21.6: use ACCEPT_ENCODING
   */
  ENCODING: string | null
  /**
   * Not available: libcurl's text is the message of the CurlError.
   * @see CURLOPT_ERRORBUFFER(3)
   * @since 7.1
   */
  ERRORBUFFER: never
  /**
   * How long to wait for a 100 Continue before sending the body without it, in milliseconds; 1000 by default.
   * @see CURLOPT_EXPECT_100_TIMEOUT_MS(3)
   * @since 7.36.0
   */
  EXPECT_100_TIMEOUT_MS: number
  /**
   * Fails with CURLE_HTTP_RETURNED_ERROR when the status is 400 or higher.
   * @see CURLOPT_FAILONERROR(3)
   * @since 7.1
   */
  FAILONERROR: OnOff
  /**
   * The old name of WRITEDATA.
   * @see CURLOPT_WRITEDATA(3)
   * @since 7.1
   * @deprecated since 7.9.7: use WRITEDATA
   */
  FILE: unknown
  /**
   * Asks for the time of the last change, for the info FILETIME_T.
   * @see CURLOPT_FILETIME(3)
   * @since 7.5
   */
  FILETIME: OnOff
  /**
   * Passed to FNMATCH_FUNCTION.
   * @see CURLOPT_FNMATCH_DATA(3)
   * @since 7.21.0
   */
  FNMATCH_DATA: unknown
  /**
   * Decides which names a wildcard download matches.
   * @see CURLOPT_FNMATCH_FUNCTION(3)
   * @since 7.21.0
   */
  FNMATCH_FUNCTION: EasyCallbacks['FNMATCH_FUNCTION'] | null
  /**
   * Follows redirects: true or CURLFOLLOW_ALL. The other modes say when CUSTOMREQUEST is no longer used.
   * One of CURLFOLLOW_ALL, CURLFOLLOW_OBEYCODE, CURLFOLLOW_FIRSTONLY.
   * @see CURLOPT_FOLLOWLOCATION(3)
   * @since 7.1
   */
  FOLLOWLOCATION: boolean | 0 | CurlFollow
  /**
   * Closes the connection when the transfer is done.
   * @see CURLOPT_FORBID_REUSE(3)
   * @since 7.7
   */
  FORBID_REUSE: OnOff
  /**
   * Opens a new connection even if an idle one could be used.
   * @see CURLOPT_FRESH_CONNECT(3)
   * @since 7.7
   */
  FRESH_CONNECT: OnOff
  /**
   * The old name of APPEND.
   * @see CURLOPT_APPEND(3)
   * @since 7.1
   * @deprecated since 7.16.4: use APPEND
   */
  FTPAPPEND: OnOff
  /**
   * The old name of DIRLISTONLY.
   * @see CURLOPT_DIRLISTONLY(3)
   * @since 7.1
   * @deprecated since 7.16.4: use DIRLISTONLY
   */
  FTPLISTONLY: OnOff
  /**
   * Uses active FTP, and chooses the address, name or interface for the server to connect to; '-' for the default.
   * @see CURLOPT_FTPPORT(3)
   * @since 7.1
   */
  FTPPORT: string | null
  /**
   * Whether AUTH TLS or AUTH SSL is tried first. Needs USE_SSL.
   * One of CURLFTPAUTH_DEFAULT, CURLFTPAUTH_SSL, CURLFTPAUTH_TLS.
   * @see CURLOPT_FTPSSLAUTH(3)
   * @since 7.12.2
   */
  FTPSSLAUTH: CurlFtpAuth
  /**
   * The account to send when the FTP server asks for one.
   * @see CURLOPT_FTP_ACCOUNT(3)
   * @since 7.13.0
   */
  FTP_ACCOUNT: string | null
  /**
   * The FTP command to log in with when USER and PASS have failed.
   * @see CURLOPT_FTP_ALTERNATIVE_TO_USER(3)
   * @since 7.15.5
   */
  FTP_ALTERNATIVE_TO_USER: string | null
  /**
   * Creates missing remote folders for an upload.
   * One of CURLFTP_CREATE_DIR_NONE, CURLFTP_CREATE_DIR, CURLFTP_CREATE_DIR_RETRY.
   * @see CURLOPT_FTP_CREATE_MISSING_DIRS(3)
   * @since 7.10.7
   */
  FTP_CREATE_MISSING_DIRS: CurlFtpCreateDir
  /**
   * How to reach a file: with one CWD for each folder, with a single one, or with none.
   * One of CURLFTPMETHOD_DEFAULT, CURLFTPMETHOD_MULTICWD, CURLFTPMETHOD_NOCWD, CURLFTPMETHOD_SINGLECWD.
   * @see CURLOPT_FTP_FILEMETHOD(3)
   * @since 7.15.1
   */
  FTP_FILEMETHOD: CurlFtpMethod
  /**
   * The old name of SERVER_RESPONSE_TIMEOUT.
   * @see CURLOPT_SERVER_RESPONSE_TIMEOUT(3)
   * @since 7.10.8
   * @deprecated since 7.85.0: use SERVER_RESPONSE_TIMEOUT
   */
  FTP_RESPONSE_TIMEOUT: number
  /**
   * Ignores the address in the reply to PASV, and connects to the host of the control connection; on by default.
   * @see CURLOPT_FTP_SKIP_PASV_IP(3)
   * @since 7.15.0
   */
  FTP_SKIP_PASV_IP: OnOff
  /**
   * The old name of USE_SSL.
   * One of CURLUSESSL_NONE, CURLUSESSL_TRY, CURLUSESSL_CONTROL, CURLUSESSL_ALL.
   * @see CURLOPT_USE_SSL(3)
   * @since 7.11.0
   * @deprecated since 7.16.4: use USE_SSL
   */
  FTP_SSL: CurlUseSsl
  /**
   * Switches back to clear text after the login, and chooses which side starts that.
   * One of CURLFTPSSL_CCC_NONE, CURLFTPSSL_CCC_PASSIVE, CURLFTPSSL_CCC_ACTIVE.
   * @see CURLOPT_FTP_SSL_CCC(3)
   * @since 7.16.1
   */
  FTP_SSL_CCC: CurlFtpClearChannel
  /**
   * Tries EPRT before PORT in active FTP; on by default.
   * @see CURLOPT_FTP_USE_EPRT(3)
   * @since 7.10.5
   */
  FTP_USE_EPRT: OnOff
  /**
   * Tries EPSV before PASV in passive FTP; on by default.
   * @see CURLOPT_FTP_USE_EPSV(3)
   * @since 7.9.2
   */
  FTP_USE_EPSV: OnOff
  /**
   * Sends PRET before PASV, which drftpd needs.
   * @see CURLOPT_FTP_USE_PRET(3)
   * @since 7.20.0
   */
  FTP_USE_PRET: OnOff
  /**
   * Which credentials GSS-API may delegate. Not in this build.
   * Bits: CURLGSSAPI_DELEGATION_NONE, CURLGSSAPI_DELEGATION_POLICY_FLAG, CURLGSSAPI_DELEGATION_FLAG.
   * @see CURLOPT_GSSAPI_DELEGATION(3)
   * @since 7.22.0
   */
  GSSAPI_DELEGATION: number
  /**
   * How long one address is tried alone before the next is tried too, in milliseconds; 200 by default.
   * @see CURLOPT_HAPPY_EYEBALLS_TIMEOUT_MS(3)
   * @since 7.59.0
   */
  HAPPY_EYEBALLS_TIMEOUT_MS: number
  /**
   * Sends a PROXY protocol v1 line at the start of the connection.
   * @see CURLOPT_HAPROXYPROTOCOL(3)
   * @since 7.60.0
   */
  HAPROXYPROTOCOL: OnOff
  /**
   * The client's address for the PROXY protocol v1 line, which this switches on.
   * @see CURLOPT_HAPROXY_CLIENT_IP(3)
   * @since 8.2.0
   */
  HAPROXY_CLIENT_IP: string | null
  /**
   * Passes the response headers to WRITEFUNCTION too.
   * @see CURLOPT_HEADER(3)
   * @since 7.1
   */
  HEADER: OnOff
  /**
   * Passed to HEADERFUNCTION.
   * @see CURLOPT_HEADERDATA(3)
   * @since 7.10
   */
  HEADERDATA: unknown
  /**
   * Called with each line of the response headers.
   * @see CURLOPT_HEADERFUNCTION(3)
   * @since 7.7.2
   */
  HEADERFUNCTION: EasyCallbacks['HEADERFUNCTION'] | null
  /**
   * Whether HTTPHEADER is also sent to proxies, or only to servers, with PROXYHEADER for proxies.
   * One of CURLHEADER_UNIFIED, CURLHEADER_SEPARATE.
   * @see CURLOPT_HEADEROPT(3)
   * @since 7.37.0
   */
  HEADEROPT: CurlHeaderOpt
  /**
   * A file of the HSTS cache, which is read from, and written when the handle is closed.
   * @see CURLOPT_HSTS(3)
   * @since 7.74.0
   */
  HSTS: string | null
  /**
   * Passed to HSTSREADFUNCTION.
   * @see CURLOPT_HSTSREADDATA(3)
   * @since 7.74.0
   */
  HSTSREADDATA: unknown
  /**
   * Fills the HSTS cache, one entry for each call.
   * @see CURLOPT_HSTSREADFUNCTION(3)
   * @since 7.74.0
   */
  HSTSREADFUNCTION: EasyCallbacks['HSTSREADFUNCTION'] | null
  /**
   * Passed to HSTSWRITEFUNCTION.
   * @see CURLOPT_HSTSWRITEDATA(3)
   * @since 7.74.0
   */
  HSTSWRITEDATA: unknown
  /**
   * Called with the entries of the HSTS cache when the handle is closed.
   * @see CURLOPT_HSTSWRITEFUNCTION(3)
   * @since 7.74.0
   */
  HSTSWRITEFUNCTION: EasyCallbacks['HSTSWRITEFUNCTION'] | null
  /**
   * Switches HSTS on, and chooses whether its file is only read.
   * Bits: CURLHSTS_ENABLE, CURLHSTS_READONLYFILE.
   * @see CURLOPT_HSTS_CTRL(3)
   * @since 7.74.0
   */
  HSTS_CTRL: number
  /**
   * Accepts responses without headers, as HTTP/0.9 sends them.
   * @see CURLOPT_HTTP09_ALLOWED(3)
   * @since 7.64.0
   */
  HTTP09_ALLOWED: OnOff
  /**
   * Beginnings of responses that count as a status line with 200, such as 'ICY 200 OK'.
   * @see CURLOPT_HTTP200ALIASES(3)
   * @since 7.10.3
   */
  HTTP200ALIASES: readonly (string | Uint8Array)[] | null
  /**
   * The methods of authentication that may be used with the server. Of several, the best that it supports is used.
   * Bits: CURLAUTH_NONE, CURLAUTH_BASIC, CURLAUTH_DIGEST, CURLAUTH_NEGOTIATE, CURLAUTH_GSSNEGOTIATE, CURLAUTH_GSSAPI,
   * CURLAUTH_NTLM, CURLAUTH_DIGEST_IE, CURLAUTH_NTLM_WB, CURLAUTH_BEARER, CURLAUTH_AWS_SIGV4, CURLAUTH_HTTPSIG,
   * CURLAUTH_ONLY, CURLAUTH_ANY, CURLAUTH_ANYSAFE.
   * @see CURLOPT_HTTPAUTH(3)
   * @since 7.10.6
   */
  HTTPAUTH: number
  /**
   * Switches back to GET after another method.
   * @see CURLOPT_HTTPGET(3)
   * @since 7.8.1
   */
  HTTPGET: OnOff
  /**
   * Headers of the request: 'Name: value'. 'Name:' removes one of libcurl's own, and 'Name;' sends an empty one.
   * @see CURLOPT_HTTPHEADER(3)
   * @since 7.1
   */
  HTTPHEADER: readonly (string | Uint8Array)[] | null
  /**
   * Not available: use MIMEPOST.
   * @see CURLOPT_HTTPPOST(3)
   * @since 7.1
   * @deprecated since 7.56.0: use MIMEPOST
   */
  HTTPPOST: never
  /**
   * Uses CONNECT with the HTTP proxy, also for plain HTTP.
   * @see CURLOPT_HTTPPROXYTUNNEL(3)
   * @since 7.3
   */
  HTTPPROXYTUNNEL: OnOff
  /**
   * Signs requests with HTTP Message Signatures (RFC 9421), with this algorithm. Experimental. Not in this build.
   * One of CURLHTTPSIG_NONE, CURLHTTPSIG_ED25519, CURLHTTPSIG_HMAC_SHA256.
   * @see CURLOPT_HTTPSIG_ALGORITHM(3)
   * @since 8.22.0
   */
  HTTPSIG_ALGORITHM: CurlHttpSignature
  /**
   * What a message signature includes, separated by spaces: 'method authority content-type:'. Not in this build.
   * @see CURLOPT_HTTPSIG_HEADERS(3)
   * @since 8.22.0
   */
  HTTPSIG_HEADERS: string | null
  /**
   * The key for message signatures, in hexadecimal digits. Not in this build.
   * @see CURLOPT_HTTPSIG_KEY(3)
   * @since 8.22.0
   */
  HTTPSIG_KEY: string | null
  /**
   * The keyid parameter of message signatures. Not in this build.
   * @see CURLOPT_HTTPSIG_KEYID(3)
   * @since 8.22.0
   */
  HTTPSIG_KEYID: string | null
  /**
   * Decodes Content-Encoding; on by default. Only has an effect with ACCEPT_ENCODING.
   * @see CURLOPT_HTTP_CONTENT_DECODING(3)
   * @since 7.16.2
   */
  HTTP_CONTENT_DECODING: OnOff
  /**
   * Decodes chunked bodies; on by default.
   * @see CURLOPT_HTTP_TRANSFER_DECODING(3)
   * @since 7.16.2
   */
  HTTP_TRANSFER_DECODING: OnOff
  /**
   * The version of HTTP to use. By default HTTP/2 over TLS, and HTTP/1.1 otherwise.
   * One of CURL_HTTP_VERSION_NONE, CURL_HTTP_VERSION_1_0, CURL_HTTP_VERSION_1_1, CURL_HTTP_VERSION_2_0,
   * CURL_HTTP_VERSION_2TLS, CURL_HTTP_VERSION_2_PRIOR_KNOWLEDGE, CURL_HTTP_VERSION_3, CURL_HTTP_VERSION_3ONLY,
   * CURL_HTTP_VERSION_2.
   * @see CURLOPT_HTTP_VERSION(3)
   * @since 7.9.1
   */
  HTTP_VERSION: CurlHttpVersion
  /**
   * Ignores Content-Length, and the size that an FTP server reports.
   * @see CURLOPT_IGNORE_CONTENT_LENGTH(3)
   * @since 7.14.1
   */
  IGNORE_CONTENT_LENGTH: OnOff
  /**
   * The old name of READDATA.
   * @see CURLOPT_READDATA(3)
   * @since 7.1
   * @deprecated since 7.9.7: use READDATA
   */
  INFILE: unknown
  /**
   * How many bytes to upload, up to 2 GB; -1 for unknown.
   * @see CURLOPT_INFILESIZE(3)
   * @since 7.1
   */
  INFILESIZE: number
  /**
   * How many bytes to upload; -1 for unknown.
   * @see CURLOPT_INFILESIZE_LARGE(3)
   * @since 7.11.0
   */
  INFILESIZE_LARGE: number | bigint
  /**
   * The local end of connections: an interface, an address or a host; 'if!eth0', 'host!192.0.2.1' or both.
   * @see CURLOPT_INTERFACE(3)
   * @since 7.3
   */
  INTERFACE: string | null
  /**
   * Passed to INTERLEAVEFUNCTION.
   * @see CURLOPT_INTERLEAVEDATA(3)
   * @since 7.20.0
   */
  INTERLEAVEDATA: unknown
  /**
   * Called with each interleaved RTP packet, including its '$' header.
   * @see CURLOPT_INTERLEAVEFUNCTION(3)
   * @since 7.20.0
   */
  INTERLEAVEFUNCTION: EasyCallbacks['INTERLEAVEFUNCTION'] | null
  /**
   * Passed to IOCTLFUNCTION.
   * @see CURLOPT_IOCTLDATA(3)
   * @since 7.12.3
   * @deprecated since 7.18.0: use SEEKDATA
   */
  IOCTLDATA: unknown
  /**
   * Rewinds the body of an upload.
   * @see CURLOPT_IOCTLFUNCTION(3)
   * @since 7.12.3
   * @deprecated since 7.18.0: use SEEKFUNCTION
   */
  IOCTLFUNCTION: EasyCallbacks['IOCTLFUNCTION'] | null
  /**
   * Whether to use IPv4, IPv6 or either.
   * One of CURL_IPRESOLVE_WHATEVER, CURL_IPRESOLVE_V4, CURL_IPRESOLVE_V6.
   * @see CURLOPT_IPRESOLVE(3)
   * @since 7.10.8
   */
  IPRESOLVE: CurlIpResolve
  /**
   * A PEM file with the certificate that must have issued the server's.
   * @see CURLOPT_ISSUERCERT(3)
   * @since 7.19.0
   */
  ISSUERCERT: string | null
  /**
   * The certificate that must have issued the server's, in PEM, from memory.
   * @see CURLOPT_ISSUERCERT_BLOB(3)
   * @since 7.71.0
   */
  ISSUERCERT_BLOB: Bytes | null
  /**
   * Goes on sending the body when the server has already answered with a status of 300 or higher.
   * @see CURLOPT_KEEP_SENDING_ON_ERROR(3)
   * @since 7.51.0
   */
  KEEP_SENDING_ON_ERROR: OnOff
  /**
   * The passphrase of the private key.
   * @see CURLOPT_KEYPASSWD(3)
   * @since 7.17.0
   */
  KEYPASSWD: string | null
  /**
   * The old name of KRBLEVEL.
   * @see CURLOPT_KRBLEVEL(3)
   * @since 7.3
   * @deprecated since 7.17.0: use KRBLEVEL
   */
  KRB4LEVEL: string | null
  /**
   * Refused with CURLE_NOT_BUILT_IN: libcurl has removed Kerberos for FTP.
   * @see CURLOPT_KRBLEVEL(3)
   * @since 7.16.4
   * @deprecated since 8.17.0
   */
  KRBLEVEL: string | null
  /**
   * The local port of connections.
   * @see CURLOPT_LOCALPORT(3)
   * @since 7.15.2
   */
  LOCALPORT: number
  /**
   * How many ports to try, from LOCALPORT on.
   * @see CURLOPT_LOCALPORTRANGE(3)
   * @since 7.15.2
   */
  LOCALPORTRANGE: number
  /**
   * Options of the login to a mail server, such as 'AUTH=PLAIN'.
   * @see CURLOPT_LOGIN_OPTIONS(3)
   * @since 7.34.0
   */
  LOGIN_OPTIONS: string | null
  /**
   * The speed in bytes per second below which a transfer counts as too slow.
   * @see CURLOPT_LOW_SPEED_LIMIT(3)
   * @since 7.1
   */
  LOW_SPEED_LIMIT: number
  /**
   * How many seconds a transfer may stay below LOW_SPEED_LIMIT before it fails.
   * @see CURLOPT_LOW_SPEED_TIME(3)
   * @since 7.1
   */
  LOW_SPEED_TIME: number
  /**
   * The address of the original sender of a relayed mail, for SMTP's AUTH parameter.
   * @see CURLOPT_MAIL_AUTH(3)
   * @since 7.25.0
   */
  MAIL_AUTH: string | null
  /**
   * The sender of a mail.
   * @see CURLOPT_MAIL_FROM(3)
   * @since 7.20.0
   */
  MAIL_FROM: string | null
  /**
   * The recipients of a mail.
   * @see CURLOPT_MAIL_RCPT(3)
   * @since 7.20.0
   */
  MAIL_RCPT: readonly (string | Uint8Array)[] | null
  /**
   * The old name of MAIL_RCPT_ALLOWFAILS.
   * @see CURLOPT_MAIL_RCPT_ALLOWFAILS(3)
   * @since 7.69.0
   * @deprecated since 8.2.0: use MAIL_RCPT_ALLOWFAILS
   */
  MAIL_RCPT_ALLLOWFAILS: OnOff
  /**
   * Sends the mail even if the server refuses some of its recipients.
   * @see CURLOPT_MAIL_RCPT_ALLOWFAILS(3)
   * @since 8.2.0
   */
  MAIL_RCPT_ALLOWFAILS: OnOff
  /**
   * How long a connection may have been idle to be reused, in seconds; 118 by default.
   * @see CURLOPT_MAXAGE_CONN(3)
   * @since 7.65.0
   */
  MAXAGE_CONN: number
  /**
   * Has no effect in a Multi, which has its own option MAXCONNECTS.
   * @see CURLOPT_MAXCONNECTS(3)
   * @since 7.7
   */
  MAXCONNECTS: number
  /**
   * The largest size of a download in bytes, up to 2 GB; 0 for no limit.
   * @see CURLOPT_MAXFILESIZE(3)
   * @since 7.10.8
   */
  MAXFILESIZE: number
  /**
   * The largest size of a download in bytes; 0 for no limit.
   * @see CURLOPT_MAXFILESIZE_LARGE(3)
   * @since 7.11.0
   */
  MAXFILESIZE_LARGE: number | bigint
  /**
   * How old a connection may be to be reused, in seconds; a day by default, 0 for no limit.
   * @see CURLOPT_MAXLIFETIME_CONN(3)
   * @since 7.80.0
   */
  MAXLIFETIME_CONN: number
  /**
   * How many redirects to follow: -1 for no limit; 30 by default.
   * @see CURLOPT_MAXREDIRS(3)
   * @since 7.5
   */
  MAXREDIRS: number
  /**
   * The highest speed of a download, in bytes per second.
   * @see CURLOPT_MAX_RECV_SPEED_LARGE(3)
   * @since 7.15.5
   */
  MAX_RECV_SPEED_LARGE: number | bigint
  /**
   * The highest speed of an upload, in bytes per second.
   * @see CURLOPT_MAX_SEND_SPEED_LARGE(3)
   * @since 7.15.5
   */
  MAX_SEND_SPEED_LARGE: number | bigint
  /**
   * The parts of a multipart body, for a form or a mail.
   * @see CURLOPT_MIMEPOST(3)
   * @since 7.56.0
   */
  MIMEPOST: readonly MimePart[] | null
  /**
   * How the names in multipart bodies are escaped.
   * Bits: CURLMIMEOPT_FORMESCAPE.
   * @see CURLOPT_MIME_OPTIONS(3)
   * @since 7.81.0
   */
  MIME_OPTIONS: number
  /**
   * Whether to read user names and passwords from ~/.netrc.
   * One of CURL_NETRC_IGNORED, CURL_NETRC_OPTIONAL, CURL_NETRC_REQUIRED.
   * @see CURLOPT_NETRC(3)
   * @since 7.1
   */
  NETRC: CurlNetrc
  /**
   * The file to read instead of ~/.netrc.
   * @see CURLOPT_NETRC_FILE(3)
   * @since 7.11.0
   */
  NETRC_FILE: string | null
  /**
   * The mode of folders that SFTP creates; 0o755 by default. Only in the full module.
   * @see CURLOPT_NEW_DIRECTORY_PERMS(3)
   * @since 7.16.4
   */
  NEW_DIRECTORY_PERMS: number
  /**
   * The mode of files that SFTP, SCP and file: create; 0o644 by default.
   * @see CURLOPT_NEW_FILE_PERMS(3)
   * @since 7.16.4
   */
  NEW_FILE_PERMS: number
  /**
   * Asks only for headers, with HTTP by HEAD.
   * @see CURLOPT_NOBODY(3)
   * @since 7.1
   */
  NOBODY: OnOff
  /**
   * Set it to false to have XFERINFOFUNCTION called.
   * @see CURLOPT_NOPROGRESS(3)
   * @since 7.1
   */
  NOPROGRESS: OnOff
  /**
   * The hosts to reach without a proxy: 'localhost,.example.org', or '*' for all.
   * @see CURLOPT_NOPROXY(3)
   * @since 7.19.4
   */
  NOPROXY: string | null
  /**
   * Has no effect in this package, which has no signals.
   * @see CURLOPT_NOSIGNAL(3)
   * @since 7.10
   */
  NOSIGNAL: OnOff
  /**
   * Passed to OPENSOCKETFUNCTION.
   * @see CURLOPT_OPENSOCKETDATA(3)
   * @since 7.17.1
   */
  OPENSOCKETDATA: unknown
  /**
   * Opens the sockets, instead of libcurl.
   * @see CURLOPT_OPENSOCKETFUNCTION(3)
   * @since 7.17.1
   */
  OPENSOCKETFUNCTION: EasyCallbacks['OPENSOCKETFUNCTION'] | null
  /**
   * The password to log in with.
   * @see CURLOPT_PASSWORD(3)
   * @since 7.19.1
   */
  PASSWORD: string | null
  /**
   * Keeps '/../' and '/./' in the path of the URL.
   * @see CURLOPT_PATH_AS_IS(3)
   * @since 7.42.0
   */
  PATH_AS_IS: OnOff
  /**
   * The public key that the server must have: a file, or 'sha256//BASE64' hashes with ';' between them.
   * @see CURLOPT_PINNEDPUBLICKEY(3)
   * @since 7.39.0
   */
  PINNEDPUBLICKEY: string | null
  /**
   * Waits for a connection that is being opened to multiplex on it, instead of opening another.
   * @see CURLOPT_PIPEWAIT(3)
   * @since 7.43.0
   */
  PIPEWAIT: OnOff
  /**
   * The port to connect to, instead of the URL's.
   * @see CURLOPT_PORT(3)
   * @since 7.1
   */
  PORT: number
  /**
   * Makes the request a POST. Its body is POSTFIELDS, or comes from READFUNCTION.
   * @see CURLOPT_POST(3)
   * @since 7.1
   */
  POST: OnOff
  /**
   * The old name of POSTREDIR.
   * Bits: CURL_REDIR_GET_ALL, CURL_REDIR_POST_301, CURL_REDIR_POST_302, CURL_REDIR_POST_303, CURL_REDIR_POST_ALL.
   * @see CURLOPT_POSTREDIR(3)
   * @since 7.17.1
   * @deprecated since 7.19.1: use POSTREDIR
   */
  POST301: number
  /**
   * The body of a POST; a string is sent as UTF-8. It is copied.
   * @see CURLOPT_POSTFIELDS(3)
   * @since 7.1
   */
  POSTFIELDS: Bytes | null
  /**
   * How many bytes a POST from READFUNCTION has, -1 for unknown. POSTFIELDS sets it itself.
   * @see CURLOPT_POSTFIELDSIZE(3)
   * @since 7.2
   */
  POSTFIELDSIZE: number
  /**
   * How many bytes a POST from READFUNCTION has, -1 for unknown. POSTFIELDS sets it itself.
   * @see CURLOPT_POSTFIELDSIZE_LARGE(3)
   * @since 7.11.1
   */
  POSTFIELDSIZE_LARGE: number | bigint
  /**
   * FTP commands to send after the transfer.
   * @see CURLOPT_POSTQUOTE(3)
   * @since 7.1
   */
  POSTQUOTE: readonly (string | Uint8Array)[] | null
  /**
   * For which redirects a POST stays a POST.
   * Bits: CURL_REDIR_GET_ALL, CURL_REDIR_POST_301, CURL_REDIR_POST_302, CURL_REDIR_POST_303, CURL_REDIR_POST_ALL.
   * @see CURLOPT_POSTREDIR(3)
   * @since 7.19.1
   */
  POSTREDIR: number
  /**
   * FTP commands to send just before the transfer, when its type is set.
   * @see CURLOPT_PREQUOTE(3)
   * @since 7.9.5
   */
  PREQUOTE: readonly (string | Uint8Array)[] | null
  /**
   * Passed to PREREQFUNCTION.
   * @see CURLOPT_PREREQDATA(3)
   * @since 7.80.0
   */
  PREREQDATA: unknown
  /**
   * Called when a connection is ready, before the request is sent. It may abort the transfer.
   * @see CURLOPT_PREREQFUNCTION(3)
   * @since 7.80.0
   */
  PREREQFUNCTION: EasyCallbacks['PREREQFUNCTION'] | null
  /**
   * A SOCKS proxy to use for connecting to the HTTP proxy.
   * @see CURLOPT_PRE_PROXY(3)
   * @since 7.52.0
   */
  PRE_PROXY: string | URL | null
  /**
   * Any value. The info PRIVATE returns it.
   * @see CURLOPT_PRIVATE(3)
   * @since 7.10.3
   */
  PRIVATE: unknown
  /**
   * The old name of XFERINFODATA.
   * @see CURLOPT_XFERINFODATA(3)
   * @since 7.1
   */
  PROGRESSDATA: unknown
  /**
   * The old form of XFERINFOFUNCTION.
   * @see CURLOPT_PROGRESSFUNCTION(3)
   * @since 7.1
   * @deprecated since 7.32.0: use XFERINFOFUNCTION
   */
  PROGRESSFUNCTION: EasyCallbacks['PROGRESSFUNCTION'] | null
  /**
   * Which protocols may be used.
   * Bits: CURLPROTO_*.
   * @see CURLOPT_PROTOCOLS(3)
   * @since 7.19.4
   * @deprecated since 7.85.0: use PROTOCOLS_STR
   */
  PROTOCOLS: number
  /**
   * Which protocols may be used: 'http,https'.
   * @see CURLOPT_PROTOCOLS_STR(3)
   * @since 7.85.0
   */
  PROTOCOLS_STR: string | null
  /**
   * The proxy, such as 'socks5h://localhost:1080'; '' for none, which overrides the environment.
   * @see CURLOPT_PROXY(3)
   * @since 7.1
   */
  PROXY: string | URL | null
  /**
   * The methods of authentication that may be used with the proxy.
   * Bits: CURLAUTH_NONE, CURLAUTH_BASIC, CURLAUTH_DIGEST, CURLAUTH_NEGOTIATE, CURLAUTH_GSSNEGOTIATE, CURLAUTH_GSSAPI,
   * CURLAUTH_NTLM, CURLAUTH_DIGEST_IE, CURLAUTH_NTLM_WB, CURLAUTH_BEARER, CURLAUTH_AWS_SIGV4, CURLAUTH_HTTPSIG,
   * CURLAUTH_ONLY, CURLAUTH_ANY, CURLAUTH_ANYSAFE.
   * @see CURLOPT_PROXYAUTH(3)
   * @since 7.10.7
   */
  PROXYAUTH: number
  /**
   * Headers for the proxy only: 'Name: value'.
   * @see CURLOPT_PROXYHEADER(3)
   * @since 7.37.0
   */
  PROXYHEADER: readonly (string | Uint8Array)[] | null
  /**
   * The password for the proxy.
   * @see CURLOPT_PROXYPASSWORD(3)
   * @since 7.19.1
   */
  PROXYPASSWORD: string | null
  /**
   * The port of the proxy, if PROXY has none; 1080 by default.
   * @see CURLOPT_PROXYPORT(3)
   * @since 7.1
   */
  PROXYPORT: number
  /**
   * The kind of proxy, if PROXY has no scheme.
   * One of CURLPROXY_HTTP, CURLPROXY_HTTP_1_0, CURLPROXY_HTTPS, CURLPROXY_HTTPS2, CURLPROXY_SOCKS4, CURLPROXY_SOCKS5,
   * CURLPROXY_SOCKS4A, CURLPROXY_SOCKS5_HOSTNAME, CURLPROXY_HTTPS3.
   * @see CURLOPT_PROXYTYPE(3)
   * @since 7.10
   */
  PROXYTYPE: CurlProxyType
  /**
   * The user name for the proxy.
   * @see CURLOPT_PROXYUSERNAME(3)
   * @since 7.19.1
   */
  PROXYUSERNAME: string | null
  /**
   * The user name and the password for the proxy: 'user:password', percent-encoded.
   * @see CURLOPT_PROXYUSERPWD(3)
   * @since 7.1
   */
  PROXYUSERPWD: string | null
  /**
   * A PEM file with the CA certificates to trust for an HTTPS proxy.
   * @see CURLOPT_PROXY_CAINFO(3)
   * @since 7.52.0
   */
  PROXY_CAINFO: string | null
  /**
   * The CA certificates to trust for an HTTPS proxy, in PEM, from memory.
   * @see CURLOPT_PROXY_CAINFO_BLOB(3)
   * @since 7.77.0
   */
  PROXY_CAINFO_BLOB: Bytes | null
  /**
   * A folder of CA certificates to trust for an HTTPS proxy.
   * @see CURLOPT_PROXY_CAPATH(3)
   * @since 7.52.0
   */
  PROXY_CAPATH: string | null
  /**
   * A PEM file with the list of revoked certificates, for an HTTPS proxy.
   * @see CURLOPT_PROXY_CRLFILE(3)
   * @since 7.52.0
   */
  PROXY_CRLFILE: string | null
  /**
   * A PEM file with the certificate that must have issued the HTTPS proxy's.
   * @see CURLOPT_PROXY_ISSUERCERT(3)
   * @since 7.71.0
   */
  PROXY_ISSUERCERT: string | null
  /**
   * The certificate that must have issued the HTTPS proxy's, in PEM, from memory.
   * @see CURLOPT_PROXY_ISSUERCERT_BLOB(3)
   * @since 7.71.0
   */
  PROXY_ISSUERCERT_BLOB: Bytes | null
  /**
   * The passphrase of the private key for an HTTPS proxy.
   * @see CURLOPT_PROXY_KEYPASSWD(3)
   * @since 7.52.0
   */
  PROXY_KEYPASSWD: string | null
  /**
   * The public key that the HTTPS proxy must have, as with PINNEDPUBLICKEY.
   * @see CURLOPT_PROXY_PINNEDPUBLICKEY(3)
   * @since 7.52.0
   */
  PROXY_PINNEDPUBLICKEY: string | null
  /**
   * The service name for Kerberos with the proxy.
   * @see CURLOPT_PROXY_SERVICE_NAME(3)
   * @since 7.43.0
   */
  PROXY_SERVICE_NAME: string | null
  /**
   * A file with the client certificate for an HTTPS proxy.
   * @see CURLOPT_PROXY_SSLCERT(3)
   * @since 7.52.0
   */
  PROXY_SSLCERT: string | null
  /**
   * The format of the client certificate for an HTTPS proxy: 'PEM', 'DER' or 'P12'; PEM by default.
   * @see CURLOPT_PROXY_SSLCERTTYPE(3)
   * @since 7.52.0
   */
  PROXY_SSLCERTTYPE: string | null
  /**
   * The client certificate for an HTTPS proxy, from memory.
   * @see CURLOPT_PROXY_SSLCERT_BLOB(3)
   * @since 7.71.0
   */
  PROXY_SSLCERT_BLOB: Bytes | null
  /**
   * A file with the private key of the client certificate for an HTTPS proxy.
   * @see CURLOPT_PROXY_SSLKEY(3)
   * @since 7.52.0
   */
  PROXY_SSLKEY: string | null
  /**
   * The format of the private key for an HTTPS proxy: 'PEM' or 'DER'; PEM by default.
   * @see CURLOPT_PROXY_SSLKEYTYPE(3)
   * @since 7.52.0
   */
  PROXY_SSLKEYTYPE: string | null
  /**
   * The private key of the client certificate for an HTTPS proxy, from memory.
   * @see CURLOPT_PROXY_SSLKEY_BLOB(3)
   * @since 7.71.0
   */
  PROXY_SSLKEY_BLOB: Bytes | null
  /**
   * The versions of TLS for an HTTPS proxy: the lowest one, combined by | with the highest one.
   * Bits: CURL_SSLVERSION_DEFAULT, CURL_SSLVERSION_TLSv1, CURL_SSLVERSION_TLSv1_0, CURL_SSLVERSION_TLSv1_1,
   * CURL_SSLVERSION_TLSv1_2, CURL_SSLVERSION_TLSv1_3, CURL_SSLVERSION_MAX_NONE, CURL_SSLVERSION_MAX_DEFAULT,
   * CURL_SSLVERSION_MAX_TLSv1_0, CURL_SSLVERSION_MAX_TLSv1_1, CURL_SSLVERSION_MAX_TLSv1_2, CURL_SSLVERSION_MAX_TLSv1_3.
   * @see CURLOPT_PROXY_SSLVERSION(3)
   * @since 7.52.0
   */
  PROXY_SSLVERSION: number
  /**
   * The ciphers of TLS up to 1.2 for an HTTPS proxy, as OpenSSL names, separated by ':'.
   * @see CURLOPT_PROXY_SSL_CIPHER_LIST(3)
   * @since 7.52.0
   */
  PROXY_SSL_CIPHER_LIST: string | null
  /**
   * Special settings of TLS with an HTTPS proxy.
   * Bits: CURLSSLOPT_ALLOW_BEAST, CURLSSLOPT_NO_REVOKE, CURLSSLOPT_NO_PARTIALCHAIN, CURLSSLOPT_REVOKE_BEST_EFFORT,
   * CURLSSLOPT_NATIVE_CA, CURLSSLOPT_AUTO_CLIENT_CERT, CURLSSLOPT_EARLYDATA.
   * @see CURLOPT_PROXY_SSL_OPTIONS(3)
   * @since 7.52.0
   */
  PROXY_SSL_OPTIONS: number
  /**
   * Checks that the certificate of an HTTPS proxy is for its name; on by default.
   * @see CURLOPT_PROXY_SSL_VERIFYHOST(3)
   * @since 7.52.0
   */
  PROXY_SSL_VERIFYHOST: OnOff
  /**
   * Checks that the certificate of an HTTPS proxy is trusted; on by default.
   * @see CURLOPT_PROXY_SSL_VERIFYPEER(3)
   * @since 7.52.0
   */
  PROXY_SSL_VERIFYPEER: OnOff
  /**
   * The cipher suites of TLS 1.3 for an HTTPS proxy, separated by ':'.
   * @see CURLOPT_PROXY_TLS13_CIPHERS(3)
   * @since 7.61.0
   */
  PROXY_TLS13_CIPHERS: string | null
  /**
   * Refused with CURLE_NOT_BUILT_IN: libcurl has removed TLS-SRP.
   * @see CURLOPT_PROXY_TLSAUTH_PASSWORD(3)
   * @since 7.52.0
   * @deprecated since 8.22.0
   */
  PROXY_TLSAUTH_PASSWORD: string | null
  /**
   * Refused with CURLE_NOT_BUILT_IN: libcurl has removed TLS-SRP.
   * @see CURLOPT_PROXY_TLSAUTH_TYPE(3)
   * @since 7.52.0
   * @deprecated since 8.22.0
   */
  PROXY_TLSAUTH_TYPE: string | null
  /**
   * Refused with CURLE_NOT_BUILT_IN: libcurl has removed TLS-SRP.
   * @see CURLOPT_PROXY_TLSAUTH_USERNAME(3)
   * @since 7.52.0
   * @deprecated since 8.22.0
   */
  PROXY_TLSAUTH_USERNAME: string | null
  /**
   * Adds ';type=a' or ';type=i' to FTP URLs in requests to an HTTP proxy.
   * @see CURLOPT_PROXY_TRANSFER_MODE(3)
   * @since 7.18.0
   */
  PROXY_TRANSFER_MODE: OnOff
  /**
   * Uploads. With HTTP this is a PUT.
   * @see CURLOPT_PUT(3)
   * @since 7.1
   * @deprecated since 7.12.1: use UPLOAD
   */
  PUT: OnOff
  /**
   * Skips the cleanup after a timeout, for a process that is about to exit.
   * @see CURLOPT_QUICK_EXIT(3)
   * @since 7.87.0
   */
  QUICK_EXIT: OnOff
  /**
   * FTP commands to send before the transfer.
   * @see CURLOPT_QUOTE(3)
   * @since 7.1
   */
  QUOTE: readonly (string | Uint8Array)[] | null
  /**
   * Has no effect any more.
   * @see CURLOPT_RANDOM_FILE(3)
   * @since 7.7
   * @deprecated since 7.84.0
   */
  RANDOM_FILE: string | null
  /**
   * The bytes to ask for: '0-499', '500-' or '-500', or several of these with commas.
   * @see CURLOPT_RANGE(3)
   * @since 7.1
   */
  RANGE: string | null
  /**
   * Passed to READFUNCTION. Without one, a number is a descriptor of the host, from which libcurl reads.
   * @see CURLOPT_READDATA(3)
   * @since 7.9.7
   */
  READDATA: unknown
  /**
   * Provides the body of an upload, piece by piece.
   * @see CURLOPT_READFUNCTION(3)
   * @since 7.1
   */
  READFUNCTION: EasyCallbacks['READFUNCTION'] | null
  /**
   * Which protocols redirects may lead to.
   * Bits: CURLPROTO_*.
   * @see CURLOPT_REDIR_PROTOCOLS(3)
   * @since 7.19.4
   * @deprecated since 7.85.0: use REDIR_PROTOCOLS_STR
   */
  REDIR_PROTOCOLS: number
  /**
   * Which protocols redirects may lead to: 'http,https'.
   * @see CURLOPT_REDIR_PROTOCOLS_STR(3)
   * @since 7.85.0
   */
  REDIR_PROTOCOLS_STR: string | null
  /**
   * The Referer header.
   * @see CURLOPT_REFERER(3)
   * @since 7.1
   */
  REFERER: string | URL | null
  /**
   * The target in the request line, instead of the URL's path: '*' for OPTIONS.
   * @see CURLOPT_REQUEST_TARGET(3)
   * @since 7.55.0
   */
  REQUEST_TARGET: string | null
  /**
   * Addresses of names: 'host:port:address'. '-host:port' removes one, and '+' in front lets it expire.
   * @see CURLOPT_RESOLVE(3)
   * @since 7.21.3
   */
  RESOLVE: readonly (string | Uint8Array)[] | null
  /**
   * Passed to RESOLVER_START_FUNCTION.
   * @see CURLOPT_RESOLVER_START_DATA(3)
   * @since 7.59.0
   */
  RESOLVER_START_DATA: unknown
  /**
   * Called before a name is resolved. It may abort the transfer.
   * @see CURLOPT_RESOLVER_START_FUNCTION(3)
   * @since 7.59.0
   */
  RESOLVER_START_FUNCTION: EasyCallbacks['RESOLVER_START_FUNCTION'] | null
  /**
   * The byte to continue at, up to 2 GB. For an upload, -1 is the end of the remote file.
   * @see CURLOPT_RESUME_FROM(3)
   * @since 7.1
   */
  RESUME_FROM: number
  /**
   * The byte to continue at. For an upload, -1 is the end of the remote file.
   * @see CURLOPT_RESUME_FROM_LARGE(3)
   * @since 7.11.0
   */
  RESUME_FROM_LARGE: number | bigint
  /**
   * The old name of HTTPHEADER.
   * @see CURLOPT_HTTPHEADER(3)
   * @since 7.20.0
   */
  RTSPHEADER: readonly (string | Uint8Array)[] | null
  /**
   * The CSeq of the next RTSP request.
   * @see CURLOPT_RTSP_CLIENT_CSEQ(3)
   * @since 7.20.0
   */
  RTSP_CLIENT_CSEQ: number
  /**
   * Which RTSP request to make.
   * One of CURL_RTSPREQ_NONE, CURL_RTSPREQ_OPTIONS, CURL_RTSPREQ_DESCRIBE, CURL_RTSPREQ_ANNOUNCE, CURL_RTSPREQ_SETUP,
   * CURL_RTSPREQ_PLAY, CURL_RTSPREQ_PAUSE, CURL_RTSPREQ_TEARDOWN, CURL_RTSPREQ_GET_PARAMETER,
   * CURL_RTSPREQ_SET_PARAMETER, CURL_RTSPREQ_RECORD, CURL_RTSPREQ_RECEIVE.
   * @see CURLOPT_RTSP_REQUEST(3)
   * @since 7.20.0
   */
  RTSP_REQUEST: CurlRtspRequest
  /**
   * The CSeq that the RTSP server's next request is expected to have.
   * @see CURLOPT_RTSP_SERVER_CSEQ(3)
   * @since 7.20.0
   */
  RTSP_SERVER_CSEQ: number
  /**
   * The RTSP session.
   * @see CURLOPT_RTSP_SESSION_ID(3)
   * @since 7.20.0
   */
  RTSP_SESSION_ID: string | null
  /**
   * The RTSP stream that the request is about.
   * @see CURLOPT_RTSP_STREAM_URI(3)
   * @since 7.20.0
   */
  RTSP_STREAM_URI: string | URL | null
  /**
   * The Transport header of an RTSP SETUP.
   * @see CURLOPT_RTSP_TRANSPORT(3)
   * @since 7.20.0
   */
  RTSP_TRANSPORT: string | null
  /**
   * The identity to act as after the login, with SASL PLAIN.
   * @see CURLOPT_SASL_AUTHZID(3)
   * @since 7.66.0
   */
  SASL_AUTHZID: string | null
  /**
   * Sends the first SASL response together with the command.
   * @see CURLOPT_SASL_IR(3)
   * @since 7.31.0
   */
  SASL_IR: OnOff
  /**
   * Passed to SEEKFUNCTION.
   * @see CURLOPT_SEEKDATA(3)
   * @since 7.18.0
   */
  SEEKDATA: unknown
  /**
   * Moves to another position in the body that READFUNCTION provides.
   * @see CURLOPT_SEEKFUNCTION(3)
   * @since 7.18.0
   */
  SEEKFUNCTION: EasyCallbacks['SEEKFUNCTION'] | null
  /**
   * How long to wait for the reply to a command, in seconds.
   * @see CURLOPT_SERVER_RESPONSE_TIMEOUT(3)
   * @since 7.20.0
   */
  SERVER_RESPONSE_TIMEOUT: number
  /**
   * How long to wait for the reply to a command, in milliseconds.
   * @see CURLOPT_SERVER_RESPONSE_TIMEOUT_MS(3)
   * @since 8.6.0
   */
  SERVER_RESPONSE_TIMEOUT_MS: number
  /**
   * The service name for DIGEST-MD5, SPNEGO and Kerberos.
   * @see CURLOPT_SERVICE_NAME(3)
   * @since 7.43.0
   */
  SERVICE_NAME: string | null
  /**
   * The Share whose cookies, resolved names, TLS sessions and so on to use.
   * @see CURLOPT_SHARE(3)
   * @since 7.10
   */
  SHARE: Share | null
  /**
   * Passed to SOCKOPTFUNCTION.
   * @see CURLOPT_SOCKOPTDATA(3)
   * @since 7.16.0
   */
  SOCKOPTDATA: unknown
  /**
   * Called when a socket is created, before it is connected.
   * @see CURLOPT_SOCKOPTFUNCTION(3)
   * @since 7.16.0
   */
  SOCKOPTFUNCTION: EasyCallbacks['SOCKOPTFUNCTION'] | null
  /**
   * The methods of authentication that may be used with a SOCKS5 proxy.
   * Bits: CURLAUTH_NONE, CURLAUTH_BASIC, CURLAUTH_DIGEST, CURLAUTH_NEGOTIATE, CURLAUTH_GSSNEGOTIATE, CURLAUTH_GSSAPI,
   * CURLAUTH_NTLM, CURLAUTH_DIGEST_IE, CURLAUTH_NTLM_WB, CURLAUTH_BEARER, CURLAUTH_AWS_SIGV4, CURLAUTH_HTTPSIG,
   * CURLAUTH_ONLY, CURLAUTH_ANY, CURLAUTH_ANYSAFE.
   * @see CURLOPT_SOCKS5_AUTH(3)
   * @since 7.55.0
   */
  SOCKS5_AUTH: number
  /**
   * Negotiates the SOCKS5 protection mode unprotected, as NEC's implementation does. Not in this build.
   * @see CURLOPT_SOCKS5_GSSAPI_NEC(3)
   * @since 7.19.4
   */
  SOCKS5_GSSAPI_NEC: OnOff
  /**
   * The service name for GSS-API with a SOCKS5 proxy.
   * @see CURLOPT_SOCKS5_GSSAPI_SERVICE(3)
   * @since 7.19.4
   * @deprecated since 7.49.0: use PROXY_SERVICE_NAME
   */
  SOCKS5_GSSAPI_SERVICE: string | null
  /**
   * The methods of authentication that SSH may use. Only in the full module.
   * Bits: CURLSSH_AUTH_ANY, CURLSSH_AUTH_NONE, CURLSSH_AUTH_PUBLICKEY, CURLSSH_AUTH_PASSWORD, CURLSSH_AUTH_HOST,
   * CURLSSH_AUTH_KEYBOARD, CURLSSH_AUTH_AGENT, CURLSSH_AUTH_GSSAPI, CURLSSH_AUTH_DEFAULT.
   * @see CURLOPT_SSH_AUTH_TYPES(3)
   * @since 7.16.1
   */
  SSH_AUTH_TYPES: number
  /**
   * Asks for compression with SSH. Only in the full module.
   * @see CURLOPT_SSH_COMPRESSION(3)
   * @since 7.56.0
   */
  SSH_COMPRESSION: OnOff
  /**
   * Passed to SSH_HOSTKEYFUNCTION. Only in the full module.
   * @see CURLOPT_SSH_HOSTKEYDATA(3)
   * @since 7.84.0
   */
  SSH_HOSTKEYDATA: unknown
  /**
   * Called with the SSH server's public key, to accept or refuse it, if no fingerprint is set. Only in the full module.
   * @see CURLOPT_SSH_HOSTKEYFUNCTION(3)
   * @since 7.84.0
   */
  SSH_HOSTKEYFUNCTION: EasyCallbacks['SSH_HOSTKEYFUNCTION'] | null
  /**
   * The MD5 of the SSH server's public key, as 32 hexadecimal digits. Only in the full module.
   * @see CURLOPT_SSH_HOST_PUBLIC_KEY_MD5(3)
   * @since 7.17.1
   */
  SSH_HOST_PUBLIC_KEY_MD5: string | null
  /**
   * The SHA-256 of the SSH server's public key, in Base64. Only in the full module.
   * @see CURLOPT_SSH_HOST_PUBLIC_KEY_SHA256(3)
   * @since 7.80.0
   */
  SSH_HOST_PUBLIC_KEY_SHA256: string | null
  /**
   * Passed to SSH_KEYFUNCTION. Only in the full module.
   * @see CURLOPT_SSH_KEYDATA(3)
   * @since 7.19.6
   */
  SSH_KEYDATA: unknown
  /**
   * Called with the SSH server's key and the one in SSH_KNOWNHOSTS, to accept or refuse it. Only in the full module.
   * @see CURLOPT_SSH_KEYFUNCTION(3)
   * @since 7.19.6
   */
  SSH_KEYFUNCTION: EasyCallbacks['SSH_KEYFUNCTION'] | null
  /**
   * The file of known SSH hosts. Without it, a fingerprint or a callback, any server is accepted. Only in the full
   * module.
   * @see CURLOPT_SSH_KNOWNHOSTS(3)
   * @since 7.19.6
   */
  SSH_KNOWNHOSTS: string | null
  /**
   * The file of the private SSH key. Only in the full module.
   * @see CURLOPT_SSH_PRIVATE_KEYFILE(3)
   * @since 7.16.1
   */
  SSH_PRIVATE_KEYFILE: string | null
  /**
   * The file of the public SSH key; it is derived from the private one by default. Only in the full module.
   * @see CURLOPT_SSH_PUBLIC_KEYFILE(3)
   * @since 7.16.1
   */
  SSH_PUBLIC_KEYFILE: string | null
  /**
   * A file with the client certificate.
   * @see CURLOPT_SSLCERT(3)
   * @since 7.1
   */
  SSLCERT: string | null
  /**
   * The old name of KEYPASSWD.
   * @see CURLOPT_KEYPASSWD(3)
   * @since 7.1.1
   * @deprecated since 7.17.0: use KEYPASSWD
   */
  SSLCERTPASSWD: string | null
  /**
   * The format of the client certificate: 'PEM', 'DER' or 'P12'; PEM by default.
   * @see CURLOPT_SSLCERTTYPE(3)
   * @since 7.9.3
   */
  SSLCERTTYPE: string | null
  /**
   * The client certificate, from memory.
   * @see CURLOPT_SSLCERT_BLOB(3)
   * @since 7.71.0
   */
  SSLCERT_BLOB: Bytes | null
  /**
   * The OpenSSL provider of the private key.
   * @see CURLOPT_SSLENGINE(3)
   * @since 7.9.3
   */
  SSLENGINE: string | null
  /**
   * Uses SSLENGINE for all cryptography.
   * @see CURLOPT_SSLENGINE_DEFAULT(3)
   * @since 7.9.3
   */
  SSLENGINE_DEFAULT: OnOff
  /**
   * A file with the private key of the client certificate.
   * @see CURLOPT_SSLKEY(3)
   * @since 7.9.3
   */
  SSLKEY: string | null
  /**
   * The old name of KEYPASSWD.
   * @see CURLOPT_KEYPASSWD(3)
   * @since 7.9.3
   * @deprecated since 7.17.0: use KEYPASSWD
   */
  SSLKEYPASSWD: string | null
  /**
   * The format of the private key: 'PEM' or 'DER'; PEM by default.
   * @see CURLOPT_SSLKEYTYPE(3)
   * @since 7.9.3
   */
  SSLKEYTYPE: string | null
  /**
   * The private key of the client certificate, from memory.
   * @see CURLOPT_SSLKEY_BLOB(3)
   * @since 7.71.0
   */
  SSLKEY_BLOB: Bytes | null
  /**
   * The versions of TLS: the lowest one, combined by | with the highest one. TLS 1.2 and later by default.
   * Bits: CURL_SSLVERSION_DEFAULT, CURL_SSLVERSION_TLSv1, CURL_SSLVERSION_TLSv1_0, CURL_SSLVERSION_TLSv1_1,
   * CURL_SSLVERSION_TLSv1_2, CURL_SSLVERSION_TLSv1_3, CURL_SSLVERSION_MAX_NONE, CURL_SSLVERSION_MAX_DEFAULT,
   * CURL_SSLVERSION_MAX_TLSv1_0, CURL_SSLVERSION_MAX_TLSv1_1, CURL_SSLVERSION_MAX_TLSv1_2, CURL_SSLVERSION_MAX_TLSv1_3.
   * @see CURLOPT_SSLVERSION(3)
   * @since 7.1
   */
  SSLVERSION: number
  /**
   * The ciphers of TLS up to 1.2, as OpenSSL names, separated by ':'.
   * @see CURLOPT_SSL_CIPHER_LIST(3)
   * @since 7.9
   */
  SSL_CIPHER_LIST: string | null
  /**
   * Not available: the SSL_CTX cannot be used outside of the module.
   * @see CURLOPT_SSL_CTX_DATA(3)
   * @since 7.10.6
   */
  SSL_CTX_DATA: never
  /**
   * Not available: the SSL_CTX cannot be used outside of the module.
   * @see CURLOPT_SSL_CTX_FUNCTION(3)
   * @since 7.10.6
   */
  SSL_CTX_FUNCTION: never
  /**
   * The key exchanges of TLS, the best first: 'X25519MLKEM768:X25519:P-256'.
   * @see CURLOPT_SSL_EC_CURVES(3)
   * @since 7.73.0
   */
  SSL_EC_CURVES: string | null
  /**
   * Offers HTTP/2 and HTTP/1.1 by ALPN; on by default.
   * @see CURLOPT_SSL_ENABLE_ALPN(3)
   * @since 7.36.0
   */
  SSL_ENABLE_ALPN: OnOff
  /**
   * Has no effect any more.
   * @see CURLOPT_SSL_ENABLE_NPN(3)
   * @since 7.36.0
   * @deprecated since 7.86.0
   */
  SSL_ENABLE_NPN: OnOff
  /**
   * Refused with CURLE_NOT_BUILT_IN: libcurl has removed it.
   * @see CURLOPT_SSL_FALSESTART(3)
   * @since 7.42.0
   * @deprecated since 8.15.0
   */
  SSL_FALSESTART: OnOff
  /**
   * Special settings of TLS, such as early data.
   * Bits: CURLSSLOPT_ALLOW_BEAST, CURLSSLOPT_NO_REVOKE, CURLSSLOPT_NO_PARTIALCHAIN, CURLSSLOPT_REVOKE_BEST_EFFORT,
   * CURLSSLOPT_NATIVE_CA, CURLSSLOPT_AUTO_CLIENT_CERT, CURLSSLOPT_EARLYDATA.
   * @see CURLOPT_SSL_OPTIONS(3)
   * @since 7.25.0
   */
  SSL_OPTIONS: number
  /**
   * Resumes TLS sessions; on by default.
   * @see CURLOPT_SSL_SESSIONID_CACHE(3)
   * @since 7.16.0
   */
  SSL_SESSIONID_CACHE: OnOff
  /**
   * The signature algorithms of TLS, separated by ':'.
   * @see CURLOPT_SSL_SIGNATURE_ALGORITHMS(3)
   * @since 8.14.0
   */
  SSL_SIGNATURE_ALGORITHMS: string | null
  /**
   * Checks that the server's certificate is for its name; on by default.
   * @see CURLOPT_SSL_VERIFYHOST(3)
   * @since 7.8.1
   */
  SSL_VERIFYHOST: OnOff
  /**
   * Checks that the server's certificate is trusted; on by default.
   * @see CURLOPT_SSL_VERIFYPEER(3)
   * @since 7.4.2
   */
  SSL_VERIFYPEER: OnOff
  /**
   * Checks the OCSP response that the server staples, and fails if there is none.
   * @see CURLOPT_SSL_VERIFYSTATUS(3)
   * @since 7.41.0
   */
  SSL_VERIFYSTATUS: OnOff
  /**
   * A file to append the trace of VERBOSE to, if there is no DEBUGFUNCTION.
   * @see CURLOPT_STDERR(3)
   * @since 7.1
   */
  STDERR: string | null
  /**
   * Has no effect any more: HTTP/2 priorities are obsolete.
   * @see CURLOPT_STREAM_DEPENDS(3)
   * @since 7.46.0
   * @deprecated since 8.21.0
   */
  STREAM_DEPENDS: Easy | null
  /**
   * Has no effect any more: HTTP/2 priorities are obsolete.
   * @see CURLOPT_STREAM_DEPENDS_E(3)
   * @since 7.46.0
   * @deprecated since 8.21.0
   */
  STREAM_DEPENDS_E: Easy | null
  /**
   * The weight of the HTTP/2 stream among those of its connection, from 1 to 256; 16 by default.
   * @see CURLOPT_STREAM_WEIGHT(3)
   * @since 7.46.0
   */
  STREAM_WEIGHT: number
  /**
   * Does not pass the headers of a proxy's response to CONNECT to the callbacks.
   * @see CURLOPT_SUPPRESS_CONNECT_HEADERS(3)
   * @since 7.54.0
   */
  SUPPRESS_CONNECT_HEADERS: OnOff
  /**
   * Sends data in the first TCP packet, if the host supports it.
   * @see CURLOPT_TCP_FASTOPEN(3)
   * @since 7.49.0
   */
  TCP_FASTOPEN: OnOff
  /**
   * Sends keep-alive probes on idle connections.
   * @see CURLOPT_TCP_KEEPALIVE(3)
   * @since 7.25.0
   */
  TCP_KEEPALIVE: OnOff
  /**
   * How many keep-alive probes may be lost before the connection is closed.
   * @see CURLOPT_TCP_KEEPCNT(3)
   * @since 8.9.0
   */
  TCP_KEEPCNT: number
  /**
   * How long a connection is idle before it is probed, in seconds; 60 by default.
   * @see CURLOPT_TCP_KEEPIDLE(3)
   * @since 7.25.0
   */
  TCP_KEEPIDLE: number
  /**
   * The time between two keep-alive probes, in seconds; 60 by default.
   * @see CURLOPT_TCP_KEEPINTVL(3)
   * @since 7.25.0
   */
  TCP_KEEPINTVL: number
  /**
   * Sends small packets at once, without Nagle's algorithm; on by default.
   * @see CURLOPT_TCP_NODELAY(3)
   * @since 7.11.2
   */
  TCP_NODELAY: OnOff
  /**
   * What to negotiate with telnet: 'TTYPE=vt100', 'XDISPLOC=...', 'NEW_ENV=NAME,value'.
   * @see CURLOPT_TELNETOPTIONS(3)
   * @since 7.7
   */
  TELNETOPTIONS: readonly (string | Uint8Array)[] | null
  /**
   * The size of TFTP blocks, from 8 to 65464 bytes; 512 by default.
   * @see CURLOPT_TFTP_BLKSIZE(3)
   * @since 7.19.4
   */
  TFTP_BLKSIZE: number
  /**
   * Sends TFTP requests without options, for servers that do not support them.
   * @see CURLOPT_TFTP_NO_OPTIONS(3)
   * @since 7.48.0
   */
  TFTP_NO_OPTIONS: OnOff
  /**
   * Transfers only if the resource has changed since TIMEVALUE, or only if it has not.
   * One of CURL_TIMECOND_NONE, CURL_TIMECOND_IFMODSINCE, CURL_TIMECOND_IFUNMODSINCE, CURL_TIMECOND_LASTMOD.
   * @see CURLOPT_TIMECONDITION(3)
   * @since 7.1
   */
  TIMECONDITION: CurlTimeCondition
  /**
   * How long the whole transfer may take, in seconds; 0, the default, for no limit.
   * @see CURLOPT_TIMEOUT(3)
   * @since 7.1
   */
  TIMEOUT: number
  /**
   * How long the whole transfer may take, in milliseconds; 0, the default, for no limit.
   * @see CURLOPT_TIMEOUT_MS(3)
   * @since 7.16.2
   */
  TIMEOUT_MS: number
  /**
   * The time for TIMECONDITION, in seconds since 1970.
   * @see CURLOPT_TIMEVALUE(3)
   * @since 7.1
   */
  TIMEVALUE: number
  /**
   * The time for TIMECONDITION, in seconds since 1970.
   * @see CURLOPT_TIMEVALUE_LARGE(3)
   * @since 7.59.0
   */
  TIMEVALUE_LARGE: number | bigint
  /**
   * The cipher suites of TLS 1.3, separated by ':'.
   * @see CURLOPT_TLS13_CIPHERS(3)
   * @since 7.61.0
   */
  TLS13_CIPHERS: string | null
  /**
   * Refused with CURLE_NOT_BUILT_IN: libcurl has removed TLS-SRP.
   * @see CURLOPT_TLSAUTH_PASSWORD(3)
   * @since 7.21.4
   * @deprecated since 8.22.0
   */
  TLSAUTH_PASSWORD: string | null
  /**
   * Refused with CURLE_NOT_BUILT_IN: libcurl has removed TLS-SRP.
   * @see CURLOPT_TLSAUTH_TYPE(3)
   * @since 7.21.4
   * @deprecated since 8.22.0
   */
  TLSAUTH_TYPE: string | null
  /**
   * Refused with CURLE_NOT_BUILT_IN: libcurl has removed TLS-SRP.
   * @see CURLOPT_TLSAUTH_USERNAME(3)
   * @since 7.21.4
   * @deprecated since 8.22.0
   */
  TLSAUTH_USERNAME: string | null
  /**
   * Passed to TRAILERFUNCTION.
   * @see CURLOPT_TRAILERDATA(3)
   * @since 7.64.0
   */
  TRAILERDATA: unknown
  /**
   * Provides the trailers to send after a chunked upload.
   * @see CURLOPT_TRAILERFUNCTION(3)
   * @since 7.64.0
   */
  TRAILERFUNCTION: EasyCallbacks['TRAILERFUNCTION'] | null
  /**
   * Transfers as text, with FTP in ASCII mode.
   * @see CURLOPT_TRANSFERTEXT(3)
   * @since 7.1.1
   */
  TRANSFERTEXT: OnOff
  /**
   * Asks for a compressed Transfer-Encoding, and decodes it.
   * @see CURLOPT_TRANSFER_ENCODING(3)
   * @since 7.21.6
   */
  TRANSFER_ENCODING: OnOff
  /**
   * Connects to a Unix socket instead of to a host.
   * @see CURLOPT_UNIX_SOCKET_PATH(3)
   * @since 7.40.0
   */
  UNIX_SOCKET_PATH: string | null
  /**
   * Sends your passwords and cookies also to other hosts that redirects lead to.
   * @see CURLOPT_UNRESTRICTED_AUTH(3)
   * @since 7.10.4
   */
  UNRESTRICTED_AUTH: OnOff
  /**
   * How long a connection may be idle before upkeep() sends something on it, in milliseconds; 60000 by default.
   * @see CURLOPT_UPKEEP_INTERVAL_MS(3)
   * @since 7.62.0
   */
  UPKEEP_INTERVAL_MS: number
  /**
   * Uploads. With HTTP this is a PUT.
   * @see CURLOPT_UPLOAD(3)
   * @since 7.1
   */
  UPLOAD: OnOff
  /**
   * The size of the upload buffer in bytes, from 64 kB to 2 MB; 64 kB by default.
   * @see CURLOPT_UPLOAD_BUFFERSIZE(3)
   * @since 7.62.0
   */
  UPLOAD_BUFFERSIZE: number
  /**
   * The flags of a mail that is uploaded by IMAP.
   * Bits: CURLULFLAG_ANSWERED, CURLULFLAG_DELETED, CURLULFLAG_DRAFT, CURLULFLAG_FLAGGED, CURLULFLAG_SEEN.
   * @see CURLOPT_UPLOAD_FLAGS(3)
   * @since 8.13.0
   */
  UPLOAD_FLAGS: number
  /**
   * The URL of the transfer.
   * @see CURLOPT_URL(3)
   * @since 7.1
   */
  URL: string | URL | null
  /**
   * The User-Agent header; none by default.
   * @see CURLOPT_USERAGENT(3)
   * @since 7.1
   */
  USERAGENT: string | null
  /**
   * The user name to log in with.
   * @see CURLOPT_USERNAME(3)
   * @since 7.19.1
   */
  USERNAME: string | null
  /**
   * The user name and the password to log in with: 'user:password'.
   * @see CURLOPT_USERPWD(3)
   * @since 7.1
   */
  USERPWD: string | null
  /**
   * Whether protocols that begin in clear text must, or may, switch to TLS.
   * One of CURLUSESSL_NONE, CURLUSESSL_TRY, CURLUSESSL_CONTROL, CURLUSESSL_ALL.
   * @see CURLOPT_USE_SSL(3)
   * @since 7.17.0
   */
  USE_SSL: CurlUseSsl
  /**
   * Traces to DEBUGFUNCTION, or to STDERR.
   * @see CURLOPT_VERBOSE(3)
   * @since 7.1
   */
  VERBOSE: OnOff
  /**
   * Downloads all FTP files that the pattern in the URL matches.
   * @see CURLOPT_WILDCARDMATCH(3)
   * @since 7.21.0
   */
  WILDCARDMATCH: OnOff
  /**
   * Passed to WRITEFUNCTION. Without one, a number is a descriptor of the host, to which libcurl writes.
   * @see CURLOPT_WRITEDATA(3)
   * @since 7.9.7
   */
  WRITEDATA: unknown
  /**
   * Called with the body, piece by piece. It returns CURL_WRITEFUNC_PAUSE to pause the transfer.
   * @see CURLOPT_WRITEFUNCTION(3)
   * @since 7.1
   */
  WRITEFUNCTION: EasyCallbacks['WRITEFUNCTION'] | null
  /**
   * The old name of HEADERDATA.
   * @see CURLOPT_HEADERDATA(3)
   * @since 7.1
   */
  WRITEHEADER: unknown
  /**
   * Whether WebSocket frames are passed raw, and whether the application answers pings.
   * Bits: CURLWS_RAW_MODE, CURLWS_NOAUTOPONG.
   * @see CURLOPT_WS_OPTIONS(3)
   * @since 7.86.0
   */
  WS_OPTIONS: number
  /**
   * Passed to XFERINFOFUNCTION and PROGRESSFUNCTION.
   * @see CURLOPT_XFERINFODATA(3)
   * @since 7.32.0
   */
  XFERINFODATA: unknown
  /**
   * Called with the progress about once a second, and more often while data moves. Needs NOPROGRESS false.
   * @see CURLOPT_XFERINFOFUNCTION(3)
   * @since 7.32.0
   */
  XFERINFOFUNCTION: EasyCallbacks['XFERINFOFUNCTION'] | null
  /**
   * The OAuth 2.0 token to log in with.
   * @see CURLOPT_XOAUTH2_BEARER(3)
   * @since 7.33.0
   */
  XOAUTH2_BEARER: string | null
}

/** The results of a transfer, by name without 'CURLINFO_'. */
export interface Infos {
  /**
   * The socket of a CONNECT_ONLY handle, or CURL_SOCKET_BAD.
   * @see CURLINFO_ACTIVESOCKET(3)
   * @since 7.45.0
   */
  ACTIVESOCKET: number
  /**
   * When TLS was established, in seconds from the start.
   * @see CURLINFO_APPCONNECT_TIME(3)
   * @since 7.19.0
   */
  APPCONNECT_TIME: number
  /**
   * When TLS was established, in microseconds from the start.
   * @see CURLINFO_APPCONNECT_TIME_T(3)
   * @since 7.61.0
   */
  APPCONNECT_TIME_T: number
  /**
   * The default file of CA certificates of this build.
   * @see CURLINFO_CAINFO(3)
   * @since 7.84.0
   */
  CAINFO: string | null
  /**
   * The default folder of CA certificates of this build.
   * @see CURLINFO_CAPATH(3)
   * @since 7.84.0
   */
  CAPATH: string | null
  /**
   * The server's chain of certificates, each as 'Name:value' lines. Needs the option CERTINFO.
   * @see CURLINFO_CERTINFO(3)
   * @since 7.19.1
   */
  CERTINFO: string[][]
  /**
   * 1 if nothing was transferred because of TIMECONDITION, or of a 304.
   * @see CURLINFO_CONDITION_UNMET(3)
   * @since 7.19.4
   */
  CONDITION_UNMET: 0 | 1
  /**
   * When the connection was established, in seconds from the start.
   * @see CURLINFO_CONNECT_TIME(3)
   * @since 7.4.1
   */
  CONNECT_TIME: number
  /**
   * When the connection was established, in microseconds from the start.
   * @see CURLINFO_CONNECT_TIME_T(3)
   * @since 7.61.0
   */
  CONNECT_TIME_T: number
  /**
   * The number of the last connection, unique in the Multi; -1 for none.
   * @see CURLINFO_CONN_ID(3)
   * @since 8.2.0
   */
  CONN_ID: number
  /**
   * The size of the response in bytes that the server announced; -1 for unknown.
   * @see CURLINFO_CONTENT_LENGTH_DOWNLOAD(3)
   * @since 7.6.1
   * @deprecated since 7.55.0: use CONTENT_LENGTH_DOWNLOAD_T
   */
  CONTENT_LENGTH_DOWNLOAD: number
  /**
   * The size of the response in bytes that the server announced; -1 for unknown.
   * @see CURLINFO_CONTENT_LENGTH_DOWNLOAD_T(3)
   * @since 7.55.0
   */
  CONTENT_LENGTH_DOWNLOAD_T: number
  /**
   * The size of the upload in bytes; -1 for unknown.
   * @see CURLINFO_CONTENT_LENGTH_UPLOAD(3)
   * @since 7.6.1
   * @deprecated since 7.55.0: use CONTENT_LENGTH_UPLOAD_T
   */
  CONTENT_LENGTH_UPLOAD: number
  /**
   * The size of the upload in bytes; -1 for unknown.
   * @see CURLINFO_CONTENT_LENGTH_UPLOAD_T(3)
   * @since 7.55.0
   */
  CONTENT_LENGTH_UPLOAD_T: number
  /**
   * The Content-Type of the response.
   * @see CURLINFO_CONTENT_TYPE(3)
   * @since 7.9.4
   */
  CONTENT_TYPE: string | null
  /**
   * All cookies of the engine, as Netscape lines.
   * @see CURLINFO_COOKIELIST(3)
   * @since 7.14.1
   */
  COOKIELIST: string[]
  /**
   * How many bytes were sent as TLS early data; negative if the server refused them.
   * @see CURLINFO_EARLYDATA_SENT_T(3)
   * @since 8.11.0
   */
  EARLYDATA_SENT_T: number
  /**
   * The method of the last request, after redirects.
   * @see CURLINFO_EFFECTIVE_METHOD(3)
   * @since 7.72.0
   */
  EFFECTIVE_METHOD: string | null
  /**
   * The URL of the last request, after redirects.
   * @see CURLINFO_EFFECTIVE_URL(3)
   * @since 7.4
   */
  EFFECTIVE_URL: string | null
  /**
   * When the remote file was changed, in seconds since 1970, -1 for unknown. Needs the option FILETIME.
   * @see CURLINFO_FILETIME(3)
   * @since 7.5
   */
  FILETIME: number
  /**
   * When the remote file was changed, in seconds since 1970, -1 for unknown. Needs the option FILETIME.
   * @see CURLINFO_FILETIME_T(3)
   * @since 7.59.0
   */
  FILETIME_T: number
  /**
   * The folder that the FTP session started in.
   * @see CURLINFO_FTP_ENTRY_PATH(3)
   * @since 7.15.4
   */
  FTP_ENTRY_PATH: string | null
  /**
   * How many bytes the response headers have, as HTTP/1 writes them.
   * @see CURLINFO_HEADER_SIZE(3)
   * @since 7.4.1
   */
  HEADER_SIZE: number
  /**
   * The methods of authentication that the server has offered.
   * Bits: CURLAUTH_NONE, CURLAUTH_BASIC, CURLAUTH_DIGEST, CURLAUTH_NEGOTIATE, CURLAUTH_GSSNEGOTIATE, CURLAUTH_GSSAPI,
   * CURLAUTH_NTLM, CURLAUTH_DIGEST_IE, CURLAUTH_NTLM_WB, CURLAUTH_BEARER, CURLAUTH_AWS_SIGV4, CURLAUTH_HTTPSIG,
   * CURLAUTH_ONLY, CURLAUTH_ANY, CURLAUTH_ANYSAFE.
   * @see CURLINFO_HTTPAUTH_AVAIL(3)
   * @since 7.10.8
   */
  HTTPAUTH_AVAIL: number
  /**
   * The method of authentication that was used with the server.
   * Bits: CURLAUTH_NONE, CURLAUTH_BASIC, CURLAUTH_DIGEST, CURLAUTH_NEGOTIATE, CURLAUTH_GSSNEGOTIATE, CURLAUTH_GSSAPI,
   * CURLAUTH_NTLM, CURLAUTH_DIGEST_IE, CURLAUTH_NTLM_WB, CURLAUTH_BEARER, CURLAUTH_AWS_SIGV4, CURLAUTH_HTTPSIG,
   * CURLAUTH_ONLY, CURLAUTH_ANY, CURLAUTH_ANYSAFE.
   * @see CURLINFO_HTTPAUTH_USED(3)
   * @since 8.12.0
   */
  HTTPAUTH_USED: number
  /**
   * The old name of RESPONSE_CODE.
   * @see CURLINFO_RESPONSE_CODE(3)
   * @since 7.4.1
   * @deprecated since 7.10.8: use RESPONSE_CODE
   */
  HTTP_CODE: number
  /**
   * The status of the proxy's response to CONNECT; 0 for none.
   * @see CURLINFO_HTTP_CONNECTCODE(3)
   * @since 7.10.7
   */
  HTTP_CONNECTCODE: number
  /**
   * The version of HTTP that was used; CURL_HTTP_VERSION_NONE if it is not known.
   * One of CURL_HTTP_VERSION_NONE, CURL_HTTP_VERSION_1_0, CURL_HTTP_VERSION_1_1, CURL_HTTP_VERSION_2_0,
   * CURL_HTTP_VERSION_2TLS, CURL_HTTP_VERSION_2_PRIOR_KNOWLEDGE, CURL_HTTP_VERSION_3, CURL_HTTP_VERSION_3ONLY,
   * CURL_HTTP_VERSION_2.
   * @see CURLINFO_HTTP_VERSION(3)
   * @since 7.50.0
   */
  HTTP_VERSION: CurlHttpVersion
  /**
   * The last socket; -1 if it is closed.
   * @see CURLINFO_LASTSOCKET(3)
   * @since 7.15.2
   * @deprecated since 7.45.0: use ACTIVESOCKET
   */
  LASTSOCKET: number
  /**
   * The local address of the last connection.
   * @see CURLINFO_LOCAL_IP(3)
   * @since 7.21.0
   */
  LOCAL_IP: string | null
  /**
   * The local port of the last connection.
   * @see CURLINFO_LOCAL_PORT(3)
   * @since 7.21.0
   */
  LOCAL_PORT: number
  /**
   * When the name was resolved, in seconds from the start.
   * @see CURLINFO_NAMELOOKUP_TIME(3)
   * @since 7.4.1
   */
  NAMELOOKUP_TIME: number
  /**
   * When the name was resolved, in microseconds from the start.
   * @see CURLINFO_NAMELOOKUP_TIME_T(3)
   * @since 7.61.0
   */
  NAMELOOKUP_TIME_T: number
  /**
   * How many connections the transfer opened; 0 if it reused one.
   * @see CURLINFO_NUM_CONNECTS(3)
   * @since 7.12.3
   */
  NUM_CONNECTS: number
  /**
   * The errno of a failure to connect, send or receive; 0 for none.
   * @see CURLINFO_OS_ERRNO(3)
   * @since 7.12.2
   */
  OS_ERRNO: number
  /**
   * When the last byte was sent, in microseconds from the start.
   * @see CURLINFO_POSTTRANSFER_TIME_T(3)
   * @since 8.10.0
   */
  POSTTRANSFER_TIME_T: number
  /**
   * When the transfer was about to begin, in seconds from the start.
   * @see CURLINFO_PRETRANSFER_TIME(3)
   * @since 7.4.1
   */
  PRETRANSFER_TIME: number
  /**
   * When the transfer was about to begin, in microseconds from the start.
   * @see CURLINFO_PRETRANSFER_TIME_T(3)
   * @since 7.61.0
   */
  PRETRANSFER_TIME_T: number
  /**
   * The remote address of the last connection.
   * @see CURLINFO_PRIMARY_IP(3)
   * @since 7.19.0
   */
  PRIMARY_IP: string | null
  /**
   * The remote port of the last connection.
   * @see CURLINFO_PRIMARY_PORT(3)
   * @since 7.21.0
   */
  PRIMARY_PORT: number
  /**
   * The value of the option PRIVATE.
   * @see CURLINFO_PRIVATE(3)
   * @since 7.10.3
   */
  PRIVATE: unknown
  /**
   * Which protocol was used.
   * Bits: CURLPROTO_*.
   * @see CURLINFO_PROTOCOL(3)
   * @since 7.52.0
   * @deprecated since 7.85.0: use SCHEME
   */
  PROTOCOL: number
  /**
   * The methods of authentication that the proxy has offered.
   * Bits: CURLAUTH_NONE, CURLAUTH_BASIC, CURLAUTH_DIGEST, CURLAUTH_NEGOTIATE, CURLAUTH_GSSNEGOTIATE, CURLAUTH_GSSAPI,
   * CURLAUTH_NTLM, CURLAUTH_DIGEST_IE, CURLAUTH_NTLM_WB, CURLAUTH_BEARER, CURLAUTH_AWS_SIGV4, CURLAUTH_HTTPSIG,
   * CURLAUTH_ONLY, CURLAUTH_ANY, CURLAUTH_ANYSAFE.
   * @see CURLINFO_PROXYAUTH_AVAIL(3)
   * @since 7.10.8
   */
  PROXYAUTH_AVAIL: number
  /**
   * The method of authentication that was used with the proxy.
   * Bits: CURLAUTH_NONE, CURLAUTH_BASIC, CURLAUTH_DIGEST, CURLAUTH_NEGOTIATE, CURLAUTH_GSSNEGOTIATE, CURLAUTH_GSSAPI,
   * CURLAUTH_NTLM, CURLAUTH_DIGEST_IE, CURLAUTH_NTLM_WB, CURLAUTH_BEARER, CURLAUTH_AWS_SIGV4, CURLAUTH_HTTPSIG,
   * CURLAUTH_ONLY, CURLAUTH_ANY, CURLAUTH_ANYSAFE.
   * @see CURLINFO_PROXYAUTH_USED(3)
   * @since 8.12.0
   */
  PROXYAUTH_USED: number
  /**
   * Why the SOCKS proxy failed.
   * One of CURLPX_*.
   * @see CURLINFO_PROXY_ERROR(3)
   * @since 7.73.0
   */
  PROXY_ERROR: CurlProxyError
  /**
   * OpenSSL's result for the HTTPS proxy's certificate: 0 if it was verified.
   * @see CURLINFO_PROXY_SSL_VERIFYRESULT(3)
   * @since 7.52.0
   */
  PROXY_SSL_VERIFYRESULT: number
  /**
   * How long the transfer had to wait for its turn, in microseconds.
   * @see CURLINFO_QUEUE_TIME_T(3)
   * @since 8.6.0
   */
  QUEUE_TIME_T: number
  /**
   * How many redirects were followed.
   * @see CURLINFO_REDIRECT_COUNT(3)
   * @since 7.9.7
   */
  REDIRECT_COUNT: number
  /**
   * How long all redirects took, in seconds.
   * @see CURLINFO_REDIRECT_TIME(3)
   * @since 7.9.7
   */
  REDIRECT_TIME: number
  /**
   * How long all redirects took, in microseconds.
   * @see CURLINFO_REDIRECT_TIME_T(3)
   * @since 7.61.0
   */
  REDIRECT_TIME_T: number
  /**
   * The URL of a redirect that was not followed.
   * @see CURLINFO_REDIRECT_URL(3)
   * @since 7.18.2
   */
  REDIRECT_URL: string | null
  /**
   * The Referer header that was sent.
   * @see CURLINFO_REFERER(3)
   * @since 7.76.0
   */
  REFERER: string | null
  /**
   * How many bytes the HTTP requests have, including those before redirects.
   * @see CURLINFO_REQUEST_SIZE(3)
   * @since 7.4.1
   */
  REQUEST_SIZE: number
  /**
   * The status of the last response, with HTTP, FTP and the like; 0 for none.
   * @see CURLINFO_RESPONSE_CODE(3)
   * @since 7.10.8
   */
  RESPONSE_CODE: number
  /**
   * How many seconds the server asks to wait, by Retry-After; 0 for none.
   * @see CURLINFO_RETRY_AFTER(3)
   * @since 7.66.0
   */
  RETRY_AFTER: number
  /**
   * The CSeq of the next RTSP request.
   * @see CURLINFO_RTSP_CLIENT_CSEQ(3)
   * @since 7.20.0
   */
  RTSP_CLIENT_CSEQ: number
  /**
   * The CSeq that was received last.
   * @see CURLINFO_RTSP_CSEQ_RECV(3)
   * @since 7.20.0
   */
  RTSP_CSEQ_RECV: number
  /**
   * The CSeq of the RTSP server's next request.
   * @see CURLINFO_RTSP_SERVER_CSEQ(3)
   * @since 7.20.0
   */
  RTSP_SERVER_CSEQ: number
  /**
   * The last RTSP session.
   * @see CURLINFO_RTSP_SESSION_ID(3)
   * @since 7.20.0
   */
  RTSP_SESSION_ID: string | null
  /**
   * The scheme of the last URL, in upper or lower case.
   * @see CURLINFO_SCHEME(3)
   * @since 7.52.0
   */
  SCHEME: string | null
  /**
   * How many bytes WRITEFUNCTION got, after decoding.
   * @see CURLINFO_SIZE_DELIVERED(3)
   * @since 8.20.0
   */
  SIZE_DELIVERED: number
  /**
   * How many bytes of the body were received, before decoding.
   * @see CURLINFO_SIZE_DOWNLOAD(3)
   * @since 7.4.1
   * @deprecated since 7.55.0: use SIZE_DOWNLOAD_T
   */
  SIZE_DOWNLOAD: number
  /**
   * How many bytes of the body were received, before decoding.
   * @see CURLINFO_SIZE_DOWNLOAD_T(3)
   * @since 7.55.0
   */
  SIZE_DOWNLOAD_T: number
  /**
   * How many bytes of the body were sent.
   * @see CURLINFO_SIZE_UPLOAD(3)
   * @since 7.4.1
   * @deprecated since 7.55.0: use SIZE_UPLOAD_T
   */
  SIZE_UPLOAD: number
  /**
   * How many bytes of the body were sent.
   * @see CURLINFO_SIZE_UPLOAD_T(3)
   * @since 7.55.0
   */
  SIZE_UPLOAD_T: number
  /**
   * The average speed of the download, in bytes per second.
   * @see CURLINFO_SPEED_DOWNLOAD(3)
   * @since 7.4.1
   * @deprecated since 7.55.0: use SPEED_DOWNLOAD_T
   */
  SPEED_DOWNLOAD: number
  /**
   * The average speed of the download, in bytes per second.
   * @see CURLINFO_SPEED_DOWNLOAD_T(3)
   * @since 7.55.0
   */
  SPEED_DOWNLOAD_T: number
  /**
   * The average speed of the upload, in bytes per second.
   * @see CURLINFO_SPEED_UPLOAD(3)
   * @since 7.4.1
   * @deprecated since 7.55.0: use SPEED_UPLOAD_T
   */
  SPEED_UPLOAD: number
  /**
   * The average speed of the upload, in bytes per second.
   * @see CURLINFO_SPEED_UPLOAD_T(3)
   * @since 7.55.0
   */
  SPEED_UPLOAD_T: number
  /**
   * The OpenSSL engines of this build.
   * @see CURLINFO_SSL_ENGINES(3)
   * @since 7.12.3
   */
  SSL_ENGINES: string[]
  /**
   * OpenSSL's result for the server's certificate: 0 if it was verified.
   * @see CURLINFO_SSL_VERIFYRESULT(3)
   * @since 7.5
   */
  SSL_VERIFYRESULT: number
  /**
   * When the first byte of the response was received, in seconds from the start.
   * @see CURLINFO_STARTTRANSFER_TIME(3)
   * @since 7.9.2
   */
  STARTTRANSFER_TIME: number
  /**
   * When the first byte of the response was received, in microseconds from the start.
   * @see CURLINFO_STARTTRANSFER_TIME_T(3)
   * @since 7.61.0
   */
  STARTTRANSFER_TIME_T: number
  /**
   * Not available: it is a pointer, which has no meaning outside of the module.
   * @see CURLINFO_TLS_SESSION(3)
   * @since 7.34.0
   * @deprecated since 7.48.0: use TLS_SSL_PTR
   */
  TLS_SESSION: never
  /**
   * Not available: it is a pointer, which has no meaning outside of the module.
   * @see CURLINFO_TLS_SSL_PTR(3)
   * @since 7.48.0
   */
  TLS_SSL_PTR: never
  /**
   * How long the transfer took, in seconds.
   * @see CURLINFO_TOTAL_TIME(3)
   * @since 7.4.1
   */
  TOTAL_TIME: number
  /**
   * How long the transfer took, in microseconds.
   * @see CURLINFO_TOTAL_TIME_T(3)
   * @since 7.61.0
   */
  TOTAL_TIME_T: number
  /**
   * 1 if the transfer used a proxy.
   * @see CURLINFO_USED_PROXY(3)
   * @since 8.7.0
   */
  USED_PROXY: 0 | 1
  /**
   * The number of the last transfer, unique in the Multi; -1 for none.
   * @see CURLINFO_XFER_ID(3)
   * @since 8.2.0
   */
  XFER_ID: number
}

/** The options of a multi handle, by name without 'CURLMOPT_'. */
export interface MultiOptions {
  /**
   * Has no effect any more: libcurl has removed HTTP/1.1 pipelining.
   * @see CURLMOPT_CHUNK_LENGTH_PENALTY_SIZE(3)
   * @since 7.30.0
   */
  CHUNK_LENGTH_PENALTY_SIZE: number | bigint
  /**
   * Has no effect any more: libcurl has removed HTTP/1.1 pipelining.
   * @see CURLMOPT_CONTENT_LENGTH_PENALTY_SIZE(3)
   * @since 7.30.0
   */
  CONTENT_LENGTH_PENALTY_SIZE: number | bigint
  /**
   * How many connections are kept for reuse. By default twice as many as there are handles.
   * @see CURLMOPT_MAXCONNECTS(3)
   * @since 7.16.3
   */
  MAXCONNECTS: number
  /**
   * How many streams an HTTP/2 connection may have at the same time; 100 by default.
   * @see CURLMOPT_MAX_CONCURRENT_STREAMS(3)
   * @since 7.67.0
   */
  MAX_CONCURRENT_STREAMS: number
  /**
   * How many connections there may be to one host and port; 0, the default, for no limit.
   * @see CURLMOPT_MAX_HOST_CONNECTIONS(3)
   * @since 7.30.0
   */
  MAX_HOST_CONNECTIONS: number
  /**
   * Has no effect any more: libcurl has removed HTTP/1.1 pipelining.
   * @see CURLMOPT_MAX_PIPELINE_LENGTH(3)
   * @since 7.30.0
   */
  MAX_PIPELINE_LENGTH: number
  /**
   * How many connections there may be at the same time; 0, the default, for no limit.
   * @see CURLMOPT_MAX_TOTAL_CONNECTIONS(3)
   * @since 7.30.0
   */
  MAX_TOTAL_CONNECTIONS: number
  /**
   * Says that the network has changed, and what to forget because of that.
   * Bits: CURLMNWC_CLEAR_ALL, CURLMNWC_CLEAR_CONNS, CURLMNWC_CLEAR_DNS.
   * @see CURLMOPT_NETWORK_CHANGED(3)
   * @since 8.16.0
   */
  NETWORK_CHANGED: number
  /**
   * Passed to NOTIFYFUNCTION.
   * @see CURLMOPT_NOTIFYDATA(3)
   * @since 8.17.0
   */
  NOTIFYDATA: unknown
  /**
   * Called for the notifications that notifyEnable() has switched on.
   * @see CURLMOPT_NOTIFYFUNCTION(3)
   * @since 8.17.0
   */
  NOTIFYFUNCTION: MultiCallbacks['NOTIFYFUNCTION'] | null
  /**
   * Whether transfers to one host share a connection, with HTTP/2; on by default.
   * Bits: CURLPIPE_NOTHING, CURLPIPE_HTTP1, CURLPIPE_MULTIPLEX.
   * @see CURLMOPT_PIPELINING(3)
   * @since 7.16.0
   */
  PIPELINING: number
  /**
   * Has no effect any more: libcurl has removed HTTP/1.1 pipelining.
   * @see CURLMOPT_PIPELINING_SERVER_BL(3)
   * @since 7.30.0
   */
  PIPELINING_SERVER_BL: null
  /**
   * Has no effect any more: libcurl has removed HTTP/1.1 pipelining.
   * @see CURLMOPT_PIPELINING_SITE_BL(3)
   * @since 7.30.0
   */
  PIPELINING_SITE_BL: null
  /**
   * Passed to PUSHFUNCTION.
   * @see CURLMOPT_PUSHDATA(3)
   * @since 7.44.0
   */
  PUSHDATA: unknown
  /**
   * Called to decide whether to accept a stream that an HTTP/2 server pushes.
   * @see CURLMOPT_PUSHFUNCTION(3)
   * @since 7.44.0
   */
  PUSHFUNCTION: MultiCallbacks['PUSHFUNCTION'] | null
  /**
   * Skips the cleanup after a timeout, for a process that is about to exit.
   * @see CURLMOPT_QUICK_EXIT(3)
   * @since 8.20.0
   */
  QUICK_EXIT: OnOff
  /**
   * Has no effect in this package, which resolves names without threads.
   * @see CURLMOPT_RESOLVE_THREADS_MAX(3)
   * @since 8.20.0
   */
  RESOLVE_THREADS_MAX: number
  /**
   * Passed to SOCKETFUNCTION.
   * @see CURLMOPT_SOCKETDATA(3)
   * @since 7.15.4
   */
  SOCKETDATA: unknown
  /**
   * Called with the sockets to watch, for an event loop of your own.
   * @see CURLMOPT_SOCKETFUNCTION(3)
   * @since 7.15.4
   */
  SOCKETFUNCTION: MultiCallbacks['SOCKETFUNCTION'] | null
  /**
   * Passed to TIMERFUNCTION.
   * @see CURLMOPT_TIMERDATA(3)
   * @since 7.16.0
   */
  TIMERDATA: unknown
  /**
   * Called with the time at which to call socketAction(), for an event loop of your own.
   * @see CURLMOPT_TIMERFUNCTION(3)
   * @since 7.16.0
   */
  TIMERFUNCTION: MultiCallbacks['TIMERFUNCTION'] | null
}

/** The counts of a multi handle, by name without 'CURLMINFO_'. */
export interface MultiInfos {
  /**
   * How many handles have been added so far.
   * @see CURLMINFO_XFERS_ADDED(3)
   * @since 8.16.0
   */
  XFERS_ADDED: number
  /**
   * How many handles the Multi has now.
   * @see CURLMINFO_XFERS_CURRENT(3)
   * @since 8.16.0
   */
  XFERS_CURRENT: number
  /**
   * How many transfers have ended with a result that was not read yet.
   * @see CURLMINFO_XFERS_DONE(3)
   * @since 8.16.0
   */
  XFERS_DONE: number
  /**
   * How many transfers wait for a connection.
   * @see CURLMINFO_XFERS_PENDING(3)
   * @since 8.16.0
   */
  XFERS_PENDING: number
  /**
   * How many transfers are running.
   * @see CURLMINFO_XFERS_RUNNING(3)
   * @since 8.16.0
   */
  XFERS_RUNNING: number
}

/** The options of a share handle, by name without 'CURLSHOPT_'. */
export interface ShareOptions {
  /**
   * Not available: the module has only one thread, so locks are not needed.
   * @see CURLSHOPT_LOCKFUNC(3)
   * @since 7.10.3
   */
  LOCKFUNC: never
  /**
   * Shares one kind of data.
   * One of CURL_LOCK_DATA_COOKIE, CURL_LOCK_DATA_DNS, CURL_LOCK_DATA_SSL_SESSION, CURL_LOCK_DATA_CONNECT,
   * CURL_LOCK_DATA_PSL, CURL_LOCK_DATA_HSTS.
   * @see CURLSHOPT_SHARE(3)
   * @since 7.10.3
   */
  SHARE: CurlLockData
  /**
   * Not available: the module has only one thread, so locks are not needed.
   * @see CURLSHOPT_UNLOCKFUNC(3)
   * @since 7.10.3
   */
  UNLOCKFUNC: never
  /**
   * Stops sharing one kind of data.
   * One of CURL_LOCK_DATA_COOKIE, CURL_LOCK_DATA_DNS, CURL_LOCK_DATA_SSL_SESSION, CURL_LOCK_DATA_CONNECT,
   * CURL_LOCK_DATA_PSL, CURL_LOCK_DATA_HSTS.
   * @see CURLSHOPT_UNSHARE(3)
   * @since 7.10.3
   */
  UNSHARE: CurlLockData
  /**
   * Not available: it is only for the lock functions.
   * @see CURLSHOPT_USERDATA(3)
   * @since 7.10.3
   */
  USERDATA: never
}

declare module './easy.js' {
  interface Easy {
    /**
     * Connects to a Unix socket of Linux's abstract namespace instead of to a host.
     * @see CURLOPT_ABSTRACT_UNIX_SOCKET(3)
     * @since 7.53.0
     */
    setopt(option: 'ABSTRACT_UNIX_SOCKET' | 'CURLOPT_ABSTRACT_UNIX_SOCKET', value: string | null): this
    /**
     * How long to wait for the server's connection in active FTP, in milliseconds; 60000 by default.
     * @see CURLOPT_ACCEPTTIMEOUT_MS(3)
     * @since 7.24.0
     */
    setopt(option: 'ACCEPTTIMEOUT_MS' | 'CURLOPT_ACCEPTTIMEOUT_MS', value: number): this
    /**
     * Asks for compressed responses and decodes them: 'gzip, br', or '' for all encodings that this build knows.
     * @see CURLOPT_ACCEPT_ENCODING(3)
     * @since 7.21.6
     */
    setopt(option: 'ACCEPT_ENCODING' | 'CURLOPT_ACCEPT_ENCODING', value: string | null): this
    /**
     * The scope id for link-local IPv6 addresses.
     * @see CURLOPT_ADDRESS_SCOPE(3)
     * @since 7.19.0
     */
    setopt(option: 'ADDRESS_SCOPE' | 'CURLOPT_ADDRESS_SCOPE', value: number): this
    /**
     * A file of the alt-svc cache, which is read at once, and written when the handle is closed.
     * @see CURLOPT_ALTSVC(3)
     * @since 7.64.1
     */
    setopt(option: 'ALTSVC' | 'CURLOPT_ALTSVC', value: string | null): this
    /**
     * Switches alt-svc on, and chooses the versions of HTTP that it may lead to.
     * Bits: CURLALTSVC_READONLYFILE, CURLALTSVC_H1, CURLALTSVC_H2, CURLALTSVC_H3.
     * @see CURLOPT_ALTSVC_CTRL(3)
     * @since 7.64.1
     */
    setopt(option: 'ALTSVC_CTRL' | 'CURLOPT_ALTSVC_CTRL', value: number): this
    /**
     * Appends to the remote file instead of replacing it, with FTP.
     * @see CURLOPT_APPEND(3)
     * @since 7.17.0
     */
    setopt(option: 'APPEND' | 'CURLOPT_APPEND', value: OnOff): this
    /**
     * Sets the Referer header when a redirect is followed.
     * @see CURLOPT_AUTOREFERER(3)
     * @since 7.1
     */
    setopt(option: 'AUTOREFERER' | 'CURLOPT_AUTOREFERER', value: OnOff): this
    /**
     * Signs requests with AWS Signature Version 4: 'aws:amz:region:service', with USERPWD as the keys.
     * @see CURLOPT_AWS_SIGV4(3)
     * @since 7.75.0
     */
    setopt(option: 'AWS_SIGV4' | 'CURLOPT_AWS_SIGV4', value: string | null): this
    /**
     * The size of the receive buffer in bytes, from 1024 to 10 MB; 64 kB by default.
     * @see CURLOPT_BUFFERSIZE(3)
     * @since 7.10
     */
    setopt(option: 'BUFFERSIZE' | 'CURLOPT_BUFFERSIZE', value: number): this
    /**
     * A PEM file with the CA certificates to trust.
     * @see CURLOPT_CAINFO(3)
     * @since 7.4.2
     */
    setopt(option: 'CAINFO' | 'CURLOPT_CAINFO', value: string | null): this
    /**
     * The CA certificates to trust, in PEM, from memory.
     * @see CURLOPT_CAINFO_BLOB(3)
     * @since 7.77.0
     */
    setopt(option: 'CAINFO_BLOB' | 'CURLOPT_CAINFO_BLOB', value: Bytes | null): this
    /**
     * A folder of CA certificates to trust, named by their hashes as openssl rehash does.
     * @see CURLOPT_CAPATH(3)
     * @since 7.9.8
     */
    setopt(option: 'CAPATH' | 'CURLOPT_CAPATH', value: string | null): this
    /**
     * How long a parsed set of CA certificates is kept, in seconds: -1 for ever, 0 not at all; a day by default.
     * @see CURLOPT_CA_CACHE_TIMEOUT(3)
     * @since 7.87.0
     */
    setopt(option: 'CA_CACHE_TIMEOUT' | 'CURLOPT_CA_CACHE_TIMEOUT', value: number): this
    /**
     * Collects the server's chain of certificates for the info CERTINFO.
     * @see CURLOPT_CERTINFO(3)
     * @since 7.19.1
     */
    setopt(option: 'CERTINFO' | 'CURLOPT_CERTINFO', value: OnOff): this
    /**
     * Called before each file of a wildcard download. It may skip the file.
     * @see CURLOPT_CHUNK_BGN_FUNCTION(3)
     * @since 7.21.0
     */
    setopt(option: 'CHUNK_BGN_FUNCTION' | 'CURLOPT_CHUNK_BGN_FUNCTION', value: EasyCallbacks['CHUNK_BGN_FUNCTION'] | null): this
    /**
     * Passed to CHUNK_BGN_FUNCTION and CHUNK_END_FUNCTION.
     * @see CURLOPT_CHUNK_DATA(3)
     * @since 7.21.0
     */
    setopt(option: 'CHUNK_DATA' | 'CURLOPT_CHUNK_DATA', value: unknown): this
    /**
     * Called after each file of a wildcard download.
     * @see CURLOPT_CHUNK_END_FUNCTION(3)
     * @since 7.21.0
     */
    setopt(option: 'CHUNK_END_FUNCTION' | 'CURLOPT_CHUNK_END_FUNCTION', value: EasyCallbacks['CHUNK_END_FUNCTION'] | null): this
    /**
     * Passed to CLOSESOCKETFUNCTION.
     * @see CURLOPT_CLOSESOCKETDATA(3)
     * @since 7.21.7
     */
    setopt(option: 'CLOSESOCKETDATA' | 'CURLOPT_CLOSESOCKETDATA', value: unknown): this
    /**
     * Closes the sockets, instead of libcurl.
     * @see CURLOPT_CLOSESOCKETFUNCTION(3)
     * @since 7.21.7
     */
    setopt(option: 'CLOSESOCKETFUNCTION' | 'CURLOPT_CLOSESOCKETFUNCTION', value: EasyCallbacks['CLOSESOCKETFUNCTION'] | null): this
    /**
     * How long connecting may take, in seconds, including name resolution and TLS; 300 by default.
     * @see CURLOPT_CONNECTTIMEOUT(3)
     * @since 7.7
     */
    setopt(option: 'CONNECTTIMEOUT' | 'CURLOPT_CONNECTTIMEOUT', value: number): this
    /**
     * How long connecting may take, in milliseconds, including name resolution and TLS.
     * @see CURLOPT_CONNECTTIMEOUT_MS(3)
     * @since 7.16.2
     */
    setopt(option: 'CONNECTTIMEOUT_MS' | 'CURLOPT_CONNECTTIMEOUT_MS', value: number): this
    /**
     * Connects and stops there: 1 for a bare connection, 2 for an upgraded WebSocket.
     * @see CURLOPT_CONNECT_ONLY(3)
     * @since 7.15.2
     */
    setopt(option: 'CONNECT_ONLY' | 'CURLOPT_CONNECT_ONLY', value: boolean | 0 | 1 | 2): this
    /**
     * Connects to another host than that of the URL, each as 'host:port:other-host:other-port'. The request stays the
     * same.
     * @see CURLOPT_CONNECT_TO(3)
     * @since 7.49.0
     */
    setopt(option: 'CONNECT_TO' | 'CURLOPT_CONNECT_TO', value: readonly (string | Uint8Array)[] | null): this
    /**
     * Not available: libcurl has removed it.
     * @see CURLOPT_CONV_FROM_NETWORK_FUNCTION(3)
     * @since 7.15.4
     * @deprecated since 7.82.0
     */
    setopt(option: 'CONV_FROM_NETWORK_FUNCTION' | 'CURLOPT_CONV_FROM_NETWORK_FUNCTION', value: never): this
    /**
     * Not available: libcurl has removed it.
     * @see CURLOPT_CONV_FROM_UTF8_FUNCTION(3)
     * @since 7.15.4
     * @deprecated since 7.82.0
     */
    setopt(option: 'CONV_FROM_UTF8_FUNCTION' | 'CURLOPT_CONV_FROM_UTF8_FUNCTION', value: never): this
    /**
     * Not available: libcurl has removed it.
     * @see CURLOPT_CONV_TO_NETWORK_FUNCTION(3)
     * @since 7.15.4
     * @deprecated since 7.82.0
     */
    setopt(option: 'CONV_TO_NETWORK_FUNCTION' | 'CURLOPT_CONV_TO_NETWORK_FUNCTION', value: never): this
    /**
     * The content of the Cookie header: 'a=1; b=2'. Cookies of the cookie engine are sent too.
     * @see CURLOPT_COOKIE(3)
     * @since 7.1
     */
    setopt(option: 'COOKIE' | 'CURLOPT_COOKIE', value: string | null): this
    /**
     * Switches the cookie engine on and reads a file of cookies; '' reads none.
     * @see CURLOPT_COOKIEFILE(3)
     * @since 7.1
     */
    setopt(option: 'COOKIEFILE' | 'CURLOPT_COOKIEFILE', value: string | null): this
    /**
     * Switches the cookie engine on and writes all its cookies to a file when the handle is closed.
     * @see CURLOPT_COOKIEJAR(3)
     * @since 7.9
     */
    setopt(option: 'COOKIEJAR' | 'CURLOPT_COOKIEJAR', value: string | null): this
    /**
     * Adds one cookie, as a Netscape or Set-Cookie line, or runs a command: 'ALL', 'SESS', 'FLUSH' or 'RELOAD'.
     * @see CURLOPT_COOKIELIST(3)
     * @since 7.14.1
     */
    setopt(option: 'COOKIELIST' | 'CURLOPT_COOKIELIST', value: string | null): this
    /**
     * Ignores the session cookies in the cookie files that are read.
     * @see CURLOPT_COOKIESESSION(3)
     * @since 7.9.7
     */
    setopt(option: 'COOKIESESSION' | 'CURLOPT_COOKIESESSION', value: OnOff): this
    /**
     * The body of a POST. The same as POSTFIELDS, because this package copies both.
     * @see CURLOPT_COPYPOSTFIELDS(3)
     * @since 7.17.1
     */
    setopt(option: 'COPYPOSTFIELDS' | 'CURLOPT_COPYPOSTFIELDS', value: Bytes | null): this
    /**
     * Converts line feeds to CRLF while uploading.
     * @see CURLOPT_CRLF(3)
     * @since 7.1
     */
    setopt(option: 'CRLF' | 'CURLOPT_CRLF', value: OnOff): this
    /**
     * A PEM file with the list of revoked certificates.
     * @see CURLOPT_CRLFILE(3)
     * @since 7.19.0
     */
    setopt(option: 'CRLFILE' | 'CURLOPT_CRLFILE', value: string | null): this
    /**
     * The URL, as a CurlUrl. It is copied, and takes precedence over URL.
     * @see CURLOPT_CURLU(3)
     * @since 7.63.0
     */
    setopt(option: 'CURLU' | 'CURLOPT_CURLU', value: CurlUrl | URL | string | null): this
    /**
     * The method of the request, or the command of a listing, instead of the usual one.
     * @see CURLOPT_CUSTOMREQUEST(3)
     * @since 7.1
     */
    setopt(option: 'CUSTOMREQUEST' | 'CURLOPT_CUSTOMREQUEST', value: string | null): this
    /**
     * Passed to DEBUGFUNCTION.
     * @see CURLOPT_DEBUGDATA(3)
     * @since 7.9.6
     */
    setopt(option: 'DEBUGDATA' | 'CURLOPT_DEBUGDATA', value: unknown): this
    /**
     * Called with the trace: text, headers and data in both directions. Needs VERBOSE.
     * @see CURLOPT_DEBUGFUNCTION(3)
     * @since 7.9.6
     */
    setopt(option: 'DEBUGFUNCTION' | 'CURLOPT_DEBUGFUNCTION', value: EasyCallbacks['DEBUGFUNCTION'] | null): this
    /**
     * The scheme of URLs that have none: 'https'.
     * @see CURLOPT_DEFAULT_PROTOCOL(3)
     * @since 7.45.0
     */
    setopt(option: 'DEFAULT_PROTOCOL' | 'CURLOPT_DEFAULT_PROTOCOL', value: string | null): this
    /**
     * Lists only names, with FTP and POP3.
     * @see CURLOPT_DIRLISTONLY(3)
     * @since 7.17.0
     */
    setopt(option: 'DIRLISTONLY' | 'CURLOPT_DIRLISTONLY', value: OnOff): this
    /**
     * Refuses URLs that contain a user name.
     * @see CURLOPT_DISALLOW_USERNAME_IN_URL(3)
     * @since 7.61.0
     */
    setopt(option: 'DISALLOW_USERNAME_IN_URL' | 'CURLOPT_DISALLOW_USERNAME_IN_URL', value: OnOff): this
    /**
     * How long resolved addresses are kept, in seconds: -1 for ever, 0 not at all; 60 by default.
     * @see CURLOPT_DNS_CACHE_TIMEOUT(3)
     * @since 7.9.3
     */
    setopt(option: 'DNS_CACHE_TIMEOUT' | 'CURLOPT_DNS_CACHE_TIMEOUT', value: number): this
    /**
     * The network interface for DNS queries.
     * @see CURLOPT_DNS_INTERFACE(3)
     * @since 7.33.0
     */
    setopt(option: 'DNS_INTERFACE' | 'CURLOPT_DNS_INTERFACE', value: string | null): this
    /**
     * The local IPv4 address for DNS queries.
     * @see CURLOPT_DNS_LOCAL_IP4(3)
     * @since 7.33.0
     */
    setopt(option: 'DNS_LOCAL_IP4' | 'CURLOPT_DNS_LOCAL_IP4', value: string | null): this
    /**
     * The local IPv6 address for DNS queries.
     * @see CURLOPT_DNS_LOCAL_IP6(3)
     * @since 7.33.0
     */
    setopt(option: 'DNS_LOCAL_IP6' | 'CURLOPT_DNS_LOCAL_IP6', value: string | null): this
    /**
     * The DNS servers to use instead of the host's resolver: '192.0.2.1:53,192.0.2.2'.
     * @see CURLOPT_DNS_SERVERS(3)
     * @since 7.24.0
     */
    setopt(option: 'DNS_SERVERS' | 'CURLOPT_DNS_SERVERS', value: string | null): this
    /**
     * Tries the addresses of a name in random order.
     * @see CURLOPT_DNS_SHUFFLE_ADDRESSES(3)
     * @since 7.60.0
     */
    setopt(option: 'DNS_SHUFFLE_ADDRESSES' | 'CURLOPT_DNS_SHUFFLE_ADDRESSES', value: OnOff): this
    /**
     * Has no effect any more.
     * @see CURLOPT_DNS_USE_GLOBAL_CACHE(3)
     * @since 7.9.3
     * @deprecated since 7.11.1: use SHARE
     */
    setopt(option: 'DNS_USE_GLOBAL_CACHE' | 'CURLOPT_DNS_USE_GLOBAL_CACHE', value: OnOff): this
    /**
     * Checks that the certificate of the DNS-over-HTTPS server is for its name.
     * @see CURLOPT_DOH_SSL_VERIFYHOST(3)
     * @since 7.76.0
     */
    setopt(option: 'DOH_SSL_VERIFYHOST' | 'CURLOPT_DOH_SSL_VERIFYHOST', value: OnOff): this
    /**
     * Checks that the certificate of the DNS-over-HTTPS server is trusted.
     * @see CURLOPT_DOH_SSL_VERIFYPEER(3)
     * @since 7.76.0
     */
    setopt(option: 'DOH_SSL_VERIFYPEER' | 'CURLOPT_DOH_SSL_VERIFYPEER', value: OnOff): this
    /**
     * Checks the stapled OCSP response of the DNS-over-HTTPS server.
     * @see CURLOPT_DOH_SSL_VERIFYSTATUS(3)
     * @since 7.76.0
     */
    setopt(option: 'DOH_SSL_VERIFYSTATUS' | 'CURLOPT_DOH_SSL_VERIFYSTATUS', value: OnOff): this
    /**
     * The DNS-over-HTTPS server that resolves names.
     * @see CURLOPT_DOH_URL(3)
     * @since 7.62.0
     */
    setopt(option: 'DOH_URL' | 'CURLOPT_DOH_URL', value: string | URL | null): this
    /**
     * Encrypted Client Hello: 'false', 'grease', 'true', 'hard', 'ecl:CONFIG' or 'pn:NAME'. Only in the full module.
     * @see CURLOPT_ECH(3)
     * @since 8.8.0
     */
    setopt(option: 'ECH' | 'CURLOPT_ECH', value: string | null): this
    /**
     * Has no effect any more.
     * @see CURLOPT_EGDSOCKET(3)
     * @since 7.7
     * @deprecated since 7.84.0
     */
    setopt(option: 'EGDSOCKET' | 'CURLOPT_EGDSOCKET', value: string | null): this
    /**
     * The old name of ACCEPT_ENCODING.
     * @see CURLOPT_ACCEPT_ENCODING(3)
     * @since 7.10
     * @deprecated since 7.21.6: use ACCEPT_ENCODING
     */
    setopt(option: 'ENCODING' | 'CURLOPT_ENCODING', value: string | null): this
    /**
     * Not available: libcurl's text is the message of the CurlError.
     * @see CURLOPT_ERRORBUFFER(3)
     * @since 7.1
     */
    setopt(option: 'ERRORBUFFER' | 'CURLOPT_ERRORBUFFER', value: never): this
    /**
     * How long to wait for a 100 Continue before sending the body without it, in milliseconds; 1000 by default.
     * @see CURLOPT_EXPECT_100_TIMEOUT_MS(3)
     * @since 7.36.0
     */
    setopt(option: 'EXPECT_100_TIMEOUT_MS' | 'CURLOPT_EXPECT_100_TIMEOUT_MS', value: number): this
    /**
     * Fails with CURLE_HTTP_RETURNED_ERROR when the status is 400 or higher.
     * @see CURLOPT_FAILONERROR(3)
     * @since 7.1
     */
    setopt(option: 'FAILONERROR' | 'CURLOPT_FAILONERROR', value: OnOff): this
    /**
     * The old name of WRITEDATA.
     * @see CURLOPT_WRITEDATA(3)
     * @since 7.1
     * @deprecated since 7.9.7: use WRITEDATA
     */
    setopt(option: 'FILE' | 'CURLOPT_FILE', value: unknown): this
    /**
     * Asks for the time of the last change, for the info FILETIME_T.
     * @see CURLOPT_FILETIME(3)
     * @since 7.5
     */
    setopt(option: 'FILETIME' | 'CURLOPT_FILETIME', value: OnOff): this
    /**
     * Passed to FNMATCH_FUNCTION.
     * @see CURLOPT_FNMATCH_DATA(3)
     * @since 7.21.0
     */
    setopt(option: 'FNMATCH_DATA' | 'CURLOPT_FNMATCH_DATA', value: unknown): this
    /**
     * Decides which names a wildcard download matches.
     * @see CURLOPT_FNMATCH_FUNCTION(3)
     * @since 7.21.0
     */
    setopt(option: 'FNMATCH_FUNCTION' | 'CURLOPT_FNMATCH_FUNCTION', value: EasyCallbacks['FNMATCH_FUNCTION'] | null): this
    /**
     * Follows redirects: true or CURLFOLLOW_ALL. The other modes say when CUSTOMREQUEST is no longer used.
     * One of CURLFOLLOW_ALL, CURLFOLLOW_OBEYCODE, CURLFOLLOW_FIRSTONLY.
     * @see CURLOPT_FOLLOWLOCATION(3)
     * @since 7.1
     */
    setopt(option: 'FOLLOWLOCATION' | 'CURLOPT_FOLLOWLOCATION', value: boolean | 0 | CurlFollow): this
    /**
     * Closes the connection when the transfer is done.
     * @see CURLOPT_FORBID_REUSE(3)
     * @since 7.7
     */
    setopt(option: 'FORBID_REUSE' | 'CURLOPT_FORBID_REUSE', value: OnOff): this
    /**
     * Opens a new connection even if an idle one could be used.
     * @see CURLOPT_FRESH_CONNECT(3)
     * @since 7.7
     */
    setopt(option: 'FRESH_CONNECT' | 'CURLOPT_FRESH_CONNECT', value: OnOff): this
    /**
     * The old name of APPEND.
     * @see CURLOPT_APPEND(3)
     * @since 7.1
     * @deprecated since 7.16.4: use APPEND
     */
    setopt(option: 'FTPAPPEND' | 'CURLOPT_FTPAPPEND', value: OnOff): this
    /**
     * The old name of DIRLISTONLY.
     * @see CURLOPT_DIRLISTONLY(3)
     * @since 7.1
     * @deprecated since 7.16.4: use DIRLISTONLY
     */
    setopt(option: 'FTPLISTONLY' | 'CURLOPT_FTPLISTONLY', value: OnOff): this
    /**
     * Uses active FTP, and chooses the address, name or interface for the server to connect to; '-' for the default.
     * @see CURLOPT_FTPPORT(3)
     * @since 7.1
     */
    setopt(option: 'FTPPORT' | 'CURLOPT_FTPPORT', value: string | null): this
    /**
     * Whether AUTH TLS or AUTH SSL is tried first. Needs USE_SSL.
     * One of CURLFTPAUTH_DEFAULT, CURLFTPAUTH_SSL, CURLFTPAUTH_TLS.
     * @see CURLOPT_FTPSSLAUTH(3)
     * @since 7.12.2
     */
    setopt(option: 'FTPSSLAUTH' | 'CURLOPT_FTPSSLAUTH', value: CurlFtpAuth): this
    /**
     * The account to send when the FTP server asks for one.
     * @see CURLOPT_FTP_ACCOUNT(3)
     * @since 7.13.0
     */
    setopt(option: 'FTP_ACCOUNT' | 'CURLOPT_FTP_ACCOUNT', value: string | null): this
    /**
     * The FTP command to log in with when USER and PASS have failed.
     * @see CURLOPT_FTP_ALTERNATIVE_TO_USER(3)
     * @since 7.15.5
     */
    setopt(option: 'FTP_ALTERNATIVE_TO_USER' | 'CURLOPT_FTP_ALTERNATIVE_TO_USER', value: string | null): this
    /**
     * Creates missing remote folders for an upload.
     * One of CURLFTP_CREATE_DIR_NONE, CURLFTP_CREATE_DIR, CURLFTP_CREATE_DIR_RETRY.
     * @see CURLOPT_FTP_CREATE_MISSING_DIRS(3)
     * @since 7.10.7
     */
    setopt(option: 'FTP_CREATE_MISSING_DIRS' | 'CURLOPT_FTP_CREATE_MISSING_DIRS', value: CurlFtpCreateDir): this
    /**
     * How to reach a file: with one CWD for each folder, with a single one, or with none.
     * One of CURLFTPMETHOD_DEFAULT, CURLFTPMETHOD_MULTICWD, CURLFTPMETHOD_NOCWD, CURLFTPMETHOD_SINGLECWD.
     * @see CURLOPT_FTP_FILEMETHOD(3)
     * @since 7.15.1
     */
    setopt(option: 'FTP_FILEMETHOD' | 'CURLOPT_FTP_FILEMETHOD', value: CurlFtpMethod): this
    /**
     * The old name of SERVER_RESPONSE_TIMEOUT.
     * @see CURLOPT_SERVER_RESPONSE_TIMEOUT(3)
     * @since 7.10.8
     * @deprecated since 7.85.0: use SERVER_RESPONSE_TIMEOUT
     */
    setopt(option: 'FTP_RESPONSE_TIMEOUT' | 'CURLOPT_FTP_RESPONSE_TIMEOUT', value: number): this
    /**
     * Ignores the address in the reply to PASV, and connects to the host of the control connection; on by default.
     * @see CURLOPT_FTP_SKIP_PASV_IP(3)
     * @since 7.15.0
     */
    setopt(option: 'FTP_SKIP_PASV_IP' | 'CURLOPT_FTP_SKIP_PASV_IP', value: OnOff): this
    /**
     * The old name of USE_SSL.
     * One of CURLUSESSL_NONE, CURLUSESSL_TRY, CURLUSESSL_CONTROL, CURLUSESSL_ALL.
     * @see CURLOPT_USE_SSL(3)
     * @since 7.11.0
     * @deprecated since 7.16.4: use USE_SSL
     */
    setopt(option: 'FTP_SSL' | 'CURLOPT_FTP_SSL', value: CurlUseSsl): this
    /**
     * Switches back to clear text after the login, and chooses which side starts that.
     * One of CURLFTPSSL_CCC_NONE, CURLFTPSSL_CCC_PASSIVE, CURLFTPSSL_CCC_ACTIVE.
     * @see CURLOPT_FTP_SSL_CCC(3)
     * @since 7.16.1
     */
    setopt(option: 'FTP_SSL_CCC' | 'CURLOPT_FTP_SSL_CCC', value: CurlFtpClearChannel): this
    /**
     * Tries EPRT before PORT in active FTP; on by default.
     * @see CURLOPT_FTP_USE_EPRT(3)
     * @since 7.10.5
     */
    setopt(option: 'FTP_USE_EPRT' | 'CURLOPT_FTP_USE_EPRT', value: OnOff): this
    /**
     * Tries EPSV before PASV in passive FTP; on by default.
     * @see CURLOPT_FTP_USE_EPSV(3)
     * @since 7.9.2
     */
    setopt(option: 'FTP_USE_EPSV' | 'CURLOPT_FTP_USE_EPSV', value: OnOff): this
    /**
     * Sends PRET before PASV, which drftpd needs.
     * @see CURLOPT_FTP_USE_PRET(3)
     * @since 7.20.0
     */
    setopt(option: 'FTP_USE_PRET' | 'CURLOPT_FTP_USE_PRET', value: OnOff): this
    /**
     * Which credentials GSS-API may delegate. Not in this build.
     * Bits: CURLGSSAPI_DELEGATION_NONE, CURLGSSAPI_DELEGATION_POLICY_FLAG, CURLGSSAPI_DELEGATION_FLAG.
     * @see CURLOPT_GSSAPI_DELEGATION(3)
     * @since 7.22.0
     */
    setopt(option: 'GSSAPI_DELEGATION' | 'CURLOPT_GSSAPI_DELEGATION', value: number): this
    /**
     * How long one address is tried alone before the next is tried too, in milliseconds; 200 by default.
     * @see CURLOPT_HAPPY_EYEBALLS_TIMEOUT_MS(3)
     * @since 7.59.0
     */
    setopt(option: 'HAPPY_EYEBALLS_TIMEOUT_MS' | 'CURLOPT_HAPPY_EYEBALLS_TIMEOUT_MS', value: number): this
    /**
     * Sends a PROXY protocol v1 line at the start of the connection.
     * @see CURLOPT_HAPROXYPROTOCOL(3)
     * @since 7.60.0
     */
    setopt(option: 'HAPROXYPROTOCOL' | 'CURLOPT_HAPROXYPROTOCOL', value: OnOff): this
    /**
     * The client's address for the PROXY protocol v1 line, which this switches on.
     * @see CURLOPT_HAPROXY_CLIENT_IP(3)
     * @since 8.2.0
     */
    setopt(option: 'HAPROXY_CLIENT_IP' | 'CURLOPT_HAPROXY_CLIENT_IP', value: string | null): this
    /**
     * Passes the response headers to WRITEFUNCTION too.
     * @see CURLOPT_HEADER(3)
     * @since 7.1
     */
    setopt(option: 'HEADER' | 'CURLOPT_HEADER', value: OnOff): this
    /**
     * Passed to HEADERFUNCTION.
     * @see CURLOPT_HEADERDATA(3)
     * @since 7.10
     */
    setopt(option: 'HEADERDATA' | 'CURLOPT_HEADERDATA', value: unknown): this
    /**
     * Called with each line of the response headers.
     * @see CURLOPT_HEADERFUNCTION(3)
     * @since 7.7.2
     */
    setopt(option: 'HEADERFUNCTION' | 'CURLOPT_HEADERFUNCTION', value: EasyCallbacks['HEADERFUNCTION'] | null): this
    /**
     * Whether HTTPHEADER is also sent to proxies, or only to servers, with PROXYHEADER for proxies.
     * One of CURLHEADER_UNIFIED, CURLHEADER_SEPARATE.
     * @see CURLOPT_HEADEROPT(3)
     * @since 7.37.0
     */
    setopt(option: 'HEADEROPT' | 'CURLOPT_HEADEROPT', value: CurlHeaderOpt): this
    /**
     * A file of the HSTS cache, which is read from, and written when the handle is closed.
     * @see CURLOPT_HSTS(3)
     * @since 7.74.0
     */
    setopt(option: 'HSTS' | 'CURLOPT_HSTS', value: string | null): this
    /**
     * Passed to HSTSREADFUNCTION.
     * @see CURLOPT_HSTSREADDATA(3)
     * @since 7.74.0
     */
    setopt(option: 'HSTSREADDATA' | 'CURLOPT_HSTSREADDATA', value: unknown): this
    /**
     * Fills the HSTS cache, one entry for each call.
     * @see CURLOPT_HSTSREADFUNCTION(3)
     * @since 7.74.0
     */
    setopt(option: 'HSTSREADFUNCTION' | 'CURLOPT_HSTSREADFUNCTION', value: EasyCallbacks['HSTSREADFUNCTION'] | null): this
    /**
     * Passed to HSTSWRITEFUNCTION.
     * @see CURLOPT_HSTSWRITEDATA(3)
     * @since 7.74.0
     */
    setopt(option: 'HSTSWRITEDATA' | 'CURLOPT_HSTSWRITEDATA', value: unknown): this
    /**
     * Called with the entries of the HSTS cache when the handle is closed.
     * @see CURLOPT_HSTSWRITEFUNCTION(3)
     * @since 7.74.0
     */
    setopt(option: 'HSTSWRITEFUNCTION' | 'CURLOPT_HSTSWRITEFUNCTION', value: EasyCallbacks['HSTSWRITEFUNCTION'] | null): this
    /**
     * Switches HSTS on, and chooses whether its file is only read.
     * Bits: CURLHSTS_ENABLE, CURLHSTS_READONLYFILE.
     * @see CURLOPT_HSTS_CTRL(3)
     * @since 7.74.0
     */
    setopt(option: 'HSTS_CTRL' | 'CURLOPT_HSTS_CTRL', value: number): this
    /**
     * Accepts responses without headers, as HTTP/0.9 sends them.
     * @see CURLOPT_HTTP09_ALLOWED(3)
     * @since 7.64.0
     */
    setopt(option: 'HTTP09_ALLOWED' | 'CURLOPT_HTTP09_ALLOWED', value: OnOff): this
    /**
     * Beginnings of responses that count as a status line with 200, such as 'ICY 200 OK'.
     * @see CURLOPT_HTTP200ALIASES(3)
     * @since 7.10.3
     */
    setopt(option: 'HTTP200ALIASES' | 'CURLOPT_HTTP200ALIASES', value: readonly (string | Uint8Array)[] | null): this
    /**
     * The methods of authentication that may be used with the server. Of several, the best that it supports is used.
     * Bits: CURLAUTH_NONE, CURLAUTH_BASIC, CURLAUTH_DIGEST, CURLAUTH_NEGOTIATE, CURLAUTH_GSSNEGOTIATE, CURLAUTH_GSSAPI,
     * CURLAUTH_NTLM, CURLAUTH_DIGEST_IE, CURLAUTH_NTLM_WB, CURLAUTH_BEARER, CURLAUTH_AWS_SIGV4, CURLAUTH_HTTPSIG,
     * CURLAUTH_ONLY, CURLAUTH_ANY, CURLAUTH_ANYSAFE.
     * @see CURLOPT_HTTPAUTH(3)
     * @since 7.10.6
     */
    setopt(option: 'HTTPAUTH' | 'CURLOPT_HTTPAUTH', value: number): this
    /**
     * Switches back to GET after another method.
     * @see CURLOPT_HTTPGET(3)
     * @since 7.8.1
     */
    setopt(option: 'HTTPGET' | 'CURLOPT_HTTPGET', value: OnOff): this
    /**
     * Headers of the request: 'Name: value'. 'Name:' removes one of libcurl's own, and 'Name;' sends an empty one.
     * @see CURLOPT_HTTPHEADER(3)
     * @since 7.1
     */
    setopt(option: 'HTTPHEADER' | 'CURLOPT_HTTPHEADER', value: readonly (string | Uint8Array)[] | null): this
    /**
     * Not available: use MIMEPOST.
     * @see CURLOPT_HTTPPOST(3)
     * @since 7.1
     * @deprecated since 7.56.0: use MIMEPOST
     */
    setopt(option: 'HTTPPOST' | 'CURLOPT_HTTPPOST', value: never): this
    /**
     * Uses CONNECT with the HTTP proxy, also for plain HTTP.
     * @see CURLOPT_HTTPPROXYTUNNEL(3)
     * @since 7.3
     */
    setopt(option: 'HTTPPROXYTUNNEL' | 'CURLOPT_HTTPPROXYTUNNEL', value: OnOff): this
    /**
     * Signs requests with HTTP Message Signatures (RFC 9421), with this algorithm. Experimental. Not in this build.
     * One of CURLHTTPSIG_NONE, CURLHTTPSIG_ED25519, CURLHTTPSIG_HMAC_SHA256.
     * @see CURLOPT_HTTPSIG_ALGORITHM(3)
     * @since 8.22.0
     */
    setopt(option: 'HTTPSIG_ALGORITHM' | 'CURLOPT_HTTPSIG_ALGORITHM', value: CurlHttpSignature): this
    /**
     * What a message signature includes, separated by spaces: 'method authority content-type:'. Not in this build.
     * @see CURLOPT_HTTPSIG_HEADERS(3)
     * @since 8.22.0
     */
    setopt(option: 'HTTPSIG_HEADERS' | 'CURLOPT_HTTPSIG_HEADERS', value: string | null): this
    /**
     * The key for message signatures, in hexadecimal digits. Not in this build.
     * @see CURLOPT_HTTPSIG_KEY(3)
     * @since 8.22.0
     */
    setopt(option: 'HTTPSIG_KEY' | 'CURLOPT_HTTPSIG_KEY', value: string | null): this
    /**
     * The keyid parameter of message signatures. Not in this build.
     * @see CURLOPT_HTTPSIG_KEYID(3)
     * @since 8.22.0
     */
    setopt(option: 'HTTPSIG_KEYID' | 'CURLOPT_HTTPSIG_KEYID', value: string | null): this
    /**
     * Decodes Content-Encoding; on by default. Only has an effect with ACCEPT_ENCODING.
     * @see CURLOPT_HTTP_CONTENT_DECODING(3)
     * @since 7.16.2
     */
    setopt(option: 'HTTP_CONTENT_DECODING' | 'CURLOPT_HTTP_CONTENT_DECODING', value: OnOff): this
    /**
     * Decodes chunked bodies; on by default.
     * @see CURLOPT_HTTP_TRANSFER_DECODING(3)
     * @since 7.16.2
     */
    setopt(option: 'HTTP_TRANSFER_DECODING' | 'CURLOPT_HTTP_TRANSFER_DECODING', value: OnOff): this
    /**
     * The version of HTTP to use. By default HTTP/2 over TLS, and HTTP/1.1 otherwise.
     * One of CURL_HTTP_VERSION_NONE, CURL_HTTP_VERSION_1_0, CURL_HTTP_VERSION_1_1, CURL_HTTP_VERSION_2_0,
     * CURL_HTTP_VERSION_2TLS, CURL_HTTP_VERSION_2_PRIOR_KNOWLEDGE, CURL_HTTP_VERSION_3, CURL_HTTP_VERSION_3ONLY,
     * CURL_HTTP_VERSION_2.
     * @see CURLOPT_HTTP_VERSION(3)
     * @since 7.9.1
     */
    setopt(option: 'HTTP_VERSION' | 'CURLOPT_HTTP_VERSION', value: CurlHttpVersion): this
    /**
     * Ignores Content-Length, and the size that an FTP server reports.
     * @see CURLOPT_IGNORE_CONTENT_LENGTH(3)
     * @since 7.14.1
     */
    setopt(option: 'IGNORE_CONTENT_LENGTH' | 'CURLOPT_IGNORE_CONTENT_LENGTH', value: OnOff): this
    /**
     * The old name of READDATA.
     * @see CURLOPT_READDATA(3)
     * @since 7.1
     * @deprecated since 7.9.7: use READDATA
     */
    setopt(option: 'INFILE' | 'CURLOPT_INFILE', value: unknown): this
    /**
     * How many bytes to upload, up to 2 GB; -1 for unknown.
     * @see CURLOPT_INFILESIZE(3)
     * @since 7.1
     */
    setopt(option: 'INFILESIZE' | 'CURLOPT_INFILESIZE', value: number): this
    /**
     * How many bytes to upload; -1 for unknown.
     * @see CURLOPT_INFILESIZE_LARGE(3)
     * @since 7.11.0
     */
    setopt(option: 'INFILESIZE_LARGE' | 'CURLOPT_INFILESIZE_LARGE', value: number | bigint): this
    /**
     * The local end of connections: an interface, an address or a host; 'if!eth0', 'host!192.0.2.1' or both.
     * @see CURLOPT_INTERFACE(3)
     * @since 7.3
     */
    setopt(option: 'INTERFACE' | 'CURLOPT_INTERFACE', value: string | null): this
    /**
     * Passed to INTERLEAVEFUNCTION.
     * @see CURLOPT_INTERLEAVEDATA(3)
     * @since 7.20.0
     */
    setopt(option: 'INTERLEAVEDATA' | 'CURLOPT_INTERLEAVEDATA', value: unknown): this
    /**
     * Called with each interleaved RTP packet, including its '$' header.
     * @see CURLOPT_INTERLEAVEFUNCTION(3)
     * @since 7.20.0
     */
    setopt(option: 'INTERLEAVEFUNCTION' | 'CURLOPT_INTERLEAVEFUNCTION', value: EasyCallbacks['INTERLEAVEFUNCTION'] | null): this
    /**
     * Passed to IOCTLFUNCTION.
     * @see CURLOPT_IOCTLDATA(3)
     * @since 7.12.3
     * @deprecated since 7.18.0: use SEEKDATA
     */
    setopt(option: 'IOCTLDATA' | 'CURLOPT_IOCTLDATA', value: unknown): this
    /**
     * Rewinds the body of an upload.
     * @see CURLOPT_IOCTLFUNCTION(3)
     * @since 7.12.3
     * @deprecated since 7.18.0: use SEEKFUNCTION
     */
    setopt(option: 'IOCTLFUNCTION' | 'CURLOPT_IOCTLFUNCTION', value: EasyCallbacks['IOCTLFUNCTION'] | null): this
    /**
     * Whether to use IPv4, IPv6 or either.
     * One of CURL_IPRESOLVE_WHATEVER, CURL_IPRESOLVE_V4, CURL_IPRESOLVE_V6.
     * @see CURLOPT_IPRESOLVE(3)
     * @since 7.10.8
     */
    setopt(option: 'IPRESOLVE' | 'CURLOPT_IPRESOLVE', value: CurlIpResolve): this
    /**
     * A PEM file with the certificate that must have issued the server's.
     * @see CURLOPT_ISSUERCERT(3)
     * @since 7.19.0
     */
    setopt(option: 'ISSUERCERT' | 'CURLOPT_ISSUERCERT', value: string | null): this
    /**
     * The certificate that must have issued the server's, in PEM, from memory.
     * @see CURLOPT_ISSUERCERT_BLOB(3)
     * @since 7.71.0
     */
    setopt(option: 'ISSUERCERT_BLOB' | 'CURLOPT_ISSUERCERT_BLOB', value: Bytes | null): this
    /**
     * Goes on sending the body when the server has already answered with a status of 300 or higher.
     * @see CURLOPT_KEEP_SENDING_ON_ERROR(3)
     * @since 7.51.0
     */
    setopt(option: 'KEEP_SENDING_ON_ERROR' | 'CURLOPT_KEEP_SENDING_ON_ERROR', value: OnOff): this
    /**
     * The passphrase of the private key.
     * @see CURLOPT_KEYPASSWD(3)
     * @since 7.17.0
     */
    setopt(option: 'KEYPASSWD' | 'CURLOPT_KEYPASSWD', value: string | null): this
    /**
     * The old name of KRBLEVEL.
     * @see CURLOPT_KRBLEVEL(3)
     * @since 7.3
     * @deprecated since 7.17.0: use KRBLEVEL
     */
    setopt(option: 'KRB4LEVEL' | 'CURLOPT_KRB4LEVEL', value: string | null): this
    /**
     * Refused with CURLE_NOT_BUILT_IN: libcurl has removed Kerberos for FTP.
     * @see CURLOPT_KRBLEVEL(3)
     * @since 7.16.4
     * @deprecated since 8.17.0
     */
    setopt(option: 'KRBLEVEL' | 'CURLOPT_KRBLEVEL', value: string | null): this
    /**
     * The local port of connections.
     * @see CURLOPT_LOCALPORT(3)
     * @since 7.15.2
     */
    setopt(option: 'LOCALPORT' | 'CURLOPT_LOCALPORT', value: number): this
    /**
     * How many ports to try, from LOCALPORT on.
     * @see CURLOPT_LOCALPORTRANGE(3)
     * @since 7.15.2
     */
    setopt(option: 'LOCALPORTRANGE' | 'CURLOPT_LOCALPORTRANGE', value: number): this
    /**
     * Options of the login to a mail server, such as 'AUTH=PLAIN'.
     * @see CURLOPT_LOGIN_OPTIONS(3)
     * @since 7.34.0
     */
    setopt(option: 'LOGIN_OPTIONS' | 'CURLOPT_LOGIN_OPTIONS', value: string | null): this
    /**
     * The speed in bytes per second below which a transfer counts as too slow.
     * @see CURLOPT_LOW_SPEED_LIMIT(3)
     * @since 7.1
     */
    setopt(option: 'LOW_SPEED_LIMIT' | 'CURLOPT_LOW_SPEED_LIMIT', value: number): this
    /**
     * How many seconds a transfer may stay below LOW_SPEED_LIMIT before it fails.
     * @see CURLOPT_LOW_SPEED_TIME(3)
     * @since 7.1
     */
    setopt(option: 'LOW_SPEED_TIME' | 'CURLOPT_LOW_SPEED_TIME', value: number): this
    /**
     * The address of the original sender of a relayed mail, for SMTP's AUTH parameter.
     * @see CURLOPT_MAIL_AUTH(3)
     * @since 7.25.0
     */
    setopt(option: 'MAIL_AUTH' | 'CURLOPT_MAIL_AUTH', value: string | null): this
    /**
     * The sender of a mail.
     * @see CURLOPT_MAIL_FROM(3)
     * @since 7.20.0
     */
    setopt(option: 'MAIL_FROM' | 'CURLOPT_MAIL_FROM', value: string | null): this
    /**
     * The recipients of a mail.
     * @see CURLOPT_MAIL_RCPT(3)
     * @since 7.20.0
     */
    setopt(option: 'MAIL_RCPT' | 'CURLOPT_MAIL_RCPT', value: readonly (string | Uint8Array)[] | null): this
    /**
     * The old name of MAIL_RCPT_ALLOWFAILS.
     * @see CURLOPT_MAIL_RCPT_ALLOWFAILS(3)
     * @since 7.69.0
     * @deprecated since 8.2.0: use MAIL_RCPT_ALLOWFAILS
     */
    setopt(option: 'MAIL_RCPT_ALLLOWFAILS' | 'CURLOPT_MAIL_RCPT_ALLLOWFAILS', value: OnOff): this
    /**
     * Sends the mail even if the server refuses some of its recipients.
     * @see CURLOPT_MAIL_RCPT_ALLOWFAILS(3)
     * @since 8.2.0
     */
    setopt(option: 'MAIL_RCPT_ALLOWFAILS' | 'CURLOPT_MAIL_RCPT_ALLOWFAILS', value: OnOff): this
    /**
     * How long a connection may have been idle to be reused, in seconds; 118 by default.
     * @see CURLOPT_MAXAGE_CONN(3)
     * @since 7.65.0
     */
    setopt(option: 'MAXAGE_CONN' | 'CURLOPT_MAXAGE_CONN', value: number): this
    /**
     * Has no effect in a Multi, which has its own option MAXCONNECTS.
     * @see CURLOPT_MAXCONNECTS(3)
     * @since 7.7
     */
    setopt(option: 'MAXCONNECTS' | 'CURLOPT_MAXCONNECTS', value: number): this
    /**
     * The largest size of a download in bytes, up to 2 GB; 0 for no limit.
     * @see CURLOPT_MAXFILESIZE(3)
     * @since 7.10.8
     */
    setopt(option: 'MAXFILESIZE' | 'CURLOPT_MAXFILESIZE', value: number): this
    /**
     * The largest size of a download in bytes; 0 for no limit.
     * @see CURLOPT_MAXFILESIZE_LARGE(3)
     * @since 7.11.0
     */
    setopt(option: 'MAXFILESIZE_LARGE' | 'CURLOPT_MAXFILESIZE_LARGE', value: number | bigint): this
    /**
     * How old a connection may be to be reused, in seconds; a day by default, 0 for no limit.
     * @see CURLOPT_MAXLIFETIME_CONN(3)
     * @since 7.80.0
     */
    setopt(option: 'MAXLIFETIME_CONN' | 'CURLOPT_MAXLIFETIME_CONN', value: number): this
    /**
     * How many redirects to follow: -1 for no limit; 30 by default.
     * @see CURLOPT_MAXREDIRS(3)
     * @since 7.5
     */
    setopt(option: 'MAXREDIRS' | 'CURLOPT_MAXREDIRS', value: number): this
    /**
     * The highest speed of a download, in bytes per second.
     * @see CURLOPT_MAX_RECV_SPEED_LARGE(3)
     * @since 7.15.5
     */
    setopt(option: 'MAX_RECV_SPEED_LARGE' | 'CURLOPT_MAX_RECV_SPEED_LARGE', value: number | bigint): this
    /**
     * The highest speed of an upload, in bytes per second.
     * @see CURLOPT_MAX_SEND_SPEED_LARGE(3)
     * @since 7.15.5
     */
    setopt(option: 'MAX_SEND_SPEED_LARGE' | 'CURLOPT_MAX_SEND_SPEED_LARGE', value: number | bigint): this
    /**
     * The parts of a multipart body, for a form or a mail.
     * @see CURLOPT_MIMEPOST(3)
     * @since 7.56.0
     */
    setopt(option: 'MIMEPOST' | 'CURLOPT_MIMEPOST', value: readonly MimePart[] | null): this
    /**
     * How the names in multipart bodies are escaped.
     * Bits: CURLMIMEOPT_FORMESCAPE.
     * @see CURLOPT_MIME_OPTIONS(3)
     * @since 7.81.0
     */
    setopt(option: 'MIME_OPTIONS' | 'CURLOPT_MIME_OPTIONS', value: number): this
    /**
     * Whether to read user names and passwords from ~/.netrc.
     * One of CURL_NETRC_IGNORED, CURL_NETRC_OPTIONAL, CURL_NETRC_REQUIRED.
     * @see CURLOPT_NETRC(3)
     * @since 7.1
     */
    setopt(option: 'NETRC' | 'CURLOPT_NETRC', value: CurlNetrc): this
    /**
     * The file to read instead of ~/.netrc.
     * @see CURLOPT_NETRC_FILE(3)
     * @since 7.11.0
     */
    setopt(option: 'NETRC_FILE' | 'CURLOPT_NETRC_FILE', value: string | null): this
    /**
     * The mode of folders that SFTP creates; 0o755 by default. Only in the full module.
     * @see CURLOPT_NEW_DIRECTORY_PERMS(3)
     * @since 7.16.4
     */
    setopt(option: 'NEW_DIRECTORY_PERMS' | 'CURLOPT_NEW_DIRECTORY_PERMS', value: number): this
    /**
     * The mode of files that SFTP, SCP and file: create; 0o644 by default.
     * @see CURLOPT_NEW_FILE_PERMS(3)
     * @since 7.16.4
     */
    setopt(option: 'NEW_FILE_PERMS' | 'CURLOPT_NEW_FILE_PERMS', value: number): this
    /**
     * Asks only for headers, with HTTP by HEAD.
     * @see CURLOPT_NOBODY(3)
     * @since 7.1
     */
    setopt(option: 'NOBODY' | 'CURLOPT_NOBODY', value: OnOff): this
    /**
     * Set it to false to have XFERINFOFUNCTION called.
     * @see CURLOPT_NOPROGRESS(3)
     * @since 7.1
     */
    setopt(option: 'NOPROGRESS' | 'CURLOPT_NOPROGRESS', value: OnOff): this
    /**
     * The hosts to reach without a proxy: 'localhost,.example.org', or '*' for all.
     * @see CURLOPT_NOPROXY(3)
     * @since 7.19.4
     */
    setopt(option: 'NOPROXY' | 'CURLOPT_NOPROXY', value: string | null): this
    /**
     * Has no effect in this package, which has no signals.
     * @see CURLOPT_NOSIGNAL(3)
     * @since 7.10
     */
    setopt(option: 'NOSIGNAL' | 'CURLOPT_NOSIGNAL', value: OnOff): this
    /**
     * Passed to OPENSOCKETFUNCTION.
     * @see CURLOPT_OPENSOCKETDATA(3)
     * @since 7.17.1
     */
    setopt(option: 'OPENSOCKETDATA' | 'CURLOPT_OPENSOCKETDATA', value: unknown): this
    /**
     * Opens the sockets, instead of libcurl.
     * @see CURLOPT_OPENSOCKETFUNCTION(3)
     * @since 7.17.1
     */
    setopt(option: 'OPENSOCKETFUNCTION' | 'CURLOPT_OPENSOCKETFUNCTION', value: EasyCallbacks['OPENSOCKETFUNCTION'] | null): this
    /**
     * The password to log in with.
     * @see CURLOPT_PASSWORD(3)
     * @since 7.19.1
     */
    setopt(option: 'PASSWORD' | 'CURLOPT_PASSWORD', value: string | null): this
    /**
     * Keeps '/../' and '/./' in the path of the URL.
     * @see CURLOPT_PATH_AS_IS(3)
     * @since 7.42.0
     */
    setopt(option: 'PATH_AS_IS' | 'CURLOPT_PATH_AS_IS', value: OnOff): this
    /**
     * The public key that the server must have: a file, or 'sha256//BASE64' hashes with ';' between them.
     * @see CURLOPT_PINNEDPUBLICKEY(3)
     * @since 7.39.0
     */
    setopt(option: 'PINNEDPUBLICKEY' | 'CURLOPT_PINNEDPUBLICKEY', value: string | null): this
    /**
     * Waits for a connection that is being opened to multiplex on it, instead of opening another.
     * @see CURLOPT_PIPEWAIT(3)
     * @since 7.43.0
     */
    setopt(option: 'PIPEWAIT' | 'CURLOPT_PIPEWAIT', value: OnOff): this
    /**
     * The port to connect to, instead of the URL's.
     * @see CURLOPT_PORT(3)
     * @since 7.1
     */
    setopt(option: 'PORT' | 'CURLOPT_PORT', value: number): this
    /**
     * Makes the request a POST. Its body is POSTFIELDS, or comes from READFUNCTION.
     * @see CURLOPT_POST(3)
     * @since 7.1
     */
    setopt(option: 'POST' | 'CURLOPT_POST', value: OnOff): this
    /**
     * The old name of POSTREDIR.
     * Bits: CURL_REDIR_GET_ALL, CURL_REDIR_POST_301, CURL_REDIR_POST_302, CURL_REDIR_POST_303, CURL_REDIR_POST_ALL.
     * @see CURLOPT_POSTREDIR(3)
     * @since 7.17.1
     * @deprecated since 7.19.1: use POSTREDIR
     */
    setopt(option: 'POST301' | 'CURLOPT_POST301', value: number): this
    /**
     * The body of a POST; a string is sent as UTF-8. It is copied.
     * @see CURLOPT_POSTFIELDS(3)
     * @since 7.1
     */
    setopt(option: 'POSTFIELDS' | 'CURLOPT_POSTFIELDS', value: Bytes | null): this
    /**
     * How many bytes a POST from READFUNCTION has, -1 for unknown. POSTFIELDS sets it itself.
     * @see CURLOPT_POSTFIELDSIZE(3)
     * @since 7.2
     */
    setopt(option: 'POSTFIELDSIZE' | 'CURLOPT_POSTFIELDSIZE', value: number): this
    /**
     * How many bytes a POST from READFUNCTION has, -1 for unknown. POSTFIELDS sets it itself.
     * @see CURLOPT_POSTFIELDSIZE_LARGE(3)
     * @since 7.11.1
     */
    setopt(option: 'POSTFIELDSIZE_LARGE' | 'CURLOPT_POSTFIELDSIZE_LARGE', value: number | bigint): this
    /**
     * FTP commands to send after the transfer.
     * @see CURLOPT_POSTQUOTE(3)
     * @since 7.1
     */
    setopt(option: 'POSTQUOTE' | 'CURLOPT_POSTQUOTE', value: readonly (string | Uint8Array)[] | null): this
    /**
     * For which redirects a POST stays a POST.
     * Bits: CURL_REDIR_GET_ALL, CURL_REDIR_POST_301, CURL_REDIR_POST_302, CURL_REDIR_POST_303, CURL_REDIR_POST_ALL.
     * @see CURLOPT_POSTREDIR(3)
     * @since 7.19.1
     */
    setopt(option: 'POSTREDIR' | 'CURLOPT_POSTREDIR', value: number): this
    /**
     * FTP commands to send just before the transfer, when its type is set.
     * @see CURLOPT_PREQUOTE(3)
     * @since 7.9.5
     */
    setopt(option: 'PREQUOTE' | 'CURLOPT_PREQUOTE', value: readonly (string | Uint8Array)[] | null): this
    /**
     * Passed to PREREQFUNCTION.
     * @see CURLOPT_PREREQDATA(3)
     * @since 7.80.0
     */
    setopt(option: 'PREREQDATA' | 'CURLOPT_PREREQDATA', value: unknown): this
    /**
     * Called when a connection is ready, before the request is sent. It may abort the transfer.
     * @see CURLOPT_PREREQFUNCTION(3)
     * @since 7.80.0
     */
    setopt(option: 'PREREQFUNCTION' | 'CURLOPT_PREREQFUNCTION', value: EasyCallbacks['PREREQFUNCTION'] | null): this
    /**
     * A SOCKS proxy to use for connecting to the HTTP proxy.
     * @see CURLOPT_PRE_PROXY(3)
     * @since 7.52.0
     */
    setopt(option: 'PRE_PROXY' | 'CURLOPT_PRE_PROXY', value: string | URL | null): this
    /**
     * Any value. The info PRIVATE returns it.
     * @see CURLOPT_PRIVATE(3)
     * @since 7.10.3
     */
    setopt(option: 'PRIVATE' | 'CURLOPT_PRIVATE', value: unknown): this
    /**
     * The old name of XFERINFODATA.
     * @see CURLOPT_XFERINFODATA(3)
     * @since 7.1
     */
    setopt(option: 'PROGRESSDATA' | 'CURLOPT_PROGRESSDATA', value: unknown): this
    /**
     * The old form of XFERINFOFUNCTION.
     * @see CURLOPT_PROGRESSFUNCTION(3)
     * @since 7.1
     * @deprecated since 7.32.0: use XFERINFOFUNCTION
     */
    setopt(option: 'PROGRESSFUNCTION' | 'CURLOPT_PROGRESSFUNCTION', value: EasyCallbacks['PROGRESSFUNCTION'] | null): this
    /**
     * Which protocols may be used.
     * Bits: CURLPROTO_*.
     * @see CURLOPT_PROTOCOLS(3)
     * @since 7.19.4
     * @deprecated since 7.85.0: use PROTOCOLS_STR
     */
    setopt(option: 'PROTOCOLS' | 'CURLOPT_PROTOCOLS', value: number): this
    /**
     * Which protocols may be used: 'http,https'.
     * @see CURLOPT_PROTOCOLS_STR(3)
     * @since 7.85.0
     */
    setopt(option: 'PROTOCOLS_STR' | 'CURLOPT_PROTOCOLS_STR', value: string | null): this
    /**
     * The proxy, such as 'socks5h://localhost:1080'; '' for none, which overrides the environment.
     * @see CURLOPT_PROXY(3)
     * @since 7.1
     */
    setopt(option: 'PROXY' | 'CURLOPT_PROXY', value: string | URL | null): this
    /**
     * The methods of authentication that may be used with the proxy.
     * Bits: CURLAUTH_NONE, CURLAUTH_BASIC, CURLAUTH_DIGEST, CURLAUTH_NEGOTIATE, CURLAUTH_GSSNEGOTIATE, CURLAUTH_GSSAPI,
     * CURLAUTH_NTLM, CURLAUTH_DIGEST_IE, CURLAUTH_NTLM_WB, CURLAUTH_BEARER, CURLAUTH_AWS_SIGV4, CURLAUTH_HTTPSIG,
     * CURLAUTH_ONLY, CURLAUTH_ANY, CURLAUTH_ANYSAFE.
     * @see CURLOPT_PROXYAUTH(3)
     * @since 7.10.7
     */
    setopt(option: 'PROXYAUTH' | 'CURLOPT_PROXYAUTH', value: number): this
    /**
     * Headers for the proxy only: 'Name: value'.
     * @see CURLOPT_PROXYHEADER(3)
     * @since 7.37.0
     */
    setopt(option: 'PROXYHEADER' | 'CURLOPT_PROXYHEADER', value: readonly (string | Uint8Array)[] | null): this
    /**
     * The password for the proxy.
     * @see CURLOPT_PROXYPASSWORD(3)
     * @since 7.19.1
     */
    setopt(option: 'PROXYPASSWORD' | 'CURLOPT_PROXYPASSWORD', value: string | null): this
    /**
     * The port of the proxy, if PROXY has none; 1080 by default.
     * @see CURLOPT_PROXYPORT(3)
     * @since 7.1
     */
    setopt(option: 'PROXYPORT' | 'CURLOPT_PROXYPORT', value: number): this
    /**
     * The kind of proxy, if PROXY has no scheme.
     * One of CURLPROXY_HTTP, CURLPROXY_HTTP_1_0, CURLPROXY_HTTPS, CURLPROXY_HTTPS2, CURLPROXY_SOCKS4, CURLPROXY_SOCKS5,
     * CURLPROXY_SOCKS4A, CURLPROXY_SOCKS5_HOSTNAME, CURLPROXY_HTTPS3.
     * @see CURLOPT_PROXYTYPE(3)
     * @since 7.10
     */
    setopt(option: 'PROXYTYPE' | 'CURLOPT_PROXYTYPE', value: CurlProxyType): this
    /**
     * The user name for the proxy.
     * @see CURLOPT_PROXYUSERNAME(3)
     * @since 7.19.1
     */
    setopt(option: 'PROXYUSERNAME' | 'CURLOPT_PROXYUSERNAME', value: string | null): this
    /**
     * The user name and the password for the proxy: 'user:password', percent-encoded.
     * @see CURLOPT_PROXYUSERPWD(3)
     * @since 7.1
     */
    setopt(option: 'PROXYUSERPWD' | 'CURLOPT_PROXYUSERPWD', value: string | null): this
    /**
     * A PEM file with the CA certificates to trust for an HTTPS proxy.
     * @see CURLOPT_PROXY_CAINFO(3)
     * @since 7.52.0
     */
    setopt(option: 'PROXY_CAINFO' | 'CURLOPT_PROXY_CAINFO', value: string | null): this
    /**
     * The CA certificates to trust for an HTTPS proxy, in PEM, from memory.
     * @see CURLOPT_PROXY_CAINFO_BLOB(3)
     * @since 7.77.0
     */
    setopt(option: 'PROXY_CAINFO_BLOB' | 'CURLOPT_PROXY_CAINFO_BLOB', value: Bytes | null): this
    /**
     * A folder of CA certificates to trust for an HTTPS proxy.
     * @see CURLOPT_PROXY_CAPATH(3)
     * @since 7.52.0
     */
    setopt(option: 'PROXY_CAPATH' | 'CURLOPT_PROXY_CAPATH', value: string | null): this
    /**
     * A PEM file with the list of revoked certificates, for an HTTPS proxy.
     * @see CURLOPT_PROXY_CRLFILE(3)
     * @since 7.52.0
     */
    setopt(option: 'PROXY_CRLFILE' | 'CURLOPT_PROXY_CRLFILE', value: string | null): this
    /**
     * A PEM file with the certificate that must have issued the HTTPS proxy's.
     * @see CURLOPT_PROXY_ISSUERCERT(3)
     * @since 7.71.0
     */
    setopt(option: 'PROXY_ISSUERCERT' | 'CURLOPT_PROXY_ISSUERCERT', value: string | null): this
    /**
     * The certificate that must have issued the HTTPS proxy's, in PEM, from memory.
     * @see CURLOPT_PROXY_ISSUERCERT_BLOB(3)
     * @since 7.71.0
     */
    setopt(option: 'PROXY_ISSUERCERT_BLOB' | 'CURLOPT_PROXY_ISSUERCERT_BLOB', value: Bytes | null): this
    /**
     * The passphrase of the private key for an HTTPS proxy.
     * @see CURLOPT_PROXY_KEYPASSWD(3)
     * @since 7.52.0
     */
    setopt(option: 'PROXY_KEYPASSWD' | 'CURLOPT_PROXY_KEYPASSWD', value: string | null): this
    /**
     * The public key that the HTTPS proxy must have, as with PINNEDPUBLICKEY.
     * @see CURLOPT_PROXY_PINNEDPUBLICKEY(3)
     * @since 7.52.0
     */
    setopt(option: 'PROXY_PINNEDPUBLICKEY' | 'CURLOPT_PROXY_PINNEDPUBLICKEY', value: string | null): this
    /**
     * The service name for Kerberos with the proxy.
     * @see CURLOPT_PROXY_SERVICE_NAME(3)
     * @since 7.43.0
     */
    setopt(option: 'PROXY_SERVICE_NAME' | 'CURLOPT_PROXY_SERVICE_NAME', value: string | null): this
    /**
     * A file with the client certificate for an HTTPS proxy.
     * @see CURLOPT_PROXY_SSLCERT(3)
     * @since 7.52.0
     */
    setopt(option: 'PROXY_SSLCERT' | 'CURLOPT_PROXY_SSLCERT', value: string | null): this
    /**
     * The format of the client certificate for an HTTPS proxy: 'PEM', 'DER' or 'P12'; PEM by default.
     * @see CURLOPT_PROXY_SSLCERTTYPE(3)
     * @since 7.52.0
     */
    setopt(option: 'PROXY_SSLCERTTYPE' | 'CURLOPT_PROXY_SSLCERTTYPE', value: string | null): this
    /**
     * The client certificate for an HTTPS proxy, from memory.
     * @see CURLOPT_PROXY_SSLCERT_BLOB(3)
     * @since 7.71.0
     */
    setopt(option: 'PROXY_SSLCERT_BLOB' | 'CURLOPT_PROXY_SSLCERT_BLOB', value: Bytes | null): this
    /**
     * A file with the private key of the client certificate for an HTTPS proxy.
     * @see CURLOPT_PROXY_SSLKEY(3)
     * @since 7.52.0
     */
    setopt(option: 'PROXY_SSLKEY' | 'CURLOPT_PROXY_SSLKEY', value: string | null): this
    /**
     * The format of the private key for an HTTPS proxy: 'PEM' or 'DER'; PEM by default.
     * @see CURLOPT_PROXY_SSLKEYTYPE(3)
     * @since 7.52.0
     */
    setopt(option: 'PROXY_SSLKEYTYPE' | 'CURLOPT_PROXY_SSLKEYTYPE', value: string | null): this
    /**
     * The private key of the client certificate for an HTTPS proxy, from memory.
     * @see CURLOPT_PROXY_SSLKEY_BLOB(3)
     * @since 7.71.0
     */
    setopt(option: 'PROXY_SSLKEY_BLOB' | 'CURLOPT_PROXY_SSLKEY_BLOB', value: Bytes | null): this
    /**
     * The versions of TLS for an HTTPS proxy: the lowest one, combined by | with the highest one.
     * Bits: CURL_SSLVERSION_DEFAULT, CURL_SSLVERSION_TLSv1, CURL_SSLVERSION_TLSv1_0, CURL_SSLVERSION_TLSv1_1,
     * CURL_SSLVERSION_TLSv1_2, CURL_SSLVERSION_TLSv1_3, CURL_SSLVERSION_MAX_NONE, CURL_SSLVERSION_MAX_DEFAULT,
     * CURL_SSLVERSION_MAX_TLSv1_0, CURL_SSLVERSION_MAX_TLSv1_1, CURL_SSLVERSION_MAX_TLSv1_2,
     * CURL_SSLVERSION_MAX_TLSv1_3.
     * @see CURLOPT_PROXY_SSLVERSION(3)
     * @since 7.52.0
     */
    setopt(option: 'PROXY_SSLVERSION' | 'CURLOPT_PROXY_SSLVERSION', value: number): this
    /**
     * The ciphers of TLS up to 1.2 for an HTTPS proxy, as OpenSSL names, separated by ':'.
     * @see CURLOPT_PROXY_SSL_CIPHER_LIST(3)
     * @since 7.52.0
     */
    setopt(option: 'PROXY_SSL_CIPHER_LIST' | 'CURLOPT_PROXY_SSL_CIPHER_LIST', value: string | null): this
    /**
     * Special settings of TLS with an HTTPS proxy.
     * Bits: CURLSSLOPT_ALLOW_BEAST, CURLSSLOPT_NO_REVOKE, CURLSSLOPT_NO_PARTIALCHAIN, CURLSSLOPT_REVOKE_BEST_EFFORT,
     * CURLSSLOPT_NATIVE_CA, CURLSSLOPT_AUTO_CLIENT_CERT, CURLSSLOPT_EARLYDATA.
     * @see CURLOPT_PROXY_SSL_OPTIONS(3)
     * @since 7.52.0
     */
    setopt(option: 'PROXY_SSL_OPTIONS' | 'CURLOPT_PROXY_SSL_OPTIONS', value: number): this
    /**
     * Checks that the certificate of an HTTPS proxy is for its name; on by default.
     * @see CURLOPT_PROXY_SSL_VERIFYHOST(3)
     * @since 7.52.0
     */
    setopt(option: 'PROXY_SSL_VERIFYHOST' | 'CURLOPT_PROXY_SSL_VERIFYHOST', value: OnOff): this
    /**
     * Checks that the certificate of an HTTPS proxy is trusted; on by default.
     * @see CURLOPT_PROXY_SSL_VERIFYPEER(3)
     * @since 7.52.0
     */
    setopt(option: 'PROXY_SSL_VERIFYPEER' | 'CURLOPT_PROXY_SSL_VERIFYPEER', value: OnOff): this
    /**
     * The cipher suites of TLS 1.3 for an HTTPS proxy, separated by ':'.
     * @see CURLOPT_PROXY_TLS13_CIPHERS(3)
     * @since 7.61.0
     */
    setopt(option: 'PROXY_TLS13_CIPHERS' | 'CURLOPT_PROXY_TLS13_CIPHERS', value: string | null): this
    /**
     * Refused with CURLE_NOT_BUILT_IN: libcurl has removed TLS-SRP.
     * @see CURLOPT_PROXY_TLSAUTH_PASSWORD(3)
     * @since 7.52.0
     * @deprecated since 8.22.0
     */
    setopt(option: 'PROXY_TLSAUTH_PASSWORD' | 'CURLOPT_PROXY_TLSAUTH_PASSWORD', value: string | null): this
    /**
     * Refused with CURLE_NOT_BUILT_IN: libcurl has removed TLS-SRP.
     * @see CURLOPT_PROXY_TLSAUTH_TYPE(3)
     * @since 7.52.0
     * @deprecated since 8.22.0
     */
    setopt(option: 'PROXY_TLSAUTH_TYPE' | 'CURLOPT_PROXY_TLSAUTH_TYPE', value: string | null): this
    /**
     * Refused with CURLE_NOT_BUILT_IN: libcurl has removed TLS-SRP.
     * @see CURLOPT_PROXY_TLSAUTH_USERNAME(3)
     * @since 7.52.0
     * @deprecated since 8.22.0
     */
    setopt(option: 'PROXY_TLSAUTH_USERNAME' | 'CURLOPT_PROXY_TLSAUTH_USERNAME', value: string | null): this
    /**
     * Adds ';type=a' or ';type=i' to FTP URLs in requests to an HTTP proxy.
     * @see CURLOPT_PROXY_TRANSFER_MODE(3)
     * @since 7.18.0
     */
    setopt(option: 'PROXY_TRANSFER_MODE' | 'CURLOPT_PROXY_TRANSFER_MODE', value: OnOff): this
    /**
     * Uploads. With HTTP this is a PUT.
     * @see CURLOPT_PUT(3)
     * @since 7.1
     * @deprecated since 7.12.1: use UPLOAD
     */
    setopt(option: 'PUT' | 'CURLOPT_PUT', value: OnOff): this
    /**
     * Skips the cleanup after a timeout, for a process that is about to exit.
     * @see CURLOPT_QUICK_EXIT(3)
     * @since 7.87.0
     */
    setopt(option: 'QUICK_EXIT' | 'CURLOPT_QUICK_EXIT', value: OnOff): this
    /**
     * FTP commands to send before the transfer.
     * @see CURLOPT_QUOTE(3)
     * @since 7.1
     */
    setopt(option: 'QUOTE' | 'CURLOPT_QUOTE', value: readonly (string | Uint8Array)[] | null): this
    /**
     * Has no effect any more.
     * @see CURLOPT_RANDOM_FILE(3)
     * @since 7.7
     * @deprecated since 7.84.0
     */
    setopt(option: 'RANDOM_FILE' | 'CURLOPT_RANDOM_FILE', value: string | null): this
    /**
     * The bytes to ask for: '0-499', '500-' or '-500', or several of these with commas.
     * @see CURLOPT_RANGE(3)
     * @since 7.1
     */
    setopt(option: 'RANGE' | 'CURLOPT_RANGE', value: string | null): this
    /**
     * Passed to READFUNCTION. Without one, a number is a descriptor of the host, from which libcurl reads.
     * @see CURLOPT_READDATA(3)
     * @since 7.9.7
     */
    setopt(option: 'READDATA' | 'CURLOPT_READDATA', value: unknown): this
    /**
     * Provides the body of an upload, piece by piece.
     * @see CURLOPT_READFUNCTION(3)
     * @since 7.1
     */
    setopt(option: 'READFUNCTION' | 'CURLOPT_READFUNCTION', value: EasyCallbacks['READFUNCTION'] | null): this
    /**
     * Which protocols redirects may lead to.
     * Bits: CURLPROTO_*.
     * @see CURLOPT_REDIR_PROTOCOLS(3)
     * @since 7.19.4
     * @deprecated since 7.85.0: use REDIR_PROTOCOLS_STR
     */
    setopt(option: 'REDIR_PROTOCOLS' | 'CURLOPT_REDIR_PROTOCOLS', value: number): this
    /**
     * Which protocols redirects may lead to: 'http,https'.
     * @see CURLOPT_REDIR_PROTOCOLS_STR(3)
     * @since 7.85.0
     */
    setopt(option: 'REDIR_PROTOCOLS_STR' | 'CURLOPT_REDIR_PROTOCOLS_STR', value: string | null): this
    /**
     * The Referer header.
     * @see CURLOPT_REFERER(3)
     * @since 7.1
     */
    setopt(option: 'REFERER' | 'CURLOPT_REFERER', value: string | URL | null): this
    /**
     * The target in the request line, instead of the URL's path: '*' for OPTIONS.
     * @see CURLOPT_REQUEST_TARGET(3)
     * @since 7.55.0
     */
    setopt(option: 'REQUEST_TARGET' | 'CURLOPT_REQUEST_TARGET', value: string | null): this
    /**
     * Addresses of names: 'host:port:address'. '-host:port' removes one, and '+' in front lets it expire.
     * @see CURLOPT_RESOLVE(3)
     * @since 7.21.3
     */
    setopt(option: 'RESOLVE' | 'CURLOPT_RESOLVE', value: readonly (string | Uint8Array)[] | null): this
    /**
     * Passed to RESOLVER_START_FUNCTION.
     * @see CURLOPT_RESOLVER_START_DATA(3)
     * @since 7.59.0
     */
    setopt(option: 'RESOLVER_START_DATA' | 'CURLOPT_RESOLVER_START_DATA', value: unknown): this
    /**
     * Called before a name is resolved. It may abort the transfer.
     * @see CURLOPT_RESOLVER_START_FUNCTION(3)
     * @since 7.59.0
     */
    setopt(option: 'RESOLVER_START_FUNCTION' | 'CURLOPT_RESOLVER_START_FUNCTION', value: EasyCallbacks['RESOLVER_START_FUNCTION'] | null): this
    /**
     * The byte to continue at, up to 2 GB. For an upload, -1 is the end of the remote file.
     * @see CURLOPT_RESUME_FROM(3)
     * @since 7.1
     */
    setopt(option: 'RESUME_FROM' | 'CURLOPT_RESUME_FROM', value: number): this
    /**
     * The byte to continue at. For an upload, -1 is the end of the remote file.
     * @see CURLOPT_RESUME_FROM_LARGE(3)
     * @since 7.11.0
     */
    setopt(option: 'RESUME_FROM_LARGE' | 'CURLOPT_RESUME_FROM_LARGE', value: number | bigint): this
    /**
     * The old name of HTTPHEADER.
     * @see CURLOPT_HTTPHEADER(3)
     * @since 7.20.0
     */
    setopt(option: 'RTSPHEADER' | 'CURLOPT_RTSPHEADER', value: readonly (string | Uint8Array)[] | null): this
    /**
     * The CSeq of the next RTSP request.
     * @see CURLOPT_RTSP_CLIENT_CSEQ(3)
     * @since 7.20.0
     */
    setopt(option: 'RTSP_CLIENT_CSEQ' | 'CURLOPT_RTSP_CLIENT_CSEQ', value: number): this
    /**
     * Which RTSP request to make.
     * One of CURL_RTSPREQ_NONE, CURL_RTSPREQ_OPTIONS, CURL_RTSPREQ_DESCRIBE, CURL_RTSPREQ_ANNOUNCE, CURL_RTSPREQ_SETUP,
     * CURL_RTSPREQ_PLAY, CURL_RTSPREQ_PAUSE, CURL_RTSPREQ_TEARDOWN, CURL_RTSPREQ_GET_PARAMETER,
     * CURL_RTSPREQ_SET_PARAMETER, CURL_RTSPREQ_RECORD, CURL_RTSPREQ_RECEIVE.
     * @see CURLOPT_RTSP_REQUEST(3)
     * @since 7.20.0
     */
    setopt(option: 'RTSP_REQUEST' | 'CURLOPT_RTSP_REQUEST', value: CurlRtspRequest): this
    /**
     * The CSeq that the RTSP server's next request is expected to have.
     * @see CURLOPT_RTSP_SERVER_CSEQ(3)
     * @since 7.20.0
     */
    setopt(option: 'RTSP_SERVER_CSEQ' | 'CURLOPT_RTSP_SERVER_CSEQ', value: number): this
    /**
     * The RTSP session.
     * @see CURLOPT_RTSP_SESSION_ID(3)
     * @since 7.20.0
     */
    setopt(option: 'RTSP_SESSION_ID' | 'CURLOPT_RTSP_SESSION_ID', value: string | null): this
    /**
     * The RTSP stream that the request is about.
     * @see CURLOPT_RTSP_STREAM_URI(3)
     * @since 7.20.0
     */
    setopt(option: 'RTSP_STREAM_URI' | 'CURLOPT_RTSP_STREAM_URI', value: string | URL | null): this
    /**
     * The Transport header of an RTSP SETUP.
     * @see CURLOPT_RTSP_TRANSPORT(3)
     * @since 7.20.0
     */
    setopt(option: 'RTSP_TRANSPORT' | 'CURLOPT_RTSP_TRANSPORT', value: string | null): this
    /**
     * The identity to act as after the login, with SASL PLAIN.
     * @see CURLOPT_SASL_AUTHZID(3)
     * @since 7.66.0
     */
    setopt(option: 'SASL_AUTHZID' | 'CURLOPT_SASL_AUTHZID', value: string | null): this
    /**
     * Sends the first SASL response together with the command.
     * @see CURLOPT_SASL_IR(3)
     * @since 7.31.0
     */
    setopt(option: 'SASL_IR' | 'CURLOPT_SASL_IR', value: OnOff): this
    /**
     * Passed to SEEKFUNCTION.
     * @see CURLOPT_SEEKDATA(3)
     * @since 7.18.0
     */
    setopt(option: 'SEEKDATA' | 'CURLOPT_SEEKDATA', value: unknown): this
    /**
     * Moves to another position in the body that READFUNCTION provides.
     * @see CURLOPT_SEEKFUNCTION(3)
     * @since 7.18.0
     */
    setopt(option: 'SEEKFUNCTION' | 'CURLOPT_SEEKFUNCTION', value: EasyCallbacks['SEEKFUNCTION'] | null): this
    /**
     * How long to wait for the reply to a command, in seconds.
     * @see CURLOPT_SERVER_RESPONSE_TIMEOUT(3)
     * @since 7.20.0
     */
    setopt(option: 'SERVER_RESPONSE_TIMEOUT' | 'CURLOPT_SERVER_RESPONSE_TIMEOUT', value: number): this
    /**
     * How long to wait for the reply to a command, in milliseconds.
     * @see CURLOPT_SERVER_RESPONSE_TIMEOUT_MS(3)
     * @since 8.6.0
     */
    setopt(option: 'SERVER_RESPONSE_TIMEOUT_MS' | 'CURLOPT_SERVER_RESPONSE_TIMEOUT_MS', value: number): this
    /**
     * The service name for DIGEST-MD5, SPNEGO and Kerberos.
     * @see CURLOPT_SERVICE_NAME(3)
     * @since 7.43.0
     */
    setopt(option: 'SERVICE_NAME' | 'CURLOPT_SERVICE_NAME', value: string | null): this
    /**
     * The Share whose cookies, resolved names, TLS sessions and so on to use.
     * @see CURLOPT_SHARE(3)
     * @since 7.10
     */
    setopt(option: 'SHARE' | 'CURLOPT_SHARE', value: Share | null): this
    /**
     * Passed to SOCKOPTFUNCTION.
     * @see CURLOPT_SOCKOPTDATA(3)
     * @since 7.16.0
     */
    setopt(option: 'SOCKOPTDATA' | 'CURLOPT_SOCKOPTDATA', value: unknown): this
    /**
     * Called when a socket is created, before it is connected.
     * @see CURLOPT_SOCKOPTFUNCTION(3)
     * @since 7.16.0
     */
    setopt(option: 'SOCKOPTFUNCTION' | 'CURLOPT_SOCKOPTFUNCTION', value: EasyCallbacks['SOCKOPTFUNCTION'] | null): this
    /**
     * The methods of authentication that may be used with a SOCKS5 proxy.
     * Bits: CURLAUTH_NONE, CURLAUTH_BASIC, CURLAUTH_DIGEST, CURLAUTH_NEGOTIATE, CURLAUTH_GSSNEGOTIATE, CURLAUTH_GSSAPI,
     * CURLAUTH_NTLM, CURLAUTH_DIGEST_IE, CURLAUTH_NTLM_WB, CURLAUTH_BEARER, CURLAUTH_AWS_SIGV4, CURLAUTH_HTTPSIG,
     * CURLAUTH_ONLY, CURLAUTH_ANY, CURLAUTH_ANYSAFE.
     * @see CURLOPT_SOCKS5_AUTH(3)
     * @since 7.55.0
     */
    setopt(option: 'SOCKS5_AUTH' | 'CURLOPT_SOCKS5_AUTH', value: number): this
    /**
     * Negotiates the SOCKS5 protection mode unprotected, as NEC's implementation does. Not in this build.
     * @see CURLOPT_SOCKS5_GSSAPI_NEC(3)
     * @since 7.19.4
     */
    setopt(option: 'SOCKS5_GSSAPI_NEC' | 'CURLOPT_SOCKS5_GSSAPI_NEC', value: OnOff): this
    /**
     * The service name for GSS-API with a SOCKS5 proxy.
     * @see CURLOPT_SOCKS5_GSSAPI_SERVICE(3)
     * @since 7.19.4
     * @deprecated since 7.49.0: use PROXY_SERVICE_NAME
     */
    setopt(option: 'SOCKS5_GSSAPI_SERVICE' | 'CURLOPT_SOCKS5_GSSAPI_SERVICE', value: string | null): this
    /**
     * The methods of authentication that SSH may use. Only in the full module.
     * Bits: CURLSSH_AUTH_ANY, CURLSSH_AUTH_NONE, CURLSSH_AUTH_PUBLICKEY, CURLSSH_AUTH_PASSWORD, CURLSSH_AUTH_HOST,
     * CURLSSH_AUTH_KEYBOARD, CURLSSH_AUTH_AGENT, CURLSSH_AUTH_GSSAPI, CURLSSH_AUTH_DEFAULT.
     * @see CURLOPT_SSH_AUTH_TYPES(3)
     * @since 7.16.1
     */
    setopt(option: 'SSH_AUTH_TYPES' | 'CURLOPT_SSH_AUTH_TYPES', value: number): this
    /**
     * Asks for compression with SSH. Only in the full module.
     * @see CURLOPT_SSH_COMPRESSION(3)
     * @since 7.56.0
     */
    setopt(option: 'SSH_COMPRESSION' | 'CURLOPT_SSH_COMPRESSION', value: OnOff): this
    /**
     * Passed to SSH_HOSTKEYFUNCTION. Only in the full module.
     * @see CURLOPT_SSH_HOSTKEYDATA(3)
     * @since 7.84.0
     */
    setopt(option: 'SSH_HOSTKEYDATA' | 'CURLOPT_SSH_HOSTKEYDATA', value: unknown): this
    /**
     * Called with the SSH server's public key, to accept or refuse it, if no fingerprint is set. Only in the full
     * module.
     * @see CURLOPT_SSH_HOSTKEYFUNCTION(3)
     * @since 7.84.0
     */
    setopt(option: 'SSH_HOSTKEYFUNCTION' | 'CURLOPT_SSH_HOSTKEYFUNCTION', value: EasyCallbacks['SSH_HOSTKEYFUNCTION'] | null): this
    /**
     * The MD5 of the SSH server's public key, as 32 hexadecimal digits. Only in the full module.
     * @see CURLOPT_SSH_HOST_PUBLIC_KEY_MD5(3)
     * @since 7.17.1
     */
    setopt(option: 'SSH_HOST_PUBLIC_KEY_MD5' | 'CURLOPT_SSH_HOST_PUBLIC_KEY_MD5', value: string | null): this
    /**
     * The SHA-256 of the SSH server's public key, in Base64. Only in the full module.
     * @see CURLOPT_SSH_HOST_PUBLIC_KEY_SHA256(3)
     * @since 7.80.0
     */
    setopt(option: 'SSH_HOST_PUBLIC_KEY_SHA256' | 'CURLOPT_SSH_HOST_PUBLIC_KEY_SHA256', value: string | null): this
    /**
     * Passed to SSH_KEYFUNCTION. Only in the full module.
     * @see CURLOPT_SSH_KEYDATA(3)
     * @since 7.19.6
     */
    setopt(option: 'SSH_KEYDATA' | 'CURLOPT_SSH_KEYDATA', value: unknown): this
    /**
     * Called with the SSH server's key and the one in SSH_KNOWNHOSTS, to accept or refuse it. Only in the full module.
     * @see CURLOPT_SSH_KEYFUNCTION(3)
     * @since 7.19.6
     */
    setopt(option: 'SSH_KEYFUNCTION' | 'CURLOPT_SSH_KEYFUNCTION', value: EasyCallbacks['SSH_KEYFUNCTION'] | null): this
    /**
     * The file of known SSH hosts. Without it, a fingerprint or a callback, any server is accepted. Only in the full
     * module.
     * @see CURLOPT_SSH_KNOWNHOSTS(3)
     * @since 7.19.6
     */
    setopt(option: 'SSH_KNOWNHOSTS' | 'CURLOPT_SSH_KNOWNHOSTS', value: string | null): this
    /**
     * The file of the private SSH key. Only in the full module.
     * @see CURLOPT_SSH_PRIVATE_KEYFILE(3)
     * @since 7.16.1
     */
    setopt(option: 'SSH_PRIVATE_KEYFILE' | 'CURLOPT_SSH_PRIVATE_KEYFILE', value: string | null): this
    /**
     * The file of the public SSH key; it is derived from the private one by default. Only in the full module.
     * @see CURLOPT_SSH_PUBLIC_KEYFILE(3)
     * @since 7.16.1
     */
    setopt(option: 'SSH_PUBLIC_KEYFILE' | 'CURLOPT_SSH_PUBLIC_KEYFILE', value: string | null): this
    /**
     * A file with the client certificate.
     * @see CURLOPT_SSLCERT(3)
     * @since 7.1
     */
    setopt(option: 'SSLCERT' | 'CURLOPT_SSLCERT', value: string | null): this
    /**
     * The old name of KEYPASSWD.
     * @see CURLOPT_KEYPASSWD(3)
     * @since 7.1.1
     * @deprecated since 7.17.0: use KEYPASSWD
     */
    setopt(option: 'SSLCERTPASSWD' | 'CURLOPT_SSLCERTPASSWD', value: string | null): this
    /**
     * The format of the client certificate: 'PEM', 'DER' or 'P12'; PEM by default.
     * @see CURLOPT_SSLCERTTYPE(3)
     * @since 7.9.3
     */
    setopt(option: 'SSLCERTTYPE' | 'CURLOPT_SSLCERTTYPE', value: string | null): this
    /**
     * The client certificate, from memory.
     * @see CURLOPT_SSLCERT_BLOB(3)
     * @since 7.71.0
     */
    setopt(option: 'SSLCERT_BLOB' | 'CURLOPT_SSLCERT_BLOB', value: Bytes | null): this
    /**
     * The OpenSSL provider of the private key.
     * @see CURLOPT_SSLENGINE(3)
     * @since 7.9.3
     */
    setopt(option: 'SSLENGINE' | 'CURLOPT_SSLENGINE', value: string | null): this
    /**
     * Uses SSLENGINE for all cryptography.
     * @see CURLOPT_SSLENGINE_DEFAULT(3)
     * @since 7.9.3
     */
    setopt(option: 'SSLENGINE_DEFAULT' | 'CURLOPT_SSLENGINE_DEFAULT', value: OnOff): this
    /**
     * A file with the private key of the client certificate.
     * @see CURLOPT_SSLKEY(3)
     * @since 7.9.3
     */
    setopt(option: 'SSLKEY' | 'CURLOPT_SSLKEY', value: string | null): this
    /**
     * The old name of KEYPASSWD.
     * @see CURLOPT_KEYPASSWD(3)
     * @since 7.9.3
     * @deprecated since 7.17.0: use KEYPASSWD
     */
    setopt(option: 'SSLKEYPASSWD' | 'CURLOPT_SSLKEYPASSWD', value: string | null): this
    /**
     * The format of the private key: 'PEM' or 'DER'; PEM by default.
     * @see CURLOPT_SSLKEYTYPE(3)
     * @since 7.9.3
     */
    setopt(option: 'SSLKEYTYPE' | 'CURLOPT_SSLKEYTYPE', value: string | null): this
    /**
     * The private key of the client certificate, from memory.
     * @see CURLOPT_SSLKEY_BLOB(3)
     * @since 7.71.0
     */
    setopt(option: 'SSLKEY_BLOB' | 'CURLOPT_SSLKEY_BLOB', value: Bytes | null): this
    /**
     * The versions of TLS: the lowest one, combined by | with the highest one. TLS 1.2 and later by default.
     * Bits: CURL_SSLVERSION_DEFAULT, CURL_SSLVERSION_TLSv1, CURL_SSLVERSION_TLSv1_0, CURL_SSLVERSION_TLSv1_1,
     * CURL_SSLVERSION_TLSv1_2, CURL_SSLVERSION_TLSv1_3, CURL_SSLVERSION_MAX_NONE, CURL_SSLVERSION_MAX_DEFAULT,
     * CURL_SSLVERSION_MAX_TLSv1_0, CURL_SSLVERSION_MAX_TLSv1_1, CURL_SSLVERSION_MAX_TLSv1_2,
     * CURL_SSLVERSION_MAX_TLSv1_3.
     * @see CURLOPT_SSLVERSION(3)
     * @since 7.1
     */
    setopt(option: 'SSLVERSION' | 'CURLOPT_SSLVERSION', value: number): this
    /**
     * The ciphers of TLS up to 1.2, as OpenSSL names, separated by ':'.
     * @see CURLOPT_SSL_CIPHER_LIST(3)
     * @since 7.9
     */
    setopt(option: 'SSL_CIPHER_LIST' | 'CURLOPT_SSL_CIPHER_LIST', value: string | null): this
    /**
     * Not available: the SSL_CTX cannot be used outside of the module.
     * @see CURLOPT_SSL_CTX_DATA(3)
     * @since 7.10.6
     */
    setopt(option: 'SSL_CTX_DATA' | 'CURLOPT_SSL_CTX_DATA', value: never): this
    /**
     * Not available: the SSL_CTX cannot be used outside of the module.
     * @see CURLOPT_SSL_CTX_FUNCTION(3)
     * @since 7.10.6
     */
    setopt(option: 'SSL_CTX_FUNCTION' | 'CURLOPT_SSL_CTX_FUNCTION', value: never): this
    /**
     * The key exchanges of TLS, the best first: 'X25519MLKEM768:X25519:P-256'.
     * @see CURLOPT_SSL_EC_CURVES(3)
     * @since 7.73.0
     */
    setopt(option: 'SSL_EC_CURVES' | 'CURLOPT_SSL_EC_CURVES', value: string | null): this
    /**
     * Offers HTTP/2 and HTTP/1.1 by ALPN; on by default.
     * @see CURLOPT_SSL_ENABLE_ALPN(3)
     * @since 7.36.0
     */
    setopt(option: 'SSL_ENABLE_ALPN' | 'CURLOPT_SSL_ENABLE_ALPN', value: OnOff): this
    /**
     * Has no effect any more.
     * @see CURLOPT_SSL_ENABLE_NPN(3)
     * @since 7.36.0
     * @deprecated since 7.86.0
     */
    setopt(option: 'SSL_ENABLE_NPN' | 'CURLOPT_SSL_ENABLE_NPN', value: OnOff): this
    /**
     * Refused with CURLE_NOT_BUILT_IN: libcurl has removed it.
     * @see CURLOPT_SSL_FALSESTART(3)
     * @since 7.42.0
     * @deprecated since 8.15.0
     */
    setopt(option: 'SSL_FALSESTART' | 'CURLOPT_SSL_FALSESTART', value: OnOff): this
    /**
     * Special settings of TLS, such as early data.
     * Bits: CURLSSLOPT_ALLOW_BEAST, CURLSSLOPT_NO_REVOKE, CURLSSLOPT_NO_PARTIALCHAIN, CURLSSLOPT_REVOKE_BEST_EFFORT,
     * CURLSSLOPT_NATIVE_CA, CURLSSLOPT_AUTO_CLIENT_CERT, CURLSSLOPT_EARLYDATA.
     * @see CURLOPT_SSL_OPTIONS(3)
     * @since 7.25.0
     */
    setopt(option: 'SSL_OPTIONS' | 'CURLOPT_SSL_OPTIONS', value: number): this
    /**
     * Resumes TLS sessions; on by default.
     * @see CURLOPT_SSL_SESSIONID_CACHE(3)
     * @since 7.16.0
     */
    setopt(option: 'SSL_SESSIONID_CACHE' | 'CURLOPT_SSL_SESSIONID_CACHE', value: OnOff): this
    /**
     * The signature algorithms of TLS, separated by ':'.
     * @see CURLOPT_SSL_SIGNATURE_ALGORITHMS(3)
     * @since 8.14.0
     */
    setopt(option: 'SSL_SIGNATURE_ALGORITHMS' | 'CURLOPT_SSL_SIGNATURE_ALGORITHMS', value: string | null): this
    /**
     * Checks that the server's certificate is for its name; on by default.
     * @see CURLOPT_SSL_VERIFYHOST(3)
     * @since 7.8.1
     */
    setopt(option: 'SSL_VERIFYHOST' | 'CURLOPT_SSL_VERIFYHOST', value: OnOff): this
    /**
     * Checks that the server's certificate is trusted; on by default.
     * @see CURLOPT_SSL_VERIFYPEER(3)
     * @since 7.4.2
     */
    setopt(option: 'SSL_VERIFYPEER' | 'CURLOPT_SSL_VERIFYPEER', value: OnOff): this
    /**
     * Checks the OCSP response that the server staples, and fails if there is none.
     * @see CURLOPT_SSL_VERIFYSTATUS(3)
     * @since 7.41.0
     */
    setopt(option: 'SSL_VERIFYSTATUS' | 'CURLOPT_SSL_VERIFYSTATUS', value: OnOff): this
    /**
     * A file to append the trace of VERBOSE to, if there is no DEBUGFUNCTION.
     * @see CURLOPT_STDERR(3)
     * @since 7.1
     */
    setopt(option: 'STDERR' | 'CURLOPT_STDERR', value: string | null): this
    /**
     * Has no effect any more: HTTP/2 priorities are obsolete.
     * @see CURLOPT_STREAM_DEPENDS(3)
     * @since 7.46.0
     * @deprecated since 8.21.0
     */
    setopt(option: 'STREAM_DEPENDS' | 'CURLOPT_STREAM_DEPENDS', value: Easy | null): this
    /**
     * Has no effect any more: HTTP/2 priorities are obsolete.
     * @see CURLOPT_STREAM_DEPENDS_E(3)
     * @since 7.46.0
     * @deprecated since 8.21.0
     */
    setopt(option: 'STREAM_DEPENDS_E' | 'CURLOPT_STREAM_DEPENDS_E', value: Easy | null): this
    /**
     * The weight of the HTTP/2 stream among those of its connection, from 1 to 256; 16 by default.
     * @see CURLOPT_STREAM_WEIGHT(3)
     * @since 7.46.0
     */
    setopt(option: 'STREAM_WEIGHT' | 'CURLOPT_STREAM_WEIGHT', value: number): this
    /**
     * Does not pass the headers of a proxy's response to CONNECT to the callbacks.
     * @see CURLOPT_SUPPRESS_CONNECT_HEADERS(3)
     * @since 7.54.0
     */
    setopt(option: 'SUPPRESS_CONNECT_HEADERS' | 'CURLOPT_SUPPRESS_CONNECT_HEADERS', value: OnOff): this
    /**
     * Sends data in the first TCP packet, if the host supports it.
     * @see CURLOPT_TCP_FASTOPEN(3)
     * @since 7.49.0
     */
    setopt(option: 'TCP_FASTOPEN' | 'CURLOPT_TCP_FASTOPEN', value: OnOff): this
    /**
     * Sends keep-alive probes on idle connections.
     * @see CURLOPT_TCP_KEEPALIVE(3)
     * @since 7.25.0
     */
    setopt(option: 'TCP_KEEPALIVE' | 'CURLOPT_TCP_KEEPALIVE', value: OnOff): this
    /**
     * How many keep-alive probes may be lost before the connection is closed.
     * @see CURLOPT_TCP_KEEPCNT(3)
     * @since 8.9.0
     */
    setopt(option: 'TCP_KEEPCNT' | 'CURLOPT_TCP_KEEPCNT', value: number): this
    /**
     * How long a connection is idle before it is probed, in seconds; 60 by default.
     * @see CURLOPT_TCP_KEEPIDLE(3)
     * @since 7.25.0
     */
    setopt(option: 'TCP_KEEPIDLE' | 'CURLOPT_TCP_KEEPIDLE', value: number): this
    /**
     * The time between two keep-alive probes, in seconds; 60 by default.
     * @see CURLOPT_TCP_KEEPINTVL(3)
     * @since 7.25.0
     */
    setopt(option: 'TCP_KEEPINTVL' | 'CURLOPT_TCP_KEEPINTVL', value: number): this
    /**
     * Sends small packets at once, without Nagle's algorithm; on by default.
     * @see CURLOPT_TCP_NODELAY(3)
     * @since 7.11.2
     */
    setopt(option: 'TCP_NODELAY' | 'CURLOPT_TCP_NODELAY', value: OnOff): this
    /**
     * What to negotiate with telnet: 'TTYPE=vt100', 'XDISPLOC=...', 'NEW_ENV=NAME,value'.
     * @see CURLOPT_TELNETOPTIONS(3)
     * @since 7.7
     */
    setopt(option: 'TELNETOPTIONS' | 'CURLOPT_TELNETOPTIONS', value: readonly (string | Uint8Array)[] | null): this
    /**
     * The size of TFTP blocks, from 8 to 65464 bytes; 512 by default.
     * @see CURLOPT_TFTP_BLKSIZE(3)
     * @since 7.19.4
     */
    setopt(option: 'TFTP_BLKSIZE' | 'CURLOPT_TFTP_BLKSIZE', value: number): this
    /**
     * Sends TFTP requests without options, for servers that do not support them.
     * @see CURLOPT_TFTP_NO_OPTIONS(3)
     * @since 7.48.0
     */
    setopt(option: 'TFTP_NO_OPTIONS' | 'CURLOPT_TFTP_NO_OPTIONS', value: OnOff): this
    /**
     * Transfers only if the resource has changed since TIMEVALUE, or only if it has not.
     * One of CURL_TIMECOND_NONE, CURL_TIMECOND_IFMODSINCE, CURL_TIMECOND_IFUNMODSINCE, CURL_TIMECOND_LASTMOD.
     * @see CURLOPT_TIMECONDITION(3)
     * @since 7.1
     */
    setopt(option: 'TIMECONDITION' | 'CURLOPT_TIMECONDITION', value: CurlTimeCondition): this
    /**
     * How long the whole transfer may take, in seconds; 0, the default, for no limit.
     * @see CURLOPT_TIMEOUT(3)
     * @since 7.1
     */
    setopt(option: 'TIMEOUT' | 'CURLOPT_TIMEOUT', value: number): this
    /**
     * How long the whole transfer may take, in milliseconds; 0, the default, for no limit.
     * @see CURLOPT_TIMEOUT_MS(3)
     * @since 7.16.2
     */
    setopt(option: 'TIMEOUT_MS' | 'CURLOPT_TIMEOUT_MS', value: number): this
    /**
     * The time for TIMECONDITION, in seconds since 1970.
     * @see CURLOPT_TIMEVALUE(3)
     * @since 7.1
     */
    setopt(option: 'TIMEVALUE' | 'CURLOPT_TIMEVALUE', value: number): this
    /**
     * The time for TIMECONDITION, in seconds since 1970.
     * @see CURLOPT_TIMEVALUE_LARGE(3)
     * @since 7.59.0
     */
    setopt(option: 'TIMEVALUE_LARGE' | 'CURLOPT_TIMEVALUE_LARGE', value: number | bigint): this
    /**
     * The cipher suites of TLS 1.3, separated by ':'.
     * @see CURLOPT_TLS13_CIPHERS(3)
     * @since 7.61.0
     */
    setopt(option: 'TLS13_CIPHERS' | 'CURLOPT_TLS13_CIPHERS', value: string | null): this
    /**
     * Refused with CURLE_NOT_BUILT_IN: libcurl has removed TLS-SRP.
     * @see CURLOPT_TLSAUTH_PASSWORD(3)
     * @since 7.21.4
     * @deprecated since 8.22.0
     */
    setopt(option: 'TLSAUTH_PASSWORD' | 'CURLOPT_TLSAUTH_PASSWORD', value: string | null): this
    /**
     * Refused with CURLE_NOT_BUILT_IN: libcurl has removed TLS-SRP.
     * @see CURLOPT_TLSAUTH_TYPE(3)
     * @since 7.21.4
     * @deprecated since 8.22.0
     */
    setopt(option: 'TLSAUTH_TYPE' | 'CURLOPT_TLSAUTH_TYPE', value: string | null): this
    /**
     * Refused with CURLE_NOT_BUILT_IN: libcurl has removed TLS-SRP.
     * @see CURLOPT_TLSAUTH_USERNAME(3)
     * @since 7.21.4
     * @deprecated since 8.22.0
     */
    setopt(option: 'TLSAUTH_USERNAME' | 'CURLOPT_TLSAUTH_USERNAME', value: string | null): this
    /**
     * Passed to TRAILERFUNCTION.
     * @see CURLOPT_TRAILERDATA(3)
     * @since 7.64.0
     */
    setopt(option: 'TRAILERDATA' | 'CURLOPT_TRAILERDATA', value: unknown): this
    /**
     * Provides the trailers to send after a chunked upload.
     * @see CURLOPT_TRAILERFUNCTION(3)
     * @since 7.64.0
     */
    setopt(option: 'TRAILERFUNCTION' | 'CURLOPT_TRAILERFUNCTION', value: EasyCallbacks['TRAILERFUNCTION'] | null): this
    /**
     * Transfers as text, with FTP in ASCII mode.
     * @see CURLOPT_TRANSFERTEXT(3)
     * @since 7.1.1
     */
    setopt(option: 'TRANSFERTEXT' | 'CURLOPT_TRANSFERTEXT', value: OnOff): this
    /**
     * Asks for a compressed Transfer-Encoding, and decodes it.
     * @see CURLOPT_TRANSFER_ENCODING(3)
     * @since 7.21.6
     */
    setopt(option: 'TRANSFER_ENCODING' | 'CURLOPT_TRANSFER_ENCODING', value: OnOff): this
    /**
     * Connects to a Unix socket instead of to a host.
     * @see CURLOPT_UNIX_SOCKET_PATH(3)
     * @since 7.40.0
     */
    setopt(option: 'UNIX_SOCKET_PATH' | 'CURLOPT_UNIX_SOCKET_PATH', value: string | null): this
    /**
     * Sends your passwords and cookies also to other hosts that redirects lead to.
     * @see CURLOPT_UNRESTRICTED_AUTH(3)
     * @since 7.10.4
     */
    setopt(option: 'UNRESTRICTED_AUTH' | 'CURLOPT_UNRESTRICTED_AUTH', value: OnOff): this
    /**
     * How long a connection may be idle before upkeep() sends something on it, in milliseconds; 60000 by default.
     * @see CURLOPT_UPKEEP_INTERVAL_MS(3)
     * @since 7.62.0
     */
    setopt(option: 'UPKEEP_INTERVAL_MS' | 'CURLOPT_UPKEEP_INTERVAL_MS', value: number): this
    /**
     * Uploads. With HTTP this is a PUT.
     * @see CURLOPT_UPLOAD(3)
     * @since 7.1
     */
    setopt(option: 'UPLOAD' | 'CURLOPT_UPLOAD', value: OnOff): this
    /**
     * The size of the upload buffer in bytes, from 64 kB to 2 MB; 64 kB by default.
     * @see CURLOPT_UPLOAD_BUFFERSIZE(3)
     * @since 7.62.0
     */
    setopt(option: 'UPLOAD_BUFFERSIZE' | 'CURLOPT_UPLOAD_BUFFERSIZE', value: number): this
    /**
     * The flags of a mail that is uploaded by IMAP.
     * Bits: CURLULFLAG_ANSWERED, CURLULFLAG_DELETED, CURLULFLAG_DRAFT, CURLULFLAG_FLAGGED, CURLULFLAG_SEEN.
     * @see CURLOPT_UPLOAD_FLAGS(3)
     * @since 8.13.0
     */
    setopt(option: 'UPLOAD_FLAGS' | 'CURLOPT_UPLOAD_FLAGS', value: number): this
    /**
     * The URL of the transfer.
     * @see CURLOPT_URL(3)
     * @since 7.1
     */
    setopt(option: 'URL' | 'CURLOPT_URL', value: string | URL | null): this
    /**
     * The User-Agent header; none by default.
     * @see CURLOPT_USERAGENT(3)
     * @since 7.1
     */
    setopt(option: 'USERAGENT' | 'CURLOPT_USERAGENT', value: string | null): this
    /**
     * The user name to log in with.
     * @see CURLOPT_USERNAME(3)
     * @since 7.19.1
     */
    setopt(option: 'USERNAME' | 'CURLOPT_USERNAME', value: string | null): this
    /**
     * The user name and the password to log in with: 'user:password'.
     * @see CURLOPT_USERPWD(3)
     * @since 7.1
     */
    setopt(option: 'USERPWD' | 'CURLOPT_USERPWD', value: string | null): this
    /**
     * Whether protocols that begin in clear text must, or may, switch to TLS.
     * One of CURLUSESSL_NONE, CURLUSESSL_TRY, CURLUSESSL_CONTROL, CURLUSESSL_ALL.
     * @see CURLOPT_USE_SSL(3)
     * @since 7.17.0
     */
    setopt(option: 'USE_SSL' | 'CURLOPT_USE_SSL', value: CurlUseSsl): this
    /**
     * Traces to DEBUGFUNCTION, or to STDERR.
     * @see CURLOPT_VERBOSE(3)
     * @since 7.1
     */
    setopt(option: 'VERBOSE' | 'CURLOPT_VERBOSE', value: OnOff): this
    /**
     * Downloads all FTP files that the pattern in the URL matches.
     * @see CURLOPT_WILDCARDMATCH(3)
     * @since 7.21.0
     */
    setopt(option: 'WILDCARDMATCH' | 'CURLOPT_WILDCARDMATCH', value: OnOff): this
    /**
     * Passed to WRITEFUNCTION. Without one, a number is a descriptor of the host, to which libcurl writes.
     * @see CURLOPT_WRITEDATA(3)
     * @since 7.9.7
     */
    setopt(option: 'WRITEDATA' | 'CURLOPT_WRITEDATA', value: unknown): this
    /**
     * Called with the body, piece by piece. It returns CURL_WRITEFUNC_PAUSE to pause the transfer.
     * @see CURLOPT_WRITEFUNCTION(3)
     * @since 7.1
     */
    setopt(option: 'WRITEFUNCTION' | 'CURLOPT_WRITEFUNCTION', value: EasyCallbacks['WRITEFUNCTION'] | null): this
    /**
     * The old name of HEADERDATA.
     * @see CURLOPT_HEADERDATA(3)
     * @since 7.1
     */
    setopt(option: 'WRITEHEADER' | 'CURLOPT_WRITEHEADER', value: unknown): this
    /**
     * Whether WebSocket frames are passed raw, and whether the application answers pings.
     * Bits: CURLWS_RAW_MODE, CURLWS_NOAUTOPONG.
     * @see CURLOPT_WS_OPTIONS(3)
     * @since 7.86.0
     */
    setopt(option: 'WS_OPTIONS' | 'CURLOPT_WS_OPTIONS', value: number): this
    /**
     * Passed to XFERINFOFUNCTION and PROGRESSFUNCTION.
     * @see CURLOPT_XFERINFODATA(3)
     * @since 7.32.0
     */
    setopt(option: 'XFERINFODATA' | 'CURLOPT_XFERINFODATA', value: unknown): this
    /**
     * Called with the progress about once a second, and more often while data moves. Needs NOPROGRESS false.
     * @see CURLOPT_XFERINFOFUNCTION(3)
     * @since 7.32.0
     */
    setopt(option: 'XFERINFOFUNCTION' | 'CURLOPT_XFERINFOFUNCTION', value: EasyCallbacks['XFERINFOFUNCTION'] | null): this
    /**
     * The OAuth 2.0 token to log in with.
     * @see CURLOPT_XOAUTH2_BEARER(3)
     * @since 7.33.0
     */
    setopt(option: 'XOAUTH2_BEARER' | 'CURLOPT_XOAUTH2_BEARER', value: string | null): this
    /**
     * The socket of a CONNECT_ONLY handle, or CURL_SOCKET_BAD.
     * @see CURLINFO_ACTIVESOCKET(3)
     * @since 7.45.0
     */
    getinfo(info: 'ACTIVESOCKET' | 'CURLINFO_ACTIVESOCKET'): number
    /**
     * When TLS was established, in seconds from the start.
     * @see CURLINFO_APPCONNECT_TIME(3)
     * @since 7.19.0
     */
    getinfo(info: 'APPCONNECT_TIME' | 'CURLINFO_APPCONNECT_TIME'): number
    /**
     * When TLS was established, in microseconds from the start.
     * @see CURLINFO_APPCONNECT_TIME_T(3)
     * @since 7.61.0
     */
    getinfo(info: 'APPCONNECT_TIME_T' | 'CURLINFO_APPCONNECT_TIME_T'): number
    /**
     * The default file of CA certificates of this build.
     * @see CURLINFO_CAINFO(3)
     * @since 7.84.0
     */
    getinfo(info: 'CAINFO' | 'CURLINFO_CAINFO'): string | null
    /**
     * The default folder of CA certificates of this build.
     * @see CURLINFO_CAPATH(3)
     * @since 7.84.0
     */
    getinfo(info: 'CAPATH' | 'CURLINFO_CAPATH'): string | null
    /**
     * The server's chain of certificates, each as 'Name:value' lines. Needs the option CERTINFO.
     * @see CURLINFO_CERTINFO(3)
     * @since 7.19.1
     */
    getinfo(info: 'CERTINFO' | 'CURLINFO_CERTINFO'): string[][]
    /**
     * 1 if nothing was transferred because of TIMECONDITION, or of a 304.
     * @see CURLINFO_CONDITION_UNMET(3)
     * @since 7.19.4
     */
    getinfo(info: 'CONDITION_UNMET' | 'CURLINFO_CONDITION_UNMET'): 0 | 1
    /**
     * When the connection was established, in seconds from the start.
     * @see CURLINFO_CONNECT_TIME(3)
     * @since 7.4.1
     */
    getinfo(info: 'CONNECT_TIME' | 'CURLINFO_CONNECT_TIME'): number
    /**
     * When the connection was established, in microseconds from the start.
     * @see CURLINFO_CONNECT_TIME_T(3)
     * @since 7.61.0
     */
    getinfo(info: 'CONNECT_TIME_T' | 'CURLINFO_CONNECT_TIME_T'): number
    /**
     * The number of the last connection, unique in the Multi; -1 for none.
     * @see CURLINFO_CONN_ID(3)
     * @since 8.2.0
     */
    getinfo(info: 'CONN_ID' | 'CURLINFO_CONN_ID'): number
    /**
     * The size of the response in bytes that the server announced; -1 for unknown.
     * @see CURLINFO_CONTENT_LENGTH_DOWNLOAD(3)
     * @since 7.6.1
     * @deprecated since 7.55.0: use CONTENT_LENGTH_DOWNLOAD_T
     */
    getinfo(info: 'CONTENT_LENGTH_DOWNLOAD' | 'CURLINFO_CONTENT_LENGTH_DOWNLOAD'): number
    /**
     * The size of the response in bytes that the server announced; -1 for unknown.
     * @see CURLINFO_CONTENT_LENGTH_DOWNLOAD_T(3)
     * @since 7.55.0
     */
    getinfo(info: 'CONTENT_LENGTH_DOWNLOAD_T' | 'CURLINFO_CONTENT_LENGTH_DOWNLOAD_T'): number
    /**
     * The size of the upload in bytes; -1 for unknown.
     * @see CURLINFO_CONTENT_LENGTH_UPLOAD(3)
     * @since 7.6.1
     * @deprecated since 7.55.0: use CONTENT_LENGTH_UPLOAD_T
     */
    getinfo(info: 'CONTENT_LENGTH_UPLOAD' | 'CURLINFO_CONTENT_LENGTH_UPLOAD'): number
    /**
     * The size of the upload in bytes; -1 for unknown.
     * @see CURLINFO_CONTENT_LENGTH_UPLOAD_T(3)
     * @since 7.55.0
     */
    getinfo(info: 'CONTENT_LENGTH_UPLOAD_T' | 'CURLINFO_CONTENT_LENGTH_UPLOAD_T'): number
    /**
     * The Content-Type of the response.
     * @see CURLINFO_CONTENT_TYPE(3)
     * @since 7.9.4
     */
    getinfo(info: 'CONTENT_TYPE' | 'CURLINFO_CONTENT_TYPE'): string | null
    /**
     * All cookies of the engine, as Netscape lines.
     * @see CURLINFO_COOKIELIST(3)
     * @since 7.14.1
     */
    getinfo(info: 'COOKIELIST' | 'CURLINFO_COOKIELIST'): string[]
    /**
     * How many bytes were sent as TLS early data; negative if the server refused them.
     * @see CURLINFO_EARLYDATA_SENT_T(3)
     * @since 8.11.0
     */
    getinfo(info: 'EARLYDATA_SENT_T' | 'CURLINFO_EARLYDATA_SENT_T'): number
    /**
     * The method of the last request, after redirects.
     * @see CURLINFO_EFFECTIVE_METHOD(3)
     * @since 7.72.0
     */
    getinfo(info: 'EFFECTIVE_METHOD' | 'CURLINFO_EFFECTIVE_METHOD'): string | null
    /**
     * The URL of the last request, after redirects.
     * @see CURLINFO_EFFECTIVE_URL(3)
     * @since 7.4
     */
    getinfo(info: 'EFFECTIVE_URL' | 'CURLINFO_EFFECTIVE_URL'): string | null
    /**
     * When the remote file was changed, in seconds since 1970, -1 for unknown. Needs the option FILETIME.
     * @see CURLINFO_FILETIME(3)
     * @since 7.5
     */
    getinfo(info: 'FILETIME' | 'CURLINFO_FILETIME'): number
    /**
     * When the remote file was changed, in seconds since 1970, -1 for unknown. Needs the option FILETIME.
     * @see CURLINFO_FILETIME_T(3)
     * @since 7.59.0
     */
    getinfo(info: 'FILETIME_T' | 'CURLINFO_FILETIME_T'): number
    /**
     * The folder that the FTP session started in.
     * @see CURLINFO_FTP_ENTRY_PATH(3)
     * @since 7.15.4
     */
    getinfo(info: 'FTP_ENTRY_PATH' | 'CURLINFO_FTP_ENTRY_PATH'): string | null
    /**
     * How many bytes the response headers have, as HTTP/1 writes them.
     * @see CURLINFO_HEADER_SIZE(3)
     * @since 7.4.1
     */
    getinfo(info: 'HEADER_SIZE' | 'CURLINFO_HEADER_SIZE'): number
    /**
     * The methods of authentication that the server has offered.
     * Bits: CURLAUTH_NONE, CURLAUTH_BASIC, CURLAUTH_DIGEST, CURLAUTH_NEGOTIATE, CURLAUTH_GSSNEGOTIATE, CURLAUTH_GSSAPI,
     * CURLAUTH_NTLM, CURLAUTH_DIGEST_IE, CURLAUTH_NTLM_WB, CURLAUTH_BEARER, CURLAUTH_AWS_SIGV4, CURLAUTH_HTTPSIG,
     * CURLAUTH_ONLY, CURLAUTH_ANY, CURLAUTH_ANYSAFE.
     * @see CURLINFO_HTTPAUTH_AVAIL(3)
     * @since 7.10.8
     */
    getinfo(info: 'HTTPAUTH_AVAIL' | 'CURLINFO_HTTPAUTH_AVAIL'): number
    /**
     * The method of authentication that was used with the server.
     * Bits: CURLAUTH_NONE, CURLAUTH_BASIC, CURLAUTH_DIGEST, CURLAUTH_NEGOTIATE, CURLAUTH_GSSNEGOTIATE, CURLAUTH_GSSAPI,
     * CURLAUTH_NTLM, CURLAUTH_DIGEST_IE, CURLAUTH_NTLM_WB, CURLAUTH_BEARER, CURLAUTH_AWS_SIGV4, CURLAUTH_HTTPSIG,
     * CURLAUTH_ONLY, CURLAUTH_ANY, CURLAUTH_ANYSAFE.
     * @see CURLINFO_HTTPAUTH_USED(3)
     * @since 8.12.0
     */
    getinfo(info: 'HTTPAUTH_USED' | 'CURLINFO_HTTPAUTH_USED'): number
    /**
     * The old name of RESPONSE_CODE.
     * @see CURLINFO_RESPONSE_CODE(3)
     * @since 7.4.1
     * @deprecated since 7.10.8: use RESPONSE_CODE
     */
    getinfo(info: 'HTTP_CODE' | 'CURLINFO_HTTP_CODE'): number
    /**
     * The status of the proxy's response to CONNECT; 0 for none.
     * @see CURLINFO_HTTP_CONNECTCODE(3)
     * @since 7.10.7
     */
    getinfo(info: 'HTTP_CONNECTCODE' | 'CURLINFO_HTTP_CONNECTCODE'): number
    /**
     * The version of HTTP that was used; CURL_HTTP_VERSION_NONE if it is not known.
     * One of CURL_HTTP_VERSION_NONE, CURL_HTTP_VERSION_1_0, CURL_HTTP_VERSION_1_1, CURL_HTTP_VERSION_2_0,
     * CURL_HTTP_VERSION_2TLS, CURL_HTTP_VERSION_2_PRIOR_KNOWLEDGE, CURL_HTTP_VERSION_3, CURL_HTTP_VERSION_3ONLY,
     * CURL_HTTP_VERSION_2.
     * @see CURLINFO_HTTP_VERSION(3)
     * @since 7.50.0
     */
    getinfo(info: 'HTTP_VERSION' | 'CURLINFO_HTTP_VERSION'): CurlHttpVersion
    /**
     * The last socket; -1 if it is closed.
     * @see CURLINFO_LASTSOCKET(3)
     * @since 7.15.2
     * @deprecated since 7.45.0: use ACTIVESOCKET
     */
    getinfo(info: 'LASTSOCKET' | 'CURLINFO_LASTSOCKET'): number
    /**
     * The local address of the last connection.
     * @see CURLINFO_LOCAL_IP(3)
     * @since 7.21.0
     */
    getinfo(info: 'LOCAL_IP' | 'CURLINFO_LOCAL_IP'): string | null
    /**
     * The local port of the last connection.
     * @see CURLINFO_LOCAL_PORT(3)
     * @since 7.21.0
     */
    getinfo(info: 'LOCAL_PORT' | 'CURLINFO_LOCAL_PORT'): number
    /**
     * When the name was resolved, in seconds from the start.
     * @see CURLINFO_NAMELOOKUP_TIME(3)
     * @since 7.4.1
     */
    getinfo(info: 'NAMELOOKUP_TIME' | 'CURLINFO_NAMELOOKUP_TIME'): number
    /**
     * When the name was resolved, in microseconds from the start.
     * @see CURLINFO_NAMELOOKUP_TIME_T(3)
     * @since 7.61.0
     */
    getinfo(info: 'NAMELOOKUP_TIME_T' | 'CURLINFO_NAMELOOKUP_TIME_T'): number
    /**
     * How many connections the transfer opened; 0 if it reused one.
     * @see CURLINFO_NUM_CONNECTS(3)
     * @since 7.12.3
     */
    getinfo(info: 'NUM_CONNECTS' | 'CURLINFO_NUM_CONNECTS'): number
    /**
     * The errno of a failure to connect, send or receive; 0 for none.
     * @see CURLINFO_OS_ERRNO(3)
     * @since 7.12.2
     */
    getinfo(info: 'OS_ERRNO' | 'CURLINFO_OS_ERRNO'): number
    /**
     * When the last byte was sent, in microseconds from the start.
     * @see CURLINFO_POSTTRANSFER_TIME_T(3)
     * @since 8.10.0
     */
    getinfo(info: 'POSTTRANSFER_TIME_T' | 'CURLINFO_POSTTRANSFER_TIME_T'): number
    /**
     * When the transfer was about to begin, in seconds from the start.
     * @see CURLINFO_PRETRANSFER_TIME(3)
     * @since 7.4.1
     */
    getinfo(info: 'PRETRANSFER_TIME' | 'CURLINFO_PRETRANSFER_TIME'): number
    /**
     * When the transfer was about to begin, in microseconds from the start.
     * @see CURLINFO_PRETRANSFER_TIME_T(3)
     * @since 7.61.0
     */
    getinfo(info: 'PRETRANSFER_TIME_T' | 'CURLINFO_PRETRANSFER_TIME_T'): number
    /**
     * The remote address of the last connection.
     * @see CURLINFO_PRIMARY_IP(3)
     * @since 7.19.0
     */
    getinfo(info: 'PRIMARY_IP' | 'CURLINFO_PRIMARY_IP'): string | null
    /**
     * The remote port of the last connection.
     * @see CURLINFO_PRIMARY_PORT(3)
     * @since 7.21.0
     */
    getinfo(info: 'PRIMARY_PORT' | 'CURLINFO_PRIMARY_PORT'): number
    /**
     * The value of the option PRIVATE.
     * @see CURLINFO_PRIVATE(3)
     * @since 7.10.3
     */
    getinfo(info: 'PRIVATE' | 'CURLINFO_PRIVATE'): unknown
    /**
     * Which protocol was used.
     * Bits: CURLPROTO_*.
     * @see CURLINFO_PROTOCOL(3)
     * @since 7.52.0
     * @deprecated since 7.85.0: use SCHEME
     */
    getinfo(info: 'PROTOCOL' | 'CURLINFO_PROTOCOL'): number
    /**
     * The methods of authentication that the proxy has offered.
     * Bits: CURLAUTH_NONE, CURLAUTH_BASIC, CURLAUTH_DIGEST, CURLAUTH_NEGOTIATE, CURLAUTH_GSSNEGOTIATE, CURLAUTH_GSSAPI,
     * CURLAUTH_NTLM, CURLAUTH_DIGEST_IE, CURLAUTH_NTLM_WB, CURLAUTH_BEARER, CURLAUTH_AWS_SIGV4, CURLAUTH_HTTPSIG,
     * CURLAUTH_ONLY, CURLAUTH_ANY, CURLAUTH_ANYSAFE.
     * @see CURLINFO_PROXYAUTH_AVAIL(3)
     * @since 7.10.8
     */
    getinfo(info: 'PROXYAUTH_AVAIL' | 'CURLINFO_PROXYAUTH_AVAIL'): number
    /**
     * The method of authentication that was used with the proxy.
     * Bits: CURLAUTH_NONE, CURLAUTH_BASIC, CURLAUTH_DIGEST, CURLAUTH_NEGOTIATE, CURLAUTH_GSSNEGOTIATE, CURLAUTH_GSSAPI,
     * CURLAUTH_NTLM, CURLAUTH_DIGEST_IE, CURLAUTH_NTLM_WB, CURLAUTH_BEARER, CURLAUTH_AWS_SIGV4, CURLAUTH_HTTPSIG,
     * CURLAUTH_ONLY, CURLAUTH_ANY, CURLAUTH_ANYSAFE.
     * @see CURLINFO_PROXYAUTH_USED(3)
     * @since 8.12.0
     */
    getinfo(info: 'PROXYAUTH_USED' | 'CURLINFO_PROXYAUTH_USED'): number
    /**
     * Why the SOCKS proxy failed.
     * One of CURLPX_*.
     * @see CURLINFO_PROXY_ERROR(3)
     * @since 7.73.0
     */
    getinfo(info: 'PROXY_ERROR' | 'CURLINFO_PROXY_ERROR'): CurlProxyError
    /**
     * OpenSSL's result for the HTTPS proxy's certificate: 0 if it was verified.
     * @see CURLINFO_PROXY_SSL_VERIFYRESULT(3)
     * @since 7.52.0
     */
    getinfo(info: 'PROXY_SSL_VERIFYRESULT' | 'CURLINFO_PROXY_SSL_VERIFYRESULT'): number
    /**
     * How long the transfer had to wait for its turn, in microseconds.
     * @see CURLINFO_QUEUE_TIME_T(3)
     * @since 8.6.0
     */
    getinfo(info: 'QUEUE_TIME_T' | 'CURLINFO_QUEUE_TIME_T'): number
    /**
     * How many redirects were followed.
     * @see CURLINFO_REDIRECT_COUNT(3)
     * @since 7.9.7
     */
    getinfo(info: 'REDIRECT_COUNT' | 'CURLINFO_REDIRECT_COUNT'): number
    /**
     * How long all redirects took, in seconds.
     * @see CURLINFO_REDIRECT_TIME(3)
     * @since 7.9.7
     */
    getinfo(info: 'REDIRECT_TIME' | 'CURLINFO_REDIRECT_TIME'): number
    /**
     * How long all redirects took, in microseconds.
     * @see CURLINFO_REDIRECT_TIME_T(3)
     * @since 7.61.0
     */
    getinfo(info: 'REDIRECT_TIME_T' | 'CURLINFO_REDIRECT_TIME_T'): number
    /**
     * The URL of a redirect that was not followed.
     * @see CURLINFO_REDIRECT_URL(3)
     * @since 7.18.2
     */
    getinfo(info: 'REDIRECT_URL' | 'CURLINFO_REDIRECT_URL'): string | null
    /**
     * The Referer header that was sent.
     * @see CURLINFO_REFERER(3)
     * @since 7.76.0
     */
    getinfo(info: 'REFERER' | 'CURLINFO_REFERER'): string | null
    /**
     * How many bytes the HTTP requests have, including those before redirects.
     * @see CURLINFO_REQUEST_SIZE(3)
     * @since 7.4.1
     */
    getinfo(info: 'REQUEST_SIZE' | 'CURLINFO_REQUEST_SIZE'): number
    /**
     * The status of the last response, with HTTP, FTP and the like; 0 for none.
     * @see CURLINFO_RESPONSE_CODE(3)
     * @since 7.10.8
     */
    getinfo(info: 'RESPONSE_CODE' | 'CURLINFO_RESPONSE_CODE'): number
    /**
     * How many seconds the server asks to wait, by Retry-After; 0 for none.
     * @see CURLINFO_RETRY_AFTER(3)
     * @since 7.66.0
     */
    getinfo(info: 'RETRY_AFTER' | 'CURLINFO_RETRY_AFTER'): number
    /**
     * The CSeq of the next RTSP request.
     * @see CURLINFO_RTSP_CLIENT_CSEQ(3)
     * @since 7.20.0
     */
    getinfo(info: 'RTSP_CLIENT_CSEQ' | 'CURLINFO_RTSP_CLIENT_CSEQ'): number
    /**
     * The CSeq that was received last.
     * @see CURLINFO_RTSP_CSEQ_RECV(3)
     * @since 7.20.0
     */
    getinfo(info: 'RTSP_CSEQ_RECV' | 'CURLINFO_RTSP_CSEQ_RECV'): number
    /**
     * The CSeq of the RTSP server's next request.
     * @see CURLINFO_RTSP_SERVER_CSEQ(3)
     * @since 7.20.0
     */
    getinfo(info: 'RTSP_SERVER_CSEQ' | 'CURLINFO_RTSP_SERVER_CSEQ'): number
    /**
     * The last RTSP session.
     * @see CURLINFO_RTSP_SESSION_ID(3)
     * @since 7.20.0
     */
    getinfo(info: 'RTSP_SESSION_ID' | 'CURLINFO_RTSP_SESSION_ID'): string | null
    /**
     * The scheme of the last URL, in upper or lower case.
     * @see CURLINFO_SCHEME(3)
     * @since 7.52.0
     */
    getinfo(info: 'SCHEME' | 'CURLINFO_SCHEME'): string | null
    /**
     * How many bytes WRITEFUNCTION got, after decoding.
     * @see CURLINFO_SIZE_DELIVERED(3)
     * @since 8.20.0
     */
    getinfo(info: 'SIZE_DELIVERED' | 'CURLINFO_SIZE_DELIVERED'): number
    /**
     * How many bytes of the body were received, before decoding.
     * @see CURLINFO_SIZE_DOWNLOAD(3)
     * @since 7.4.1
     * @deprecated since 7.55.0: use SIZE_DOWNLOAD_T
     */
    getinfo(info: 'SIZE_DOWNLOAD' | 'CURLINFO_SIZE_DOWNLOAD'): number
    /**
     * How many bytes of the body were received, before decoding.
     * @see CURLINFO_SIZE_DOWNLOAD_T(3)
     * @since 7.55.0
     */
    getinfo(info: 'SIZE_DOWNLOAD_T' | 'CURLINFO_SIZE_DOWNLOAD_T'): number
    /**
     * How many bytes of the body were sent.
     * @see CURLINFO_SIZE_UPLOAD(3)
     * @since 7.4.1
     * @deprecated since 7.55.0: use SIZE_UPLOAD_T
     */
    getinfo(info: 'SIZE_UPLOAD' | 'CURLINFO_SIZE_UPLOAD'): number
    /**
     * How many bytes of the body were sent.
     * @see CURLINFO_SIZE_UPLOAD_T(3)
     * @since 7.55.0
     */
    getinfo(info: 'SIZE_UPLOAD_T' | 'CURLINFO_SIZE_UPLOAD_T'): number
    /**
     * The average speed of the download, in bytes per second.
     * @see CURLINFO_SPEED_DOWNLOAD(3)
     * @since 7.4.1
     * @deprecated since 7.55.0: use SPEED_DOWNLOAD_T
     */
    getinfo(info: 'SPEED_DOWNLOAD' | 'CURLINFO_SPEED_DOWNLOAD'): number
    /**
     * The average speed of the download, in bytes per second.
     * @see CURLINFO_SPEED_DOWNLOAD_T(3)
     * @since 7.55.0
     */
    getinfo(info: 'SPEED_DOWNLOAD_T' | 'CURLINFO_SPEED_DOWNLOAD_T'): number
    /**
     * The average speed of the upload, in bytes per second.
     * @see CURLINFO_SPEED_UPLOAD(3)
     * @since 7.4.1
     * @deprecated since 7.55.0: use SPEED_UPLOAD_T
     */
    getinfo(info: 'SPEED_UPLOAD' | 'CURLINFO_SPEED_UPLOAD'): number
    /**
     * The average speed of the upload, in bytes per second.
     * @see CURLINFO_SPEED_UPLOAD_T(3)
     * @since 7.55.0
     */
    getinfo(info: 'SPEED_UPLOAD_T' | 'CURLINFO_SPEED_UPLOAD_T'): number
    /**
     * The OpenSSL engines of this build.
     * @see CURLINFO_SSL_ENGINES(3)
     * @since 7.12.3
     */
    getinfo(info: 'SSL_ENGINES' | 'CURLINFO_SSL_ENGINES'): string[]
    /**
     * OpenSSL's result for the server's certificate: 0 if it was verified.
     * @see CURLINFO_SSL_VERIFYRESULT(3)
     * @since 7.5
     */
    getinfo(info: 'SSL_VERIFYRESULT' | 'CURLINFO_SSL_VERIFYRESULT'): number
    /**
     * When the first byte of the response was received, in seconds from the start.
     * @see CURLINFO_STARTTRANSFER_TIME(3)
     * @since 7.9.2
     */
    getinfo(info: 'STARTTRANSFER_TIME' | 'CURLINFO_STARTTRANSFER_TIME'): number
    /**
     * When the first byte of the response was received, in microseconds from the start.
     * @see CURLINFO_STARTTRANSFER_TIME_T(3)
     * @since 7.61.0
     */
    getinfo(info: 'STARTTRANSFER_TIME_T' | 'CURLINFO_STARTTRANSFER_TIME_T'): number
    /**
     * Not available: it is a pointer, which has no meaning outside of the module.
     * @see CURLINFO_TLS_SESSION(3)
     * @since 7.34.0
     * @deprecated since 7.48.0: use TLS_SSL_PTR
     */
    getinfo(info: 'TLS_SESSION' | 'CURLINFO_TLS_SESSION'): never
    /**
     * Not available: it is a pointer, which has no meaning outside of the module.
     * @see CURLINFO_TLS_SSL_PTR(3)
     * @since 7.48.0
     */
    getinfo(info: 'TLS_SSL_PTR' | 'CURLINFO_TLS_SSL_PTR'): never
    /**
     * How long the transfer took, in seconds.
     * @see CURLINFO_TOTAL_TIME(3)
     * @since 7.4.1
     */
    getinfo(info: 'TOTAL_TIME' | 'CURLINFO_TOTAL_TIME'): number
    /**
     * How long the transfer took, in microseconds.
     * @see CURLINFO_TOTAL_TIME_T(3)
     * @since 7.61.0
     */
    getinfo(info: 'TOTAL_TIME_T' | 'CURLINFO_TOTAL_TIME_T'): number
    /**
     * 1 if the transfer used a proxy.
     * @see CURLINFO_USED_PROXY(3)
     * @since 8.7.0
     */
    getinfo(info: 'USED_PROXY' | 'CURLINFO_USED_PROXY'): 0 | 1
    /**
     * The number of the last transfer, unique in the Multi; -1 for none.
     * @see CURLINFO_XFER_ID(3)
     * @since 8.2.0
     */
    getinfo(info: 'XFER_ID' | 'CURLINFO_XFER_ID'): number
  }
}

declare module './multi.js' {
  interface Multi {
    /**
     * Has no effect any more: libcurl has removed HTTP/1.1 pipelining.
     * @see CURLMOPT_CHUNK_LENGTH_PENALTY_SIZE(3)
     * @since 7.30.0
     */
    setopt(option: 'CHUNK_LENGTH_PENALTY_SIZE' | 'CURLMOPT_CHUNK_LENGTH_PENALTY_SIZE', value: number | bigint): this
    /**
     * Has no effect any more: libcurl has removed HTTP/1.1 pipelining.
     * @see CURLMOPT_CONTENT_LENGTH_PENALTY_SIZE(3)
     * @since 7.30.0
     */
    setopt(option: 'CONTENT_LENGTH_PENALTY_SIZE' | 'CURLMOPT_CONTENT_LENGTH_PENALTY_SIZE', value: number | bigint): this
    /**
     * How many connections are kept for reuse. By default twice as many as there are handles.
     * @see CURLMOPT_MAXCONNECTS(3)
     * @since 7.16.3
     */
    setopt(option: 'MAXCONNECTS' | 'CURLMOPT_MAXCONNECTS', value: number): this
    /**
     * How many streams an HTTP/2 connection may have at the same time; 100 by default.
     * @see CURLMOPT_MAX_CONCURRENT_STREAMS(3)
     * @since 7.67.0
     */
    setopt(option: 'MAX_CONCURRENT_STREAMS' | 'CURLMOPT_MAX_CONCURRENT_STREAMS', value: number): this
    /**
     * How many connections there may be to one host and port; 0, the default, for no limit.
     * @see CURLMOPT_MAX_HOST_CONNECTIONS(3)
     * @since 7.30.0
     */
    setopt(option: 'MAX_HOST_CONNECTIONS' | 'CURLMOPT_MAX_HOST_CONNECTIONS', value: number): this
    /**
     * Has no effect any more: libcurl has removed HTTP/1.1 pipelining.
     * @see CURLMOPT_MAX_PIPELINE_LENGTH(3)
     * @since 7.30.0
     */
    setopt(option: 'MAX_PIPELINE_LENGTH' | 'CURLMOPT_MAX_PIPELINE_LENGTH', value: number): this
    /**
     * How many connections there may be at the same time; 0, the default, for no limit.
     * @see CURLMOPT_MAX_TOTAL_CONNECTIONS(3)
     * @since 7.30.0
     */
    setopt(option: 'MAX_TOTAL_CONNECTIONS' | 'CURLMOPT_MAX_TOTAL_CONNECTIONS', value: number): this
    /**
     * Says that the network has changed, and what to forget because of that.
     * Bits: CURLMNWC_CLEAR_ALL, CURLMNWC_CLEAR_CONNS, CURLMNWC_CLEAR_DNS.
     * @see CURLMOPT_NETWORK_CHANGED(3)
     * @since 8.16.0
     */
    setopt(option: 'NETWORK_CHANGED' | 'CURLMOPT_NETWORK_CHANGED', value: number): this
    /**
     * Passed to NOTIFYFUNCTION.
     * @see CURLMOPT_NOTIFYDATA(3)
     * @since 8.17.0
     */
    setopt(option: 'NOTIFYDATA' | 'CURLMOPT_NOTIFYDATA', value: unknown): this
    /**
     * Called for the notifications that notifyEnable() has switched on.
     * @see CURLMOPT_NOTIFYFUNCTION(3)
     * @since 8.17.0
     */
    setopt(option: 'NOTIFYFUNCTION' | 'CURLMOPT_NOTIFYFUNCTION', value: MultiCallbacks['NOTIFYFUNCTION'] | null): this
    /**
     * Whether transfers to one host share a connection, with HTTP/2; on by default.
     * Bits: CURLPIPE_NOTHING, CURLPIPE_HTTP1, CURLPIPE_MULTIPLEX.
     * @see CURLMOPT_PIPELINING(3)
     * @since 7.16.0
     */
    setopt(option: 'PIPELINING' | 'CURLMOPT_PIPELINING', value: number): this
    /**
     * Has no effect any more: libcurl has removed HTTP/1.1 pipelining.
     * @see CURLMOPT_PIPELINING_SERVER_BL(3)
     * @since 7.30.0
     */
    setopt(option: 'PIPELINING_SERVER_BL' | 'CURLMOPT_PIPELINING_SERVER_BL', value: null): this
    /**
     * Has no effect any more: libcurl has removed HTTP/1.1 pipelining.
     * @see CURLMOPT_PIPELINING_SITE_BL(3)
     * @since 7.30.0
     */
    setopt(option: 'PIPELINING_SITE_BL' | 'CURLMOPT_PIPELINING_SITE_BL', value: null): this
    /**
     * Passed to PUSHFUNCTION.
     * @see CURLMOPT_PUSHDATA(3)
     * @since 7.44.0
     */
    setopt(option: 'PUSHDATA' | 'CURLMOPT_PUSHDATA', value: unknown): this
    /**
     * Called to decide whether to accept a stream that an HTTP/2 server pushes.
     * @see CURLMOPT_PUSHFUNCTION(3)
     * @since 7.44.0
     */
    setopt(option: 'PUSHFUNCTION' | 'CURLMOPT_PUSHFUNCTION', value: MultiCallbacks['PUSHFUNCTION'] | null): this
    /**
     * Skips the cleanup after a timeout, for a process that is about to exit.
     * @see CURLMOPT_QUICK_EXIT(3)
     * @since 8.20.0
     */
    setopt(option: 'QUICK_EXIT' | 'CURLMOPT_QUICK_EXIT', value: OnOff): this
    /**
     * Has no effect in this package, which resolves names without threads.
     * @see CURLMOPT_RESOLVE_THREADS_MAX(3)
     * @since 8.20.0
     */
    setopt(option: 'RESOLVE_THREADS_MAX' | 'CURLMOPT_RESOLVE_THREADS_MAX', value: number): this
    /**
     * Passed to SOCKETFUNCTION.
     * @see CURLMOPT_SOCKETDATA(3)
     * @since 7.15.4
     */
    setopt(option: 'SOCKETDATA' | 'CURLMOPT_SOCKETDATA', value: unknown): this
    /**
     * Called with the sockets to watch, for an event loop of your own.
     * @see CURLMOPT_SOCKETFUNCTION(3)
     * @since 7.15.4
     */
    setopt(option: 'SOCKETFUNCTION' | 'CURLMOPT_SOCKETFUNCTION', value: MultiCallbacks['SOCKETFUNCTION'] | null): this
    /**
     * Passed to TIMERFUNCTION.
     * @see CURLMOPT_TIMERDATA(3)
     * @since 7.16.0
     */
    setopt(option: 'TIMERDATA' | 'CURLMOPT_TIMERDATA', value: unknown): this
    /**
     * Called with the time at which to call socketAction(), for an event loop of your own.
     * @see CURLMOPT_TIMERFUNCTION(3)
     * @since 7.16.0
     */
    setopt(option: 'TIMERFUNCTION' | 'CURLMOPT_TIMERFUNCTION', value: MultiCallbacks['TIMERFUNCTION'] | null): this
    /**
     * How many handles have been added so far.
     * @see CURLMINFO_XFERS_ADDED(3)
     * @since 8.16.0
     */
    getOffT(info: 'XFERS_ADDED' | 'CURLMINFO_XFERS_ADDED'): number
    /**
     * How many handles the Multi has now.
     * @see CURLMINFO_XFERS_CURRENT(3)
     * @since 8.16.0
     */
    getOffT(info: 'XFERS_CURRENT' | 'CURLMINFO_XFERS_CURRENT'): number
    /**
     * How many transfers have ended with a result that was not read yet.
     * @see CURLMINFO_XFERS_DONE(3)
     * @since 8.16.0
     */
    getOffT(info: 'XFERS_DONE' | 'CURLMINFO_XFERS_DONE'): number
    /**
     * How many transfers wait for a connection.
     * @see CURLMINFO_XFERS_PENDING(3)
     * @since 8.16.0
     */
    getOffT(info: 'XFERS_PENDING' | 'CURLMINFO_XFERS_PENDING'): number
    /**
     * How many transfers are running.
     * @see CURLMINFO_XFERS_RUNNING(3)
     * @since 8.16.0
     */
    getOffT(info: 'XFERS_RUNNING' | 'CURLMINFO_XFERS_RUNNING'): number
  }
}

declare module './share.js' {
  interface Share {
    /**
     * Not available: the module has only one thread, so locks are not needed.
     * @see CURLSHOPT_LOCKFUNC(3)
     * @since 7.10.3
     */
    setopt(option: 'LOCKFUNC' | 'CURLSHOPT_LOCKFUNC', value: never): this
    /**
     * Shares one kind of data.
     * One of CURL_LOCK_DATA_COOKIE, CURL_LOCK_DATA_DNS, CURL_LOCK_DATA_SSL_SESSION, CURL_LOCK_DATA_CONNECT,
     * CURL_LOCK_DATA_PSL, CURL_LOCK_DATA_HSTS.
     * @see CURLSHOPT_SHARE(3)
     * @since 7.10.3
     */
    setopt(option: 'SHARE' | 'CURLSHOPT_SHARE', value: CurlLockData): this
    /**
     * Not available: the module has only one thread, so locks are not needed.
     * @see CURLSHOPT_UNLOCKFUNC(3)
     * @since 7.10.3
     */
    setopt(option: 'UNLOCKFUNC' | 'CURLSHOPT_UNLOCKFUNC', value: never): this
    /**
     * Stops sharing one kind of data.
     * One of CURL_LOCK_DATA_COOKIE, CURL_LOCK_DATA_DNS, CURL_LOCK_DATA_SSL_SESSION, CURL_LOCK_DATA_CONNECT,
     * CURL_LOCK_DATA_PSL, CURL_LOCK_DATA_HSTS.
     * @see CURLSHOPT_UNSHARE(3)
     * @since 7.10.3
     */
    setopt(option: 'UNSHARE' | 'CURLSHOPT_UNSHARE', value: CurlLockData): this
    /**
     * Not available: it is only for the lock functions.
     * @see CURLSHOPT_USERDATA(3)
     * @since 7.10.3
     */
    setopt(option: 'USERDATA' | 'CURLSHOPT_USERDATA', value: never): this
  }
}
