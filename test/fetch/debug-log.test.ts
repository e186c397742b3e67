// NODE_DEBUG=libcurl: the trace on standard error, in the form of util.debuglog, without secrets.
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { afterAll, expect, it } from 'vitest'
import { redactLine } from '../../ts/http/secrets.js'
import { refusingPort } from '../servers/faults.js'
import { http2Server, httpServer } from '../servers/listening.js'
import { certificates } from '../servers/certificates.js'

const server = await httpServer((_request, response) => {
  response.setHeader('Set-Cookie', 'sid=SECRET').end('the body')
})
const secure = await http2Server((stream) => {
  stream.respond({ ':status': 200, 'set-cookie': 'sid=SECRET' })
  stream.end('the body')
})
afterAll(() => Promise.all([server.close(), secure.close()]))

/** What a process writes to standard error that fetches a URL. */
async function stderrOf(url: string, environment: NodeJS.ProcessEnv): Promise<string> {
  const program = `
    import { Session } from 'libcurl-wasm'
    const session = new Session()
    const headers = { Authorization: 'Bearer SECRET', Cookie: 'a=SECRET', 'X-Api-Key': 'SECRET', 'X-Other': 'shown' }
    try { await (await session.fetch('${url}', { headers })).text() } catch {}
    await session.close()`
  const env = { ...process.env, NODE_EXTRA_CA_CERTS: certificates().ca.certFile, ...environment }
  const args = ['--input-type=module', '--eval', program]
  return (await promisify(execFile)(process.execPath, args, { env, timeout: 30_000 })).stderr
}

it('it has the lines of curl -v, and the end', async () => {
  const lines = (await stderrOf(server.url, { NODE_DEBUG: 'libcurl' })).split('\n')
  expect(lines.pop()).toBe('')
  for (const line of lines) expect(line).toMatch(/^LIBCURL \d+: #1 [*<>{]/)
  const text = lines.map((line) => line.replace(/^LIBCURL \d+: #1 /, '')).join('\n')
  expect(text).toMatch(/^\*   Trying 127\.0\.0\.1:\d+/)
  expect(text).toMatch(/^> GET \/ HTTP\/1\.1\n> Host: /m)
  expect(text).toMatch(/^> X-Other: shown$/m)
  expect(text).toMatch(/^> Authorization: \(redacted\)$/m)
  expect(text).toMatch(/^> Cookie: \(redacted\)$/m)
  expect(text).toMatch(/^< Set-Cookie: \(redacted\)$/m)
  expect(text).toMatch(/^\* Added cookie sid=\(redacted\) for domain /m)
  expect(text).toMatch(/^\{ \[8 bytes data\]$/m)
  expect(text).toMatch(/\n\* complete after [\d.]+ ms$/)
  expect(text).not.toContain('SECRET')
})

it('no secrets are in it with HTTP/2, whose headers libcurl also writes in another form', async () => {
  const text = await stderrOf(secure.url, { NODE_DEBUG: 'http,libcurl' })
  expect(text).toMatch(/\* \[HTTP\/2\] \[1\] \[x-other: shown\]$/m)
  expect(text).toMatch(/\* \[HTTP\/2\] \[1\] \[authorization: \(redacted\)\]$/m)
  expect(text).not.toContain('SECRET')
})

it('a failure is the last line', async () => {
  const text = await stderrOf(`http://127.0.0.1:${await refusingPort()}/`, { NODE_DEBUG: 'lib*' })
  expect(text).toMatch(/\* failed: CurlError: Failed to connect .* after [\d.]+ ms\n$/)
})

it.each([{}, { NODE_DEBUG: '' }, { NODE_DEBUG: 'http2' }])('there is nothing with %o', async (environment) => {
  expect(await stderrOf(server.url, environment)).toBe('')
})

it.each([
  ['Proxy-Authorization: Basic abc', 'Proxy-Authorization: (redacted)'],
  ['cookie:a=b', 'cookie:(redacted)'],
  ['[HTTP/3] [5] [cookie: a=b]', '[HTTP/3] [5] [cookie: (redacted)]'],
  [
    'Replaced cookie a="b; c" for domain x.test, path /, expire 0',
    'Replaced cookie a=(redacted) for domain x.test, path /, expire 0',
  ],
  ['Content-Type: text/plain', 'Content-Type: text/plain'],
  ['GET /cookie: HTTP/1.1', 'GET /cookie: HTTP/1.1'],
])('of %s it shows %s', (line, shown) => expect(redactLine(line)).toBe(shown))
