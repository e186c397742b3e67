// Commands to begin with: on the sample origin where there is one, and else on servers that are there for this.
import type { Config } from './config.js'

export interface Example {
  name: string
  command: string
  /** What there is to see. */
  about: string
}

const PUBLIC = {
  ...{ http: 'http://httpbin.org', https: 'https://httpbin.org', ftp: 'ftp://ftp.gnu.org' },
  ...{ ws: 'wss://echo.websocket.org', wss: 'wss://echo.websocket.org' },
}

/** What is at the prompt at the start. */
export function firstCommand({ origin }: Config): string {
  return origin ? `curl -i '${origin.https}/get?hello=world'` : 'curl -i https://example.org/'
}

export function examples({ origin }: Config): Example[] {
  const { http, https, wss, ftp } = origin ?? PUBLIC
  const own = origin !== null
  return [
    { name: 'GET', command: `curl -i '${https}/get?hello=world'`, about: 'A request, and the answer with its headers' },
    { name: 'POST JSON', command: `curl --json '{"tool": "curl"}' ${https}/post`, about: 'Sends and asks for JSON' },
    { name: 'Form', command: `curl -d name=ann -d age=42 ${https}/post`, about: 'A form, as a page sends it' },
    {
      name: 'File upload',
      command: `curl -F notes=hello -F rc=@.curlrc ${https}/post`,
      about: 'A multipart form with a file of the Files tab',
    },
    {
      name: 'Auth',
      command: `curl -v -u ann:secret ${https}/basic-auth/ann/secret`,
      about: 'A user name and a password',
    },
    {
      name: 'Redirects',
      command: `curl -sSL -D - ${https}/redirect/3`,
      about: 'Follows redirects, and shows their headers',
    },
    {
      name: 'Cookies',
      command: `curl -L '${https}/cookies/set?flavour=oat&size=large'`,
      about: 'Cookies are kept: see the Cookies tab',
    },
    { name: 'HTTP/2', command: `curl -v --http2 ${https}/get`, about: 'HTTP/2, agreed upon by ALPN' },
    {
      name: 'TLS',
      command: `curl -v --tls-max 1.2 ${own ? `${https}/tls` : 'https://www.howsmyssl.com/a/check'}`,
      about: 'An older TLS: see the TLS tab',
    },
    {
      name: 'WebSocket',
      command: own ? `curl -N ${wss}/clock` : `curl -N -m 5 ${wss}/`,
      about: 'Messages as they come; the WebSocket tab sends some too',
    },
    { name: 'FTP', command: own ? `curl ${ftp}/` : `curl ${ftp}/gnu/wget/ -l`, about: 'A folder by FTP' },
    {
      name: 'Compressed',
      command: `curl -i --compressed ${https}/brotli`,
      about: 'br or gzip on the wire, plain here',
    },
    {
      name: 'Progress',
      command: own
        ? `curl -o drip.txt '${http}/drip?bytes=5000&seconds=5'`
        : `curl -o drip.txt '${http}/drip?numbytes=5000&duration=5'`,
      about: 'A slow body into a file, with the progress meter',
    },
    {
      name: 'Parallel',
      command: `curl -Z ${https}/delay/1 ${https}/delay/2 ${https}/delay/3`,
      about: 'Several at once: see the Timing tab',
    },
    {
      name: 'Write-out',
      command: `curl -so /dev/null -w '%{http_code} %{time_total}s\\n' ${https}/get`,
      about: 'Only what --write-out says',
    },
  ]
}
