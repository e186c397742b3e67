// Runs Caddy as a child process: one port with HTTP/1.1, HTTP/2 and HTTP/3, before a server of the test, which answers.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { certificates } from './certificates.js'
import { freePort, httpServer } from './listening.js'
import { startProgram } from './program.js'
import { scratch } from './scratch.js'

export interface Caddy {
  /** 'https://localhost:port' */
  url: string
  port: number
  close(): Promise<void>
}

/** Requests reach the server at `origin` with the header Via-Protocol, which is 'HTTP/3.0' and the like. */
function configuration(port: number, origin: string, protocols: string): string {
  const { certFile, keyFile } = certificates().good
  return `
{
  admin off
  auto_https off
  grace_period 100ms
  servers {
    protocols ${protocols}
  }
}
https://localhost:${port}, https://127.0.0.1:${port}, https://*.h3.test:${port} {
  tls ${certFile} ${keyFile}
  handle /files/* {
    root * {$FILES}
    file_server
  }
  handle {
    reverse_proxy ${origin} {
      header_up Via-Protocol {http.request.proto}
      flush_interval -1
    }
  }
}
`
}

/**
 * To be called while a test file is loaded.
 * @param files Served at /files/. A folder that contains a folder 'files'.
 * @param protocols What it offers of h1, h2 and h3. Responses say by Alt-Svc that there is h3.
 */
export async function caddy(
  handler: Parameters<typeof httpServer>[0],
  { files = scratch(), protocols = 'h1 h2 h3' }: { files?: string; protocols?: string } = {},
): Promise<Caddy> {
  const folder = scratch()
  const origin = await httpServer(handler)
  const config = join(folder, 'Caddyfile')
  for (let attempt = 0; attempt < 5; attempt++) {
    const port = await freePort()
    writeFileSync(config, configuration(port, origin.url, protocols))
    const env = { ...process.env, HOME: folder, XDG_DATA_HOME: folder, XDG_CONFIG_HOME: folder, FILES: files }
    const args = ['run', '--config', config, '--adapter', 'caddyfile']
    const close = await startProgram('caddy', args, port, env)
    if (!close) continue
    return {
      url: `https://localhost:${port}`,
      port,
      close: async () => void (await Promise.all([close(), origin.close()])),
    }
  }
  throw new Error('Caddy does not start')
}
