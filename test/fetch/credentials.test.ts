// Credentials and redirects: credentials for one origin are sent to no other, by whichever option they are given.
import { init, optionNames, Session, type CurlInit } from 'libcurl-wasm'
import { afterAll, beforeEach, describe, expect, test } from 'vitest'
import type { TLSSocket } from 'node:tls'
import { ORIGIN_OPTIONS } from '../../ts/fetch/origin-options.js'
import { certificates } from '../servers/certificates.js'
import { bodyOf, httpServer, httpsServer } from '../servers/listening.js'
import { ours } from './outcome.js'

/** The options that also apply after a redirect to another origin, because they do not identify the caller. */
const FOR_EVERY_ORIGIN = `
  ABSTRACT_UNIX_SOCKET ACCEPTTIMEOUT_MS ACCEPT_ENCODING ADDRESS_SCOPE ALTSVC ALTSVC_CTRL APPEND AUTOREFERER
  BUFFERSIZE CAINFO CAINFO_BLOB CAPATH CA_CACHE_TIMEOUT CERTINFO CHUNK_BGN_FUNCTION CHUNK_DATA CHUNK_END_FUNCTION
  CLOSESOCKETDATA CLOSESOCKETFUNCTION CONNECTTIMEOUT CONNECTTIMEOUT_MS CONNECT_ONLY CONNECT_TO
  CONV_FROM_NETWORK_FUNCTION CONV_FROM_UTF8_FUNCTION CONV_TO_NETWORK_FUNCTION COOKIEFILE COOKIEJAR COOKIESESSION
  COPYPOSTFIELDS CRLF CRLFILE CURLU CUSTOMREQUEST DEBUGDATA DEBUGFUNCTION DEFAULT_PROTOCOL DIRLISTONLY
  DISALLOW_USERNAME_IN_URL DNS_CACHE_TIMEOUT DNS_INTERFACE DNS_LOCAL_IP4 DNS_LOCAL_IP6 DNS_SERVERS
  DNS_SHUFFLE_ADDRESSES DNS_USE_GLOBAL_CACHE DOH_SSL_VERIFYHOST DOH_SSL_VERIFYPEER DOH_SSL_VERIFYSTATUS DOH_URL ECH
  EGDSOCKET ENCODING ERRORBUFFER EXPECT_100_TIMEOUT_MS FAILONERROR FILE FILETIME FNMATCH_DATA FNMATCH_FUNCTION
  FOLLOWLOCATION FORBID_REUSE FRESH_CONNECT FTPAPPEND FTPLISTONLY FTPPORT FTPSSLAUTH FTP_ALTERNATIVE_TO_USER
  FTP_CREATE_MISSING_DIRS FTP_FILEMETHOD FTP_RESPONSE_TIMEOUT FTP_SKIP_PASV_IP FTP_SSL FTP_SSL_CCC FTP_USE_EPRT
  FTP_USE_EPSV FTP_USE_PRET HAPPY_EYEBALLS_TIMEOUT_MS HEADER HEADERDATA HEADERFUNCTION HEADEROPT HSTS HSTSREADDATA
  HSTSREADFUNCTION HSTSWRITEDATA HSTSWRITEFUNCTION HSTS_CTRL HTTP09_ALLOWED HTTP200ALIASES HTTPGET HTTPHEADER
  HTTPPOST HTTPPROXYTUNNEL HTTP_CONTENT_DECODING HTTP_TRANSFER_DECODING HTTP_VERSION IGNORE_CONTENT_LENGTH INFILE
  INFILESIZE INFILESIZE_LARGE INTERFACE INTERLEAVEDATA INTERLEAVEFUNCTION IOCTLDATA IOCTLFUNCTION IPRESOLVE
  ISSUERCERT ISSUERCERT_BLOB KEEP_SENDING_ON_ERROR KRB4LEVEL KRBLEVEL LOCALPORT LOCALPORTRANGE LOW_SPEED_LIMIT
  LOW_SPEED_TIME MAIL_FROM MAIL_RCPT MAIL_RCPT_ALLLOWFAILS MAIL_RCPT_ALLOWFAILS MAXAGE_CONN MAXCONNECTS MAXFILESIZE
  MAXFILESIZE_LARGE MAXLIFETIME_CONN MAXREDIRS MAX_RECV_SPEED_LARGE MAX_SEND_SPEED_LARGE MIMEPOST MIME_OPTIONS
  NETRC NETRC_FILE NEW_DIRECTORY_PERMS NEW_FILE_PERMS NOBODY NOPROGRESS NOPROXY NOSIGNAL OPENSOCKETDATA
  OPENSOCKETFUNCTION PATH_AS_IS PINNEDPUBLICKEY PIPEWAIT PORT POST POST301 POSTFIELDS POSTFIELDSIZE
  POSTFIELDSIZE_LARGE POSTQUOTE POSTREDIR PREQUOTE PREREQDATA PREREQFUNCTION PRE_PROXY PRIVATE PROGRESSDATA
  PROGRESSFUNCTION PROTOCOLS PROTOCOLS_STR PROXY PROXYAUTH PROXYHEADER PROXYPASSWORD PROXYPORT PROXYTYPE
  PROXYUSERNAME PROXYUSERPWD PROXY_CAINFO PROXY_CAINFO_BLOB PROXY_CAPATH PROXY_CRLFILE PROXY_ISSUERCERT
  PROXY_ISSUERCERT_BLOB PROXY_KEYPASSWD PROXY_PINNEDPUBLICKEY PROXY_SERVICE_NAME PROXY_SSLCERT PROXY_SSLCERTTYPE
  PROXY_SSLCERT_BLOB PROXY_SSLKEY PROXY_SSLKEYTYPE PROXY_SSLKEY_BLOB PROXY_SSLVERSION PROXY_SSL_CIPHER_LIST
  PROXY_SSL_OPTIONS PROXY_SSL_VERIFYHOST PROXY_SSL_VERIFYPEER PROXY_TLS13_CIPHERS PROXY_TLSAUTH_PASSWORD
  PROXY_TLSAUTH_TYPE PROXY_TLSAUTH_USERNAME PROXY_TRANSFER_MODE PUT QUICK_EXIT QUOTE RANDOM_FILE RANGE READDATA
  READFUNCTION REDIR_PROTOCOLS REDIR_PROTOCOLS_STR REFERER REQUEST_TARGET RESOLVE RESOLVER_START_DATA
  RESOLVER_START_FUNCTION RESUME_FROM RESUME_FROM_LARGE RTSPHEADER RTSP_CLIENT_CSEQ RTSP_REQUEST RTSP_SERVER_CSEQ
  RTSP_SESSION_ID RTSP_STREAM_URI RTSP_TRANSPORT SEEKDATA SEEKFUNCTION SERVER_RESPONSE_TIMEOUT
  SERVER_RESPONSE_TIMEOUT_MS SERVICE_NAME SHARE SOCKOPTDATA SOCKOPTFUNCTION SOCKS5_AUTH SOCKS5_GSSAPI_NEC
  SOCKS5_GSSAPI_SERVICE SSH_AUTH_TYPES SSH_COMPRESSION SSH_HOSTKEYDATA SSH_HOSTKEYFUNCTION SSH_HOST_PUBLIC_KEY_MD5
  SSH_HOST_PUBLIC_KEY_SHA256 SSH_KNOWNHOSTS SSLVERSION SSL_CIPHER_LIST SSL_EC_CURVES SSL_ENABLE_ALPN SSL_ENABLE_NPN
  SSL_FALSESTART SSL_OPTIONS SSL_SESSIONID_CACHE SSL_SIGNATURE_ALGORITHMS SSL_VERIFYHOST SSL_VERIFYPEER
  SSL_VERIFYSTATUS STDERR STREAM_DEPENDS STREAM_DEPENDS_E STREAM_WEIGHT SUPPRESS_CONNECT_HEADERS TCP_FASTOPEN
  TCP_KEEPALIVE TCP_KEEPCNT TCP_KEEPIDLE TCP_KEEPINTVL TCP_NODELAY TELNETOPTIONS TFTP_BLKSIZE TFTP_NO_OPTIONS
  TIMECONDITION TIMEOUT TIMEOUT_MS TIMEVALUE TIMEVALUE_LARGE TLS13_CIPHERS TRAILERDATA TRAILERFUNCTION TRANSFERTEXT
  TRANSFER_ENCODING UNIX_SOCKET_PATH UNRESTRICTED_AUTH UPKEEP_INTERVAL_MS UPLOAD UPLOAD_BUFFERSIZE UPLOAD_FLAGS URL
  USERAGENT USE_SSL VERBOSE WILDCARDMATCH WRITEDATA WRITEFUNCTION WRITEHEADER WS_OPTIONS XFERINFODATA
  XFERINFOFUNCTION
`
  .trim()
  .split(/\s+/)

