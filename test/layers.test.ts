// Tests which folder may import which, as docs/architecture.md describes the layers. Imports of types count too.
import { readFileSync } from 'node:fs'
import { execFileSync } from 'node:child_process'
import path from 'node:path'
import { describe, expect, it } from 'vitest'

const root = new URL('..', import.meta.url).pathname
const files = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', 'ts', 'shim', 'relay'], {
  cwd: root,
  encoding: 'utf8',
})
  .trim()
  .split('\n')
  .filter((file) => file.endsWith('.ts'))

/** The files of ours that a file imports, as paths from the root. `values` leaves out imports of types. */
const graph = (values: boolean): Map<string, string[]> => new Map(files.map((file) => [file, importedBy(file, values)]))

function importedBy(file: string, values: boolean): string[] {
  const whole = readFileSync(path.join(root, file), 'utf8')
  const text = values ? whole.replace(/^(import|export) type [^']*'[^']*'/gm, '') : whole
  const specifiers = [...text.matchAll(/(?:\bfrom|\bimport)\s*\(?\s*'(\.[^']+)\.js'/g)].map(([, name]) => name!)
  const paths = specifiers.map((name) => `${path.posix.join(path.posix.dirname(file), name)}.ts`)
  return paths.filter((name) => !name.endsWith('.inline.ts'))
}

const importsOf = graph(false)

const within = (file: string, ...folders: string[]): boolean => folders.some((folder) => file.startsWith(`${folder}/`))

/** The imports in `from` that `allowed` returns false for, as 'a -> b'. */
function broken(from: string, allowed: (to: string, file: string) => boolean): string[] {
  return [...importsOf].flatMap(([file, imports]) =>
    within(file, from) ? imports.filter((to) => !allowed(to, file)).map((to) => `${file} -> ${to}`) : [],
  )
}

/** The circles of imports: the files of each strongly connected component with more than one (Tarjan). */
function circles(imports: Map<string, string[]>): string[][] {
  const found: string[][] = []
  const index = new Map<string, number>()
  const low = new Map<string, number>()
  const stack: string[] = []
  const visit = (file: string): void => {
    index.set(file, index.size)
    low.set(file, index.get(file)!)
    stack.push(file)
    for (const next of imports.get(file) ?? []) {
      if (!index.has(next)) visit(next)
      if (stack.includes(next)) low.set(file, Math.min(low.get(file)!, low.get(next)!))
    }
    if (low.get(file) !== index.get(file)) return
    const part = stack.splice(stack.indexOf(file))
    if (part.length > 1) found.push(part.sort())
  }
  for (const file of files) if (!index.has(file)) visit(file)
  return found
}

const FEATURES = [
  ...['ts/fetch', 'ts/session', 'ts/connect', 'ts/websocket', 'ts/tool'],
  ...['ts/undici', 'ts/agent', 'ts/proxy-transport', 'ts/node-libcurl'],
]

it('every relative import leads to a file', () => {
  expect(files.length).toBeGreaterThan(150)
  const missing = [...importsOf].flatMap(([file, imports]) =>
    imports.filter((to) => !files.includes(to)).map((to) => `${file} -> ${to}`),
  )
  expect(missing).toEqual([])
})

describe('a layer only imports those below it', () => {
  it('shim/ imports only shim/', () => expect(broken('shim', (to) => within(to, 'shim'))).toEqual([]))
  it('relay/ imports only shim/', () => expect(broken('relay', (to) => within(to, 'relay', 'shim'))).toEqual([]))
  it('ts/common/ imports only shim/', () =>
    expect(broken('ts/common', (to) => within(to, 'ts/common', 'shim'))).toEqual([]))
  it('ts/libcurl/ imports only ts/common/ and shim/', () =>
    expect(broken('ts/libcurl', (to) => within(to, 'ts/libcurl', 'ts/common', 'shim'))).toEqual([]))
  it('ts/http/ imports only ts/libcurl/ and what that imports', () =>
    expect(broken('ts/http', (to) => within(to, 'ts/http', 'ts/libcurl', 'ts/common', 'shim'))).toEqual([]))
  it.each(FEATURES)('%s/ imports no runtime', (feature) =>
    expect(broken(feature, (to) => !within(to, 'ts/runtimes', 'relay'))).toEqual([]),
  )
})

// streams.ts makes transports of pairs of streams
it('a transport imports no other transport', () => {
  const unit = (file: string): string => /^shim\/transports\/(wisp|node|workerd|wsproxy)\b/.exec(file)?.[1] ?? ''
  expect(broken('shim/transports', (to, file) => !unit(to) || unit(to) === unit(file))).toEqual([])
})

describe('there are no circles of imports', () => {
  it('of values', () => expect(circles(graph(true))).toEqual([]))
  // an instance has its handles, and each of them has the instance; the options of a handle have functions whose `this`
  // is the handle
  it('of types, except between the handles of one folder', () => {
    const ofHandles = (part: string[]): boolean =>
      ['ts/libcurl', 'ts/node-libcurl'].some((folder) => part.every((file) => within(file, folder)))
    expect(circles(importsOf).filter((part) => !ofHandles(part))).toEqual([])
  })
})

// it runs on Node and in Cloudflare's runtime, and may run elsewhere
describe('the core of the relay knows no runtime', () => {
  const core = files.filter((file) => within(file, 'relay/core'))
  const reached = new Set(core)
  for (const file of reached) for (const next of importsOf.get(file) ?? []) reached.add(next)
  const codeOf = (file: string): string =>
    readFileSync(path.join(root, file), 'utf8').replace(/\/\*[\s\S]*?\*\/|(?<![:'"`])\/\/.*$/gm, '')

  it('it imports only itself and shim/', () => {
    expect(core.length).toBeGreaterThan(20)
    expect(broken('relay/core', (to) => within(to, 'relay/core', 'shim'))).toEqual([])
  })
  it('neither it nor what it imports has a package or a module of Node, except ipaddr.js', () => {
    const packages = [...reached].flatMap((file) =>
      [...codeOf(file).matchAll(/(?:\bfrom|\bimport)\s*\(?\s*'([^.'][^']*)'/g)].map(([, name]) => `${file} -> ${name}`),
    )
    expect(packages).toEqual(['relay/core/addresses.ts -> ipaddr.js'])
  })
  it('it uses no globals of Node', () => {
    const globals = /(?<![.\w'])(?:Buffer|process|NodeJS|setImmediate|require|global)\b(?!:)/
    expect(core.filter((file) => globals.test(codeOf(file)))).toEqual([])
  })
  it('the relays of the runtimes do not import each other', () => {
    expect(broken('relay/node', (to) => !within(to, 'relay/worker'))).toEqual([])
    expect(broken('relay/worker', (to) => !within(to, 'relay/node'))).toEqual([])
  })
})
