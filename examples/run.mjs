// One transfer with libcurl's own trace: `node examples/run.mjs [URL]`, which is what `make run` does.
//
// Without a URL it starts an HTTPS server on this machine, whose certificate the command openssl makes, and fetches from
// that.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import init, { Easy, Multi, version } from 'libcurl-wasm'

/** Starts a server for https://localhost, whose certificate only we know. */
async function startServer() {
  const dir = mkdtempSync(join(tmpdir(), 'libcurl-wasm-'))
  try {
    const [key, cert] = [join(dir, 'key.pem'), join(dir, 'cert.pem')]
    execFileSync(
      'openssl',
      [
        'req',
        '-x509',
        '-newkey',
        'ec',
        '-pkeyopt',
        'ec_paramgen_curve:prime256v1',
        '-nodes',
        '-days',
        '1',
        '-subj',
        '/CN=localhost',
        '-addext',
        'subjectAltName=DNS:localhost',
        '-keyout',
        key,
        '-out',
        cert,
      ],
      { stdio: 'ignore' },
    )
    const certificate = readFileSync(cert)
    const server = createServer({ key: readFileSync(key), cert: certificate }, (request, response) => {
      response.setHeader('content-type', 'text/plain')
      response.end(`Hello from Node, ${request.headers['user-agent']}.\n`)
    })
    await new Promise((resolve) => server.listen(0, 'localhost', resolve))
    return { url: `https://localhost:${server.address().port}/`, certificate, close: () => server.close() }
  } finally {
    rmSync(dir, { recursive: true })
  }
}

await init()
console.error(version())

const local = process.argv[2] ? null : await startServer()
const easy = new Easy()
easy.setopt('URL', process.argv[2] ?? local.url)
easy.setopt('USERAGENT', `libcurl-wasm on Node ${process.versions.node}`)
easy.setopt('FOLLOWLOCATION', true)
easy.setopt('ACCEPT_ENCODING', '')
easy.setopt('VERBOSE', true)
if (local) easy.setopt('CAINFO_BLOB', local.certificate)

const multi = new Multi()
try {
  await multi.perform(easy)
} catch (error) {
  console.error(`curl: (${error.number}) ${error.message}`)
  process.exitCode = error.number
} finally {
  multi.close()
  easy.close()
  local?.close()
}
