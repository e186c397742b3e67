// Runs nginx as a child process, with a generated configuration in a folder of its own: HTTP, HTTPS with only TLS 1.2
// or only TLS 1.3, and HTTP/2. It serves the files in its folder 'www', with ranges, gzip, WebDAV's PUT and a redirect.
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { certificates } from './certificates.js'
import { freePort } from './listening.js'
import { startProgram } from './program.js'
import { scratch } from './scratch.js'

export interface NginxRequest {
  connection: string
  protocol: string
  status: string
  request: string
  /** Whether its TLS session was resumed. */
  resumed: boolean
}

export interface Nginx {
  /** Addresses: 'http://127.0.0.1:port' and the like. */
  http: string
  tls12: string
  tls13: string
  http2: string
  /** The folder that is served. */
  www: string
  /** A line for each request. */
  requests(): NginxRequest[]
  close(): Promise<void>
}

const PATHS = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']

function configuration(folder: string, [http, tls12, tls13, http2]: number[]): string {
  const { certFile, keyFile } = certificates().good
  const secure = (port: number | undefined, more: string, protocols: string): string => `
  server {
    listen 127.0.0.1:${port} ssl ${more};
    ssl_certificate ${certFile};
    ssl_certificate_key ${keyFile};
    ssl_protocols ${protocols};
    ssl_session_cache shared:tls:1m;
    root ${folder}/www;
  }`
  return `
daemon off;
master_process off;
pid ${folder}/nginx.pid;
error_log ${folder}/error.log warn;
events { worker_connections 512; }
http {
  log_format short '$connection\t$server_protocol\t$status\t$request\t$ssl_session_reused';
  access_log ${folder}/access.log short;
  ${PATHS.map((name) => `${name}_temp_path ${folder}/${name};`).join('\n  ')}
  default_type text/plain;
  client_max_body_size 0;
  server {
    listen 127.0.0.1:${http};
    root ${folder}/www;
    gzip on;
    gzip_min_length 1;
    gzip_types text/plain;
    location /moved { return 302 /hello.txt; }
    location /put/ { dav_methods PUT; }
  }
  ${secure(tls12, '', 'TLSv1.2')}
  ${secure(tls13, '', 'TLSv1.3')}
  ${secure(http2, 'http2', 'TLSv1.2 TLSv1.3')}
}
`
}

/** To be called while a test file is loaded. */
export async function nginx(): Promise<Nginx> {
  const folder = scratch()
  mkdirSync(join(folder, 'www', 'put'), { recursive: true })
  chmodSync(folder, 0o755)
  const config = join(folder, 'nginx.conf')
  for (let attempt = 0; attempt < 5; attempt++) {
    const ports = [await freePort(), await freePort(), await freePort(), await freePort()]
    writeFileSync(config, configuration(folder, ports))
    const close = await startProgram('nginx', ['-p', folder, '-c', config], ports[0]!)
    if (!close) continue
    return {
      http: `http://127.0.0.1:${ports[0]}`,
      tls12: `https://127.0.0.1:${ports[1]}`,
      tls13: `https://127.0.0.1:${ports[2]}`,
      http2: `https://127.0.0.1:${ports[3]}`,
      www: join(folder, 'www'),
      requests: () =>
        readFileSync(join(folder, 'access.log'), 'utf8')
          .trim()
          .split('\n')
          .map((line) => {
            const [connection, protocol, status, request, reused] = line.split('\t') as string[]
            return { connection, protocol, status, request, resumed: reused === 'r' } as NginxRequest
          }),
      close,
    }
  }
  const log = join(folder, 'error.log')
  throw new Error(`nginx does not start: ${existsSync(log) ? readFileSync(log, 'utf8') : 'it has no log'}`)
}
