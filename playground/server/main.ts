// What bin/play does: starts the playground's server, prints its URL, and ends on a signal. It prints nothing else,
// except errors.
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { startPlayground } from './playground.js'

const HELP = `Usage: play [--port PORT] [--host HOST]

Serves the playground with a relay and a sample origin, on this machine only.

  --port PORT  listen on this port [8000, or the next free one]
  --host HOST  listen on this address [localhost]; everyone who reaches it can use this machine's network
`
const PORTS = { page: 8000, http: 8080, https: 8443, ftp: 2121 }
const SITE = fileURLToPath(new URL('../site/', import.meta.url))
const LOOPBACK = /^(localhost|127\.\d+\.\d+\.\d+|::1)$/

/** Exit statuses: for a wrong command line, and for everything else that fails. */
const USAGE = 2
const FAILURE = 1

/** Resolves with the exit status, or with null while it runs. */
export async function main(args: string[]): Promise<number | null> {
  try {
    const options = optionsOf(args)
    if (options === 'help') {
      process.stdout.write(HELP)
      return 0
    }
    return await serve(options)
  } catch (error) {
    const { code = '', message } = error as NodeJS.ErrnoException
    return complain(message, code.startsWith('ERR_PARSE_ARGS') || error instanceof RangeError ? USAGE : FAILURE)
  }
}

interface Options {
  /** Null for the usual port, or the next free one. */
  port: number | null
  host: string
}

function optionsOf(args: string[]): Options | 'help' {
  const options = { port: { type: 'string' }, host: { type: 'string' }, help: { type: 'boolean' } } as const
  const { values } = parseArgs({ args, options, strict: true, allowPositionals: false })
  if (values.help) return 'help'
  const { port, host = 'localhost' } = values
  if (port !== undefined && !(/^\d{1,5}$/.test(port) && Number(port) <= 65535)) {
    throw new RangeError(`--port: "${port}" is not a port`)
  }
  return { port: port === undefined ? null : Number(port), host }
}

function complain(message: string, status: number): number {
  process.stderr.write(`play: ${message}\n`)
  return status
}

async function serve({ port, host }: Options): Promise<number | null> {
  if (!existsSync(SITE)) return complain('the page is not built: run "make play"', FAILURE)
  if (!LOOPBACK.test(host)) {
    complain(`everyone who reaches ${host} can connect through this relay to this machine and its network`, 0)
  }
  const { http, https, ftp } = PORTS
  const { url, close } = await startPlayground({
    host,
    port: port ?? { prefer: PORTS.page },
    origin: { http: { prefer: http }, https: { prefer: https }, ftp: { prefer: ftp } },
  })
  let ending = false
  const end = (): void => {
    if (ending) process.exit(FAILURE) // a second signal does not wait
    ending = true
    void close().then(() => process.exit(0))
  }
  process.on('SIGINT', end).on('SIGTERM', end)
  const shown = process.stdout.isTTY ? `\x1b[1;4m${url}\x1b[0m` : url
  process.stdout.write(`The playground is at ${shown}\n`)
  return null
}
