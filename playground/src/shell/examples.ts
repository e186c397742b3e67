// Commands to start with. They use the sample origin if there is one, and else public servers made for such tests.
import type { Config } from './config.js'

export interface Example {
  name: string
  command: string
  /** What the example shows. */
  about: string
}

const PUBLIC = {
  ...{ http: 'http://httpbin.org', https: 'https://httpbin.org', ftp: 'ftp://ftp.gnu.org' },
  ...{ ws: 'wss://echo.websocket.org', wss: 'wss://echo.websocket.org' },
}

/** The command that is at the prompt at the start. */
export function firstCommand({ origin }: Config): string {
  return origin ? `curl -i '${origin.https}/get?hello=world'` : 'curl -i https://example.org/'
}

export function examples({ origin }: Config): Example[] {
  const { http, https, wss, ftp } = origin ?? PUBLIC
  const own = origin !== null
  return [
    {
      name: 'GET',
      command: `curl -i '${https}/get?hello=world'`,
      about: 'Sends a request, and shows the headers of the response',
    },
    {
      name: 'POST JSON',
      command: `curl --json '{"tool": "curl"}' ${https}/post`,
      about: 'Sends JSON, and asks for JSON',
    },
    { name: 'Form', command: `curl -d name=ann -d age=42 ${https}/post`, about: 'Sends a form, as a web page does' },
    {
      name: 'File upload',
      command: `curl -F notes=hello -F rc=@.curlrc ${https}/post`,
      about: 'Sends a multipart form with a file from the Files tab',
    },
    {
      name: 'Auth',
      command: `curl -v -u ann:secret ${https}/basic-auth/ann/secret`,
      about: 'Logs in with a user name and a password',
    },
    {
      name: 'Redirects',
      command: `curl -sSL -D - ${https}/redirect/3`,
      about: 'Follows redirects, and shows their headers',
    },
    {
      name: 'Cookies',
      command: `curl -L '${https}/cookies/set?flavour=oat&size=large'`,
      about: 'Stores cookies: see the Cookies tab',
    },
    { name: 'HTTP/2', command: `curl -v --http2 ${https}/get`, about: 'Uses HTTP/2, chosen by ALPN' },
    {
      name: 'TLS',
      command: `curl -v --tls-max 1.2 ${own ? `${https}/tls` : 'https://www.howsmyssl.com/a/check'}`,
      about: 'Uses an older version of TLS: see the TLS tab',
    },
    {
      name: 'WebSocket',
      command: own ? `curl -N ${wss}/clock` : `curl -N -m 5 ${wss}/`,
      about: 'Prints messages as they arrive. The WebSocket tab can also send some',
    },
    { name: 'FTP', command: own ? `curl ${ftp}/` : `curl ${ftp}/gnu/wget/ -l`, about: 'Lists a folder by FTP' },
    {
      name: 'Compressed',
      command: `curl -i --compressed ${https}/brotli`,
      about: 'Asks for a compressed body, and decompresses it',
    },
    {
      name: 'Progress',
      command: own
        ? `curl -o drip.txt '${http}/drip?bytes=5000&seconds=5'`
        : `curl -o drip.txt '${http}/drip?numbytes=5000&duration=5'`,
      about: 'Saves a slow body to a file, with the progress meter',
    },
    {
      name: 'Parallel',
      command: `curl -Z ${https}/delay/1 ${https}/delay/2 ${https}/delay/3`,
      about: 'Runs several transfers at once: see the Timing tab',
    },
    {
      name: 'Write-out',
      command: `curl -so /dev/null -w '%{http_code} %{time_total}s\\n' ${https}/get`,
      about: 'Prints only status and time, with --write-out',
    },
  ]
}
