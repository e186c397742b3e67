// The curl tool as a function, with files in memory: `node examples/tool.mjs [URL]`.
import { MemoryFileSystem, runTool } from 'libcurl-wasm/tool'

const url = process.argv[2] ?? 'https://example.org/'
const files = new MemoryFileSystem({ '/form.txt': 'from a file that is in memory' })
const { readable, writable } = new TransformStream()
const output = new Response(readable).text() // read while it runs

const status = await runTool(
  [
    '-sS',
    '--fail-with-body',
    '-F',
    'text=</form.txt',
    '-D',
    '/head.txt',
    '-w',
    '\n%{http_code} in %{time_total} s\n',
    url,
  ],
  { files, stdout: writable, env: {}, cwd: '/' },
)
const body = await output
process.stdout.write(body)
console.log(
  `exit status ${status}; /head.txt begins with ${new TextDecoder().decode(files.readFile('/head.txt')).split('\r\n')[0]}`,
)
process.exitCode = status
