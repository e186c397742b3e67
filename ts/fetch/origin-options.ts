// The options of libcurl that are meant for one origin, as the header Authorization is: a server could use them to act
// as the caller, or to identify the caller. They are not sent after a redirect to another origin, unless
// UNRESTRICTED_AUTH is set. libcurl does the same for some of them (CURLOPT_UNRESTRICTED_AUTH(3)); here every hop is
// its own transfer.
//
// Options that are looked up by host (NETRC, COOKIEFILE, RESOLVE) or are meant for the proxy are not among them.
// test/fetch/credentials.test.ts lists all others, so that each new option has to be put in one of the two lists.
import type { EasyOptions } from '../libcurl/option-types.gen.js'

export const ORIGIN_OPTIONS = [
  // user and password, and how they are sent
  'USERPWD',
  'USERNAME',
  'PASSWORD',
  'LOGIN_OPTIONS',
  'XOAUTH2_BEARER',
  'HTTPAUTH',
  'SASL_AUTHZID',
  'SASL_IR',
  'FTP_ACCOUNT',
  'MAIL_AUTH',
  // signatures of the request
  'AWS_SIGV4',
  'HTTPSIG_ALGORITHM',
  'HTTPSIG_HEADERS',
  'HTTPSIG_KEY',
  'HTTPSIG_KEYID',
  'COOKIE',
  'COOKIELIST',
  // the client's certificate
  'SSLCERT',
  'SSLCERT_BLOB',
  'SSLCERTTYPE',
  'SSLCERTPASSWD',
  'SSLKEY',
  'SSLKEY_BLOB',
  'SSLKEYTYPE',
  'SSLKEYPASSWD',
  'KEYPASSWD',
  'SSLENGINE',
  'SSLENGINE_DEFAULT',
  'SSL_CTX_FUNCTION',
  'SSL_CTX_DATA',
  'TLSAUTH_TYPE',
  'TLSAUTH_USERNAME',
  'TLSAUTH_PASSWORD',
  'SSH_PRIVATE_KEYFILE',
  'SSH_PUBLIC_KEYFILE',
  'SSH_KEYFUNCTION',
  'SSH_KEYDATA',
  'GSSAPI_DELEGATION',
  // the client's address, for a proxy in front of the server
  'HAPROXYPROTOCOL',
  'HAPROXY_CLIENT_IP',
] as const satisfies readonly (keyof EasyOptions)[]

const NAMES: ReadonlySet<string> = new Set(ORIGIN_OPTIONS)

/** `name` without 'CURLOPT_'. */
export function isForOneOrigin(name: string): boolean {
  return NAMES.has(name)
}