test('each option of libcurl is either for one origin or for all', async () => {
  await init()
  expect([...FOR_EVERY_ORIGIN, ...ORIGIN_OPTIONS].sort()).toEqual(optionNames().sort())
})

/** The requests that the servers received: `METHOD path` and the interesting headers. */
let seen: { where: string; headers: Record<string, unknown> }[] = []
const { ca, client, good } = certificates()
beforeEach(() => {
  seen = []
})

/** /to?location=... redirects with ?status=, and every other path has a response. */
const serve = (scheme: 'http' | 'https', name: string) => {
  const make = scheme === 'http' ? httpServer : httpsServer
  return make(
    async (request, response) => {
      await bodyOf(request)
      const { pathname, searchParams } = new URL(request.url!, 'http://host')
      const socket = request.socket as TLSSocket
      const peer = scheme === 'https' ? (socket.getPeerCertificate() as { subject?: { CN: string } }) : null
      const { headers } = request
      seen.push({ where: `${name} ${request.method} ${pathname}`, headers: { ...headers, client: peer?.subject?.CN } })
      const location = searchParams.get('location')
      if (location) response.writeHead(Number(searchParams.get('status') ?? 302), { location })
      response.end('there')
    },
    // asks for a client certificate, and accepts any
    scheme === 'https' ? ({ ...good, ca: ca.cert, requestCert: true, rejectUnauthorized: false } as never) : undefined,
  )
}
const [first, second, firstTls, secondTls] = await Promise.all([
  serve('http', 'first'),
  serve('http', 'second'),
  serve('https', 'first'),
  serve('https', 'second'),
])
afterAll(() => Promise.all([first, second, firstTls, secondTls].map((each) => each.close())))

