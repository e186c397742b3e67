// The terminal's own commands: a few of a shell for the files in memory, and some that explain the page.
import type { Redirect } from '../command/shell.js'
import type { Console } from '../terminal/console.js'
import type { PanelContext } from '../panels/context.js'
import type { Example } from './examples.js'

export const BUILTINS: Readonly<Record<string, { help: string; files?: boolean }>> = {
  help: { help: 'show this text' },
  examples: { help: 'show commands to start with' },
  man: { help: 'show curl’s manual; man -d: only the option -d' },
  ls: { help: 'list the files in memory' },
  cat: { help: 'show a file', files: true },
  rm: { help: 'remove files', files: true },
  clear: { help: 'clear the terminal' },
}

const HOME = '/home/'
const MAX_SHOWN = 1024 * 1024

export interface Place {
  console: Console
  context: PanelContext
  examples: readonly Example[]
}

/** Resolves with an exit status. */
export async function runBuiltin(
  name: string,
  argv: readonly string[],
  redirects: readonly Redirect[],
  place: Place,
): Promise<number> {
  const { screen } = place.console
  if (redirects.length > 0) {
    screen.line('bad', `${name}: only curl's output can be redirected`)
    return 1
  }
  switch (name) {
    case 'help':
      return help(place)
    case 'examples':
      for (const { command, about } of place.examples) {
        screen.line('dim', `# ${about}`)
        screen.line('plain', command)
      }
      return 0
    case 'man':
      return manual(argv, place)
    case 'ls':
      return listFiles(place)
    case 'cat':
      return each(argv, 'cat', place, (path) => show(path, place))
    case 'rm':
      return each(argv, 'rm', place, (path) => place.context.ask({ ask: 'remove', path }))
    default:
      screen.clear()
      return 0
  }
}

function help({ console: { screen } }: Place): number {
  screen.line('plain', 'This is curl, compiled to WebAssembly, with all its options. There are also these commands:')
  for (const [name, { help }] of Object.entries(BUILTINS)) screen.line('plain', `  ${name.padEnd(10)}${help}`)
  screen.line('plain', 'Join commands with ; && and ||. Redirect with < > >> 2> from and to files in memory.')
  screen.line(
    'plain',
    'Pasted commands of DevTools work: as cURL, as fetch, and as HAR. A HAR file can be dropped here.',
  )
  screen.line('plain', 'Tab completes, ↑ and ↓ go through the history, Ctrl-R searches it, Ctrl-C stops.')
  screen.line('plain', 'Escape and then Tab leaves the terminal. F1 lists all keys of the page.')
  return 0
}

async function manual(argv: readonly string[], { console: { screen }, context }: Place): Promise<number> {
  const topic = argv[0]
  const text = await context.ask({ ask: 'help', argv: topic === undefined ? ['--manual'] : ['--help', topic] })
  print(String(text), screen)
  return 0
}

function listFiles({ console: { screen }, context }: Place): number {
  const { files } = context.store.state
  const width = Math.max(0, ...files.map(({ size }) => String(size).length))
  for (const { path, size } of files)
    screen.line('plain', `${String(size).padStart(width)}  ${path.startsWith(HOME) ? path.slice(HOME.length) : path}`)
  return 0
}

async function show(path: string, { console: { screen }, context }: Place): Promise<void> {
  const blob = (await context.ask({ ask: 'read', path })) as Blob
  const output = screen.stranger(false)
  output.write(new Uint8Array(await blob.slice(0, MAX_SHOWN).arrayBuffer()))
  output.end()
  if (blob.size > MAX_SHOWN) screen.line('dim', `… and ${blob.size - MAX_SHOWN} more bytes: see the Files tab`)
}

function print(text: string, screen: Console['screen']): void {
  const output = screen.stranger(false)
  output.write(new TextEncoder().encode(text))
  output.end()
}

async function each(
  paths: readonly string[],
  name: string,
  { console: { screen } }: Place,
  action: (path: string) => Promise<unknown>,
): Promise<number> {
  let status = 0
  if (paths.length === 0) screen.line('bad', `${name}: needs the name of a file`)
  for (const path of paths) {
    try {
      await action(path)
    } catch (error) {
      status = 1
      screen.line('bad', `${name}: ${(error as Error).message}`)
    }
  }
  return paths.length === 0 ? 1 : status
}
