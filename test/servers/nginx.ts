// Runs nginx as a child process, with a generated configuration in a folder of its own: HTTP, HTTPS with only TLS 1.2
// or only TLS 1.3, and HTTP/2. It serves the files in its folder 'www', with ranges, gzip, WebDAV's PUT and a redirect.
import { spawn, type ChildProcess } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import net from 'node:net'
import { join } from 'node:path'
import { certificates } from './certificates.js'
import { freePort } from './listening.js'
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

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = net.connect(port, '127.0.0.1', () => (socket.destroy(), resolve(true)))
    socket.on('error', () => resolve(false))
  })
}

/** Waits until it listens. False if it has ended instead, for example because another program took a port first. */
async function ready(child: ChildProcess, port: number): Promise<boolean> {
  while (child.exitCode === null && child.signalCode === null) {
    if (await answers(port)) return true
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  return false
}

function end(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) return resolve()
    child.once('exit', () => resolve())
    child.kill('SIGTERM')
  })
}

/** To be called while a test file is loaded. */
export async function nginx(): Promise<Nginx> {
  const folder = scratch()
  mkdirSync(join(folder, 'www', 'put'), { recursive: true })
  chmodSync(folder, 0o755)
  const program = existsSync('/usr/sbin/nginx') ? '/usr/sbin/nginx' : 'nginx'
  const config = join(folder, 'nginx.conf')
  for (let attempt = 0; attempt < 5; attempt++) {
    const ports = [await freePort(), await freePort(), await freePort(), await freePort()]
    writeFileSync(config, configuration(folder, ports))
    const child = spawn(program, ['-p', folder, '-c', config], { stdio: ['ignore', 'ignore', 'pipe'] })
    child.stderr!.resume()
    child.on('error', () => {})
    if (!(await ready(child, ports[0]!))) continue
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
      close: () => end(child),
    }
  }
  const log = join(folder, 'error.log')
  throw new Error(`nginx does not start: ${existsSync(log) ? readFileSync(log, 'utf8') : 'it has no log'}`)
}