const via = (from: { url: string }, ...hops: string[]): string => {
  const [next, ...rest] = hops
  if (next === undefined) return `${from.url}/end`
  const location = rest.length > 0 ? via({ url: next }, ...rest) : `${next}/end`
  return `${from.url}/to?location=${encodeURIComponent(location)}`
}
const here = via(first, first.url)
const elsewhere = via(first, second.url)
const there = (name: string): Record<string, unknown> =>
  seen.find(({ where }) => where === `${name} GET /end`)?.headers ?? {}

const AUTHORIZING: Record<string, NonNullable<CurlInit['options']>> = {
  USERPWD: { USERPWD: 'user:password' },
  'USERNAME and PASSWORD': { USERNAME: 'user', PASSWORD: 'password' },
  XOAUTH2_BEARER: { XOAUTH2_BEARER: 'token', HTTPAUTH: 1 << 6 },
  AWS_SIGV4: { AWS_SIGV4: 'aws:amz:eu-west-1:s3', USERPWD: 'key:secret' },
  'a name with CURLOPT_': { CURLOPT_USERPWD: 'user:password' },
}

describe.each(Object.entries(AUTHORIZING))('%s', (_name, options) => {
  test('is sent to the origin of the first URL, and to no other', async () => {
    await ours(here, { curl: { options } })
    expect(there('first').authorization).toMatch(/^(Basic|Bearer|AWS4)/)
    await ours(elsewhere, { curl: { options } })
    const last = seen.at(-1)!
    expect(last.where).toBe('second GET /end')
    expect(last.headers.authorization).toBeUndefined()
    expect(Object.keys(last.headers).filter((name) => name.startsWith('x-amz'))).toEqual([])
  })

  test('is sent everywhere with UNRESTRICTED_AUTH', async () => {
    await ours(elsewhere, { curl: { options: { ...options, UNRESTRICTED_AUTH: true } } })
    expect(there('second').authorization).toMatch(/^(Basic|Bearer|AWS4)/)
  })

  test('of a session, too', async () => {
    await using session = new Session({ options })
    await session.fetch(here)
    expect(there('first').authorization).toMatch(/^(Basic|Bearer|AWS4)/)
    await session.fetch(elsewhere)
    expect(there('second').authorization).toBeUndefined()
    await session.fetch(here)
    expect(seen.at(-1)!.headers.authorization).toMatch(/^(Basic|Bearer|AWS4)/)
  })
})

