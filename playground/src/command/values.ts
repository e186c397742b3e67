// Suggestions for the arguments of options: the words that curl knows there, which the help of the option does not
// list.

const PROTOCOLS = 'http https ws wss ftp ftps smtp smtps imap imaps pop3 pop3s mqtt mqtts tftp telnet dict file gopher'
const VERSIONS = 'default 1.0 1.1 1.2 1.3'
const TIMES = 'namelookup connect appconnect pretransfer posttransfer starttransfer redirect queue total'
const WRITE_OUT = `certs content_type errormsg exitcode filename_effective header_json http_code http_connect
  http_version json local_ip local_port method num_certs num_connects num_headers num_redirects num_retries proxy_used
  redirect_url referer remote_ip remote_port response_code scheme size_delivered size_download size_header size_request
  size_upload speed_download speed_upload ssl_verify_result stderr stdout url url_effective urlnum xfer_id`
const HEADERS = `Accept Accept-Encoding Accept-Language Authorization Cache-Control Connection Content-Type Cookie Expect
  Host If-Match If-Modified-Since If-None-Match Origin Range Referer User-Agent X-Forwarded-For X-Requested-With`

const words = (text: string): string[] => text.split(/\s+/)

const VALUES: Readonly<Record<string, readonly string[]>> = {
  'aws-sigv4': ['aws:amz:us-east-1:s3'],
  'cert-type': words('PEM DER ENG PROV P12'),
  'continue-at': ['-'],
  'create-file-mode': ['0644'],
  delegation: words('none policy always'),
  ech: words('true hard grease false'),
  'ftp-method': words('multicwd nocwd singlecwd'),
  'ftp-port': ['-'],
  'ftp-ssl-ccc-mode': words('active passive'),
  header: [
    ...words(HEADERS).map((name) => `${name}: `),
    ...words('application/json application/x-www-form-urlencoded text/plain').map((type) => `Content-Type: ${type}`),
    ...['Accept: application/json', 'Authorization: Bearer '],
  ],
  help: words(`all category auth connection curl deprecated dns file ftp global http imap mqtt output pop3 post proxy smtp
    telnet tftp timeout tls upload verbose`),
  'key-type': words('PEM DER ENG'),
  'limit-rate': words('10K 100K 1M'),
  noproxy: ['*'],
  output: ['-', '/dev/null'],
  proto: words(PROTOCOLS).map((name) => `=${name}`),
  'proto-default': words(PROTOCOLS),
  'proto-redir': words(PROTOCOLS).map((name) => `=${name}`),
  proxy: words('http:// https:// socks4:// socks4a:// socks5:// socks5h://'),
  rate: words('1/s 10/m 100/h'),
  request: words('GET HEAD POST PUT PATCH DELETE OPTIONS TRACE CONNECT PROPFIND QUERY'),
  stderr: ['-'],
  'tls-max': words(VERSIONS),
  'trace-config': words('all ids time protocol read write ssl tcp tls http/2 dns doh multi network proxy cookie'),
  'upload-file': ['-', '.'],
  'upload-flags': words('answered deleted draft flagged seen'),
  'write-out': [...words(WRITE_OUT), ...words(TIMES).map((name) => `time_${name}`)].map((name) => `%{${name}}`),
}

// options whose argument is a list with commas: its last word is completed
const LISTS = /^(?:proto|proto-redir|trace-config|upload-flags)$/

/** The arguments of an option that begin with `typed`. */
export function valuesOf(long: string, typed: string): string[] {
  const name = long === 'preproxy' ? 'proxy' : long.replace(/^proxy-(?=(?:header|cert-type|key-type)$)/, '')
  const values = Object.hasOwn(VALUES, name) ? VALUES[name]! : []
  // "%{http_code} %{ti", "=https,ht"
  const split = name === 'write-out' ? typed.lastIndexOf('%{') : LISTS.test(name) ? typed.lastIndexOf(',') + 1 : 0
  const before = typed.slice(0, Math.max(split, 0))
  const last = typed.slice(before.length).toLowerCase()
  const all = before === '' ? values : values.map((value) => (LISTS.test(name) ? value.replace(/^=/, '') : value))
  return all.filter((value) => value.toLowerCase().startsWith(last)).map((value) => before + value)
}

/** Where the name of a file begins in the argument of an option: after @, or at 0. Or -1 if it has none. */
export function fileIn(long: string, argument: string, typed: string): number {
  if (/^<(?:file|filename|path|dir|key|data\|filename|cert.*)>$/.test(argument)) return 0
  if (/^(?:data|data-ascii|data-binary|json|header|proxy-header|url|write-out)$/.test(long))
    return /^@?/.exec(typed)![0].length || -1
  const at =
    long === 'form' ? /^[^=]*=[@<]/ : /^(?:data-urlencode|url-query|variable)$/.test(long) ? /^[^=@]*@/ : undefined
  return at?.exec(typed)?.[0].length ?? -1
}
