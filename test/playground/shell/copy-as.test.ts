// JavaScript out of what `curl --libcurl` writes: by the tool itself, and what comes out does what the command does.
import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { javascript } from '../../../playground/src/shell/copy-as.js'
import { bodyOf, httpServer } from '../../servers/listening.js'

const folder = mkdtempSync(join(tmpdir(), 'copy-as-'))
const curl = new URL('../../../bin/curl', import.meta.url).pathname
const server = await httpServer(async (request, response) => {
  const body = (await bodyOf(request)).toString().replace(/-{20,}\w+/g, 'BOUNDARY')
  const { 'content-length': _, ...headers } = request.headers
  const type = headers['content-type']?.replace(/boundary=.*/, 'boundary')
  response.end(
    JSON.stringify([request.method, request.url, { ...headers, ...(type && { 'content-type': type }) }, body]),
  )
})
afterAll(async () => {
  rmSync(folder, { recursive: true })
  await server.close()
})

/** What a program of Node prints; the servers are here, so that nothing may block. */
function node(...args: string[]): Promise<{ stdout: string; stderr: string }> {
  return new Promise((resolve) =>
    execFile(process.execPath, args, { cwd: folder }, (_error, stdout, stderr) => resolve({ stdout, stderr })),
  )
}

async function programOf(argv: string[], relay?: string): Promise<string> {
  const file = join(folder, 'source.c')
  await node(curl, '-q', ...argv, '-s', '--libcurl', file)
  return javascript(readFileSync(file, 'utf8'), relay === undefined ? {} : { relay })
}

/** What a command and its program each get. */
async function both(argv: string[]): Promise<[string, string]> {
  const own = JSON.stringify(new URL('../../../dist/ts/node.js', import.meta.url).href)
  const file = join(folder, 'program.mjs')
  writeFileSync(file, (await programOf(argv)).replace("'libcurl-wasm'", own))
  const [program, tool] = [await node(file), await node(curl, '-q', '-s', ...argv)]
  expect(program.stderr).toBe('')
  return [program.stdout.replace(/^200 /gm, '').trimEnd(), tool.stdout.trimEnd()]
}

describe('JavaScript of a command', () => {
  it.each<[string, string[]]>([
    ['a GET', ['/get?a=b']],
    ['headers', ['/', '-H', 'x: a"b\'c\\d', '-H', 'y;', '-A', 'me']],
    ['JSON', ['/', '--json', '{"a": "ü\\n\\u202e"}']],
    ['a form', ['/', '-d', 'a=1', '--data-urlencode', 'b=1 2']],
    ['a body of bytes', ['/', '--data-binary', 'one\r\ntwo\t', '-X', 'PUT']],
    ['a password', ['/', '-u', 'ann:se"cret']],
    ['cookies', ['/', '-b', 'a=1; b=2']],
    [
      'a multipart form',
      ['/', '-F', 'a=b;type=text/x', '-F', 'f=@in.txt;filename="o u t";headers="X-A: 1"', '-F', 'e=x;encoder=base64'],
    ],
    ['nested parts', ['/', '-F', '=(;type=multipart/alternative', '-F', '=one', '-F', '=two', '-F', '=)']],
    ['an older HTTP', ['/', '--http1.0', '--compressed', '-e', 'http://a/', '-r', '0-9']],
  ])('does the same: %s', async (_, [path, ...argv]) => {
    writeFileSync(join(folder, 'in.txt'), 'the file')
    const [program, tool] = await both([`${server.url}${path}`, ...argv])
    expect(JSON.parse(program)).toEqual(JSON.parse(tool))
  })

  it('does several transfers', async () => {
    const [program, tool] = await both([
      `${server.url}/1`,
      `${server.url}/2`,
      '--next',
      `${server.url}/3`,
      '-X',
      'DELETE',
    ])
    expect(program.replaceAll('\n', '')).toBe(tool)
  })

  it('is short, and says what is to be filled in', async () => {
    const text = await programOf([`${server.url}/up`, '-T', 'in.txt', '--anyauth'], 'wss://relay.example/')
    expect(text).toContain("await init({ transport: wispTransport({ url: 'wss://relay.example/' }) })")
    expect(text).toMatch(/^import init, \{ Easy, Multi, wispTransport, CURLAUTH_\w+ \} from 'libcurl-wasm'$/m)
    expect(text).toContain("easy.setopt('READFUNCTION'")
    for (const own of ['BUFFERSIZE', 'NOPROGRESS', 'TCP_KEEPALIVE']) expect(text).not.toContain(own)
  })

  it('says where --libcurl has cut a string off', async () => {
    expect(await programOf([`${server.url}/`, '-d', 'x'.repeat(3000)])).toContain('/* and more: --libcurl ends here */')
  })

  it('lets nothing out of a string', async () => {
    const text = await programOf([`${server.url}/`, '-H', "x: '\u2028\u202e\n`${evil}`"])
    expect(text).not.toMatch(/[\u2028\u202e]/)
    expect(text).toContain('["x: \'\\u2028\\u202e\\n`${evil}`"]')
  })

  it('refuses what is no such program', () => {
    expect(() => javascript('int main() {}')).toThrow('curl has written no program')
  })
})