test('COOKIE and COOKIELIST are only sent to the first origin', async () => {
  for (const options of [{ COOKIE: 'sid=secret' }, { COOKIELIST: 'Set-Cookie: sid=secret' }]) {
    seen = []
    await ours(elsewhere, { curl: { options } })
    expect(seen.map(({ headers }) => headers.cookie)).toEqual(['sid=secret', undefined])
  }
})

test('they are sent again when a redirect leads back', async () => {
  await ours(via(first, second.url, first.url), { curl: { options: { USERPWD: 'user:password' } } })
  expect(seen.map(({ headers }) => headers.authorization !== undefined)).toEqual([true, false, true])
})

test('the same host with another scheme or port is another origin', async () => {
  const options = { USERPWD: 'user:password', CAINFO_BLOB: Buffer.from(ca.cert) }
  await ours(via(first, firstTls.url), { curl: { options } })
  await ours(via(firstTls, secondTls.url), { curl: { options } })
  expect(seen.map(({ headers }) => headers.authorization !== undefined)).toEqual([true, false, true, false])
})

test('headers with credentials are sent with UNRESTRICTED_AUTH, but Host never is', async () => {
  const headers = { Authorization: 'Bearer mine', Cookie: 'a=b', Host: 'virtual.example' }
  await ours(elsewhere, { headers, curl: { options: { UNRESTRICTED_AUTH: true } } })
  expect(there('second')).toMatchObject({ authorization: 'Bearer mine', cookie: 'a=b', host: new URL(second.url).host })
  await ours(elsewhere, { headers, curl: { options: { UNRESTRICTED_AUTH: false } } })
  expect(seen.at(-1)!.headers.authorization).toBeUndefined()
})

describe("the client's certificate", () => {
  const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)
  const trust = { CAINFO_BLOB: bytes(ca.cert) }
  const IDENTITIES = {
    'as bytes': { ...trust, SSLCERT_BLOB: bytes(client.cert), SSLKEY_BLOB: bytes(client.key) },
    'as files': { ...trust, SSLCERT: client.certFile, SSLKEY: client.keyFile },
  }
  const clients = (): unknown[] => seen.map(({ headers }) => headers.client)

  test.each(Object.entries(IDENTITIES))('%s', async (_how, options) => {
    await ours(via(firstTls, firstTls.url), { curl: { options } })
    await ours(via(firstTls, secondTls.url), { curl: { options } })
    expect(clients()).toEqual(['client', 'client', 'client', undefined])
  })

  test('of a session', async () => {
    await using session = new Session({ ca: ca.cert, cert: client.cert, key: client.key })
    await session.fetch(via(firstTls, secondTls.url))
    await session.fetch(via(secondTls, firstTls.url))
    expect(clients()).toEqual(['client', undefined, 'client', undefined])
  })
})

test('options about the body apply wherever the body is sent', async () => {
  const headers = { 'Transfer-Encoding': 'chunked', Expect: '100-continue', 'Content-Type': 'text/plain' }
  for (const status of [301, 302, 303]) {
    seen = []
    await ours(`${via(first, first.url)}&status=${status}`, { method: 'POST', body: 'a body', headers })
    expect(seen.map(({ where }) => where)).toEqual(['first POST /to', 'first GET /end'])
    const names = Object.keys(there('first'))
    expect(names.filter((name) => /transfer-encoding|expect|content-/.test(name))).toEqual([])
  }
})

test('PORT is refused by name, because it would change the origin of the URL', async () => {
  await expect(ours(first.url, { curl: { options: { PORT: 1 } as object } })).rejects.toThrow(/PORT/)
})
