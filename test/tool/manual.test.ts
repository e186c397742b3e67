// curl's manual, which is a file of the package beside the module: --manual prints all of it, and --help with an option
// the part about that option. It is loaded when it is asked for, and a tool without it reports that.
import { execFile } from 'node:child_process'
import { cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { beforeAll, describe, expect, it } from 'vitest'
import { scratch } from '../servers/scratch.js'
import { curl, Sink } from './client.js'

const root = fileURLToPath(new URL('../..', import.meta.url))
const text = readFileSync(join(root, 'build/lib/curl-tool/share/manual.txt'), 'utf8')

/** The part of the manual about an option: the lines from its heading, to the next one or to the next section. */
function part(heading: string): string {
  const rest = text.slice(text.indexOf(`\n    ${heading}`) + 1)
  return rest.slice(0, /\n(?=    -|FILES\n)/.exec(rest)!.index + 1)
}

async function printed(...args: string[]): Promise<string> {
  const { status, stdout, stderr } = await curl(args)
  expect([status, stderr]).toEqual([0, ''])
  return stdout.toString()
}

describe('the manual', () => {
  it('is printed as it is', async () => {
    expect(await printed('-M')).toBe(text)
    expect(await printed('--no-manual', '--manual')).toBe(text)
  })

  it('is that of curl, with all its options', async () => {
    expect(text.split('\n').slice(0, 6)).toEqual([
      String.raw`          _   _ ____  _`,
      String.raw`      ___| | | |  _ \| |`,
      String.raw`     / __| | | | |_) | |`,
      String.raw`    | (__| |_| |  _ <| |___`,
      String.raw`     \___|\___/|_| \_\_____|`,
      'NAME',
    ])
    const described = new Set(Array.from(text.matchAll(/^    (?:-., )?--([\w.-]+)/gm), ([, name]) => name))
    const list = await printed('--help', 'all')
    const options = Array.from(list.matchAll(/^ *(?:-., )?--([\w.-]+)/gm), ([, name]) => name)
    expect(options.length).toBeGreaterThan(250)
    expect(options.filter((name) => !described.has(name))).toEqual([])
  })

  it.each([
    ['--abstract-unix-socket', '--abstract-unix-socket <path>'], // the first
    ['--xattr', '--xattr\n'], // the last
    ['--retry', '--retry <num>'],
    ['-d', '-d, --data <data>'],
    ['--data', '-d, --data <data>'],
    ['-:', '-:, --next'],
    ['-4', '-4, --ipv4'],
    ['--buffer', '-N, --no-buffer'],
    ['--no-sessionid', '--no-sessionid'],
  ])('has a part that --help %s prints', async (option, heading) => {
    expect(part(heading).split('\n').length).toBeGreaterThan(3)
    const lines = (await printed('--help', option)).split('\n')
    expect(lines[0]!.trim()).toBe(heading.trim())
    expect(lines).toEqual(part(heading).split('\n'))
  })

  it.each(['--no-such-option', '--no-retry', '-dd', '-'])('has no part for %s', async (option) => {
    const { stdout, stderr } = await curl(['--help', option])
    expect([stdout.toString(), stderr]).toEqual(['', 'Incorrect option name to show help for, see curl -h\n'])
  })

  it('comes after what was printed before it', async () => {
    const both = new Sink()
    const out = { stdout: both.stream, stderr: both.stream }
    const warning = "Warning: The filename argument '-h' looks like a flag.\n"
    expect((await curl(['-o', '-h', '-M'], out)).status).toBe(0)
    expect(both.text).toBe(warning + text)
  })

  it('is there for many runs at a time', async () => {
    const runs = Array.from({ length: 6 }, (_, i) => printed(...(i % 2 ? ['-M'] : ['--help', '--url'])))
    expect(await Promise.all(runs)).toEqual(
      Array(3)
        .fill([part('--url <url/file>'), text])
        .flat(),
    )
  })

  it('ends with a write error if the stream does not take it', async () => {
    const stdout = () => new WritableStream<Uint8Array>({ write: () => Promise.reject(new Error('full')) })
    expect((await curl(['-M'], { stdout: stdout() })).status).toBe(23)
    expect((await curl(['--help', '-d'], { stdout: stdout() })).status).toBe(23)
  })
})

interface Ended {
  status: number
  stdout: string
  stderr: string
}

function run(program: string, ...args: string[]): Promise<Ended> {
  const env = { HOME: '/nowhere', PATH: process.env.PATH, COLUMNS: '500' }
  return new Promise((resolve) =>
    execFile(process.execPath, [program, ...args], { env, timeout: 20_000 }, (error, stdout, stderr) =>
      resolve({ status: error ? Number(error.code ?? NaN) : 0, stdout, stderr }),
    ),
  )
}

/** A copy of the package with another manual, or without one. */
function copy(manual: string | null): string {
  const folder = scratch()
  mkdirSync(join(folder, 'dist'))
  for (const name of ['curl', 'package.json']) cpSync(join(root, 'bin', name), join(folder, 'bin', name))
  cpSync(join(root, 'dist/js'), join(folder, 'dist/js'), { recursive: true })
  symlinkSync(join(root, 'dist/curl-tool.wasm'), join(folder, 'dist/curl-tool.wasm'))
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }')
  if (manual !== null) writeFileSync(join(folder, 'dist/manual.inline.js'), manual)
  return folder
}

describe('a package without the manual', () => {
  let folder: string
  beforeAll(() => {
    folder = copy(null)
  })
  const tool = (...args: string[]) => run(join(folder, 'bin/curl'), ...args)
  const reason = /^curl: cannot load the manual: Cannot find module '.*\/dist\/manual\.inline\.js'.*\n$/

  it.each(['-M', '--help -d', '-sS --manual'])('reports that it cannot print it: %s', async (line) => {
    const { status, stdout, stderr } = await tool(...line.split(' '))
    expect([status, stdout]).toEqual([26, ''])
    expect(stderr).toMatch(reason)
  })

  it('reports it where --stderr says', async () => {
    const file = join(folder, 'errors.txt')
    expect(await tool('--stderr', file, '-M')).toEqual({ status: 26, stdout: '', stderr: '' })
    expect(readFileSync(file, 'utf8')).toMatch(reason)
  })

  it.each(['-V', '--help', '--help all', '--help http'])('can do everything else: %s', async (line) => {
    const args = line.split(' ')
    const { status, stdout, stderr } = await tool(...args)
    expect([status, stderr]).toEqual([0, ''])
    expect(stdout).toBe((await curl(args, { env: { COLUMNS: '500' } })).stdout.toString())
  })
})

it('a run that waits for the manual can be stopped, and others go on meanwhile', async () => {
  const folder = copy('await new Promise(() => {})')
  const program = `
    import { runTool } from ${JSON.stringify(pathToFileURL(join(folder, 'dist/js/tool-node.js')).href)}
    setTimeout(() => {}, 60_000) // nothing else keeps the process alive
    const controller = new AbortController()
    const states = []
    const waiting = ['-M', '--help'].map(async (first) => {
      const status = await runTool([first, '-d'], { signal: controller.signal, stdout: new WritableStream() })
      states.push(status)
      return status
    })
    console.log(await runTool(['-sS', 'file:///dev/null']), states)
    controller.abort()
    console.log(await Promise.all(waiting))
    process.exit()`
  writeFileSync(join(folder, 'program.js'), program)
  const { status, stdout, stderr } = await run(join(folder, 'program.js'))
  expect([status, stdout, stderr]).toEqual([0, '0 []\n[ 130, 130 ]\n', ''])
})
