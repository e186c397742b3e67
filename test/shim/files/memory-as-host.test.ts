// Compares the file system in memory with the host's: runs every call on every kind of path, and longer sequences, on
// both. memory.test.ts tests the rest: times, speed, memory, and the calls for pages.
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { SEEK_CUR, SEEK_END, O_APPEND, O_CREAT, O_WRONLY } from '../../../shim/abi.js'
import { DirectoryDescriptor, FileDescriptor, openPath } from '../../../shim/files/descriptors.js'
import type { FileSystem, OpenFile, OpenFlags } from '../../../shim/files/filesystem.js'
import { MemoryFileSystem } from '../../../shim/files/memory.js'
import { nodeFileSystem } from '../../../shim/files/node.js'

type Option = keyof OpenFlags
type Symlink = (target: string, path: string) => void
type Outcome = unknown

const LONG = 'x'.repeat(255)

function flagsOf(...options: Option[]): OpenFlags {
  const flags = { read: false, write: false, append: false, create: false, exclusive: false, truncate: false }
  return Object.assign(flags, { noFollow: false }, Object.fromEntries(options.map((option) => [option, true])))
}

/** The result of a call, or the message of its error, which includes the code, the call and the paths. */
function outcome(call: () => Outcome): Outcome {
  try {
    return call()
  } catch (error) {
    const { code, message } = error as Error & { code?: string }
    return code !== undefined && message.startsWith(`${code}: `) ? message : `an error of no call: ${message}`
  }
}

function readAll(file: OpenFile): string {
  const bytes = Buffer.alloc(file.stat().size + 1)
  return bytes.toString('latin1', 0, file.read(bytes, 0))
}

/** The content of a folder, without what only the host knows. */
function tree(files: FileSystem, folder = '.'): Outcome[] {
  const names = files.readdir(folder).map(({ name, type }) => [`${folder}/${name}`, type] as const)
  return names
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([name, listed]): Outcome[] => {
      const { type, mode, size, nlink } = files.stat(name, false)
      if (type === 'directory') return [[name, listed, type, mode], ...tree(files, name)]
      const content = type === 'file' ? readAll(files.open(name, flagsOf('read'), 0)) : files.readlink(name)
      return [[name, listed, type, mode, size, nlink, content]]
    })
}

function put(files: FileSystem, name: string, content: string): void {
  const file = files.open(name, flagsOf('write', 'create', 'truncate'), 0o666)
  file.write(Buffer.from(content, 'latin1'), null)
  file.close()
}

/** What every comparison starts with. */
function populate(files: FileSystem, symlink: Symlink): void {
  put(files, 'file', 'hello')
  put(files, 'other', 'other content')
  for (const name of ['dir', 'dir/deep', 'dir/deep/deeper', 'full', 'empty']) files.mkdir(name, 0o777)
  put(files, 'dir/inner', 'inner')
  put(files, 'dir/deep/deeper/end', 'end')
  put(files, 'full/file', 'full')
  symlink('file', 'link')
  symlink('dir', 'dirlink')
  symlink('dir/deep/', 'deeplink')
  symlink('../file', 'dir/up')
  symlink('missing', 'dangling')
  symlink('missing/further', 'dangling2')
  symlink('file/', 'slashlink')
  symlink('new/', 'newlink')
  symlink('loop2', 'loop1')
  symlink('loop1', 'loop2')
  symlink(path.resolve('dir/inner'), 'absolute')
  symlink('/', 'rootlink')
  symlink('dangling', 'indirect')
}

interface Subject {
  files: FileSystem
  symlink: Symlink
}

/** The host in a new folder, and memory in a folder with the same name, both populated. */
function newSubjects(): { subjects: Subject[]; start: Outcome } {
  enterNewFolder()
  const memory = new MemoryFileSystem({}, { cwd: process.cwd() })
  const subjects = [
    { files: memory, symlink: (target: string, name: string) => memory.symlink(target, name) },
    { files: nodeFileSystem, symlink: (target: string, name: string) => fs.symlinkSync(target, name) },
  ]
  for (const { files, symlink } of subjects) populate(files, symlink)
  return { subjects, start: tree(nodeFileSystem) }
}

/** Runs sequences of calls on both, each in a new folder, and expects the same results. */
function compare(stories: Record<string, (subject: Subject) => Outcome>): void {
  const results: [Outcome[], Outcome[]] = [[], []]
  let { subjects, start } = newSubjects()
  for (const [title, story] of Object.entries(stories)) {
    const [memory, host] = subjects.map((subject) => [outcome(() => story(subject)), tree(subject.files)])
    results[0].push([title, memory])
    results[1].push([title, host])
    if (!isDeepStrictEqual(host![1], start)) ({ subjects, start } = newSubjects())
  }
  expect(results[0]).toEqual(results[1])
}

function compareEach<T>(items: T[], story: (subject: Subject, item: T) => Outcome): void {
  compare(Object.fromEntries(items.map((item) => [String(item), (subject: Subject) => story(subject, item)])))
}

// The process itself changes to the folder, so that the kernel gets the paths as they are: with a cwd of its own,
// nodeFileSystem makes them absolute, and removes slashes at their end.
let before: string
let folder: string
let made: number
function enterNewFolder(): void {
  const name = path.join(folder, `${++made}`)
  fs.mkdirSync(name)
  process.chdir(name)
}
beforeEach(() => {
  before = process.cwd()
  made = 0
  process.umask(0o022)
  folder = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'memory-files-')))
})
afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllGlobals()
  process.chdir(before)
  fs.rmSync(folder, { recursive: true })
})

const PATHS = [
  ...['', '.', 'dir/.', 'dir/..', 'dir/deep/..', 'dir/deep/../..', './/dir///deep//..//inner'],
  ...['file', 'file/', 'file//', 'file/.', 'file/..', 'file/x', 'file/x/y', './file', 'dir/../file', 'missing/../file'],
  ...['new', 'new/', 'new/.', 'new/..', 'new/x', 'new/x/', 'dir/new', 'dir/new/', 'ünï', '...', '.hidden'],
  ...['dir', 'dir/', 'dir//', 'dir/inner', 'dir/inner/', 'dir/deep', 'dir/deep/deeper/end', 'empty', 'empty/', 'full'],
  ...['link', 'link/', 'link/.', 'link/x', 'dirlink', 'dirlink/', 'dirlink/.', 'dirlink/..', 'dirlink/inner'],
  ...['deeplink', 'deeplink/', 'deeplink/..', 'deeplink/../inner', 'dir/up', 'dirlink/up', 'dirlink/new', 'absolute'],
  ...['dangling', 'dangling/', 'dangling/x', 'dangling2', 'dangling2/x', 'indirect', 'slashlink', 'newlink'],
  ...['loop1', 'loop1/', 'loop1/x', 'loop2/..', LONG, LONG + 'x', `${LONG}x/y`, `missing/${LONG}x`, `file/${LONG}x`],
  ...['ü'.repeat(127), 'ü'.repeat(128), `${LONG}/y`],
]

const OPENINGS: Option[][] = [
  ['read'],
  ['write'],
  ['read', 'write'],
  ['read', 'truncate'],
  ['write', 'truncate'],
  ['read', 'create'],
  ['write', 'create'],
  ['write', 'create', 'truncate'],
  ['write', 'create', 'append'],
  ['write', 'create', 'exclusive'],
  ['read', 'create', 'exclusive'],
  ['write', 'exclusive'],
  ['read', 'noFollow'],
  ['write', 'noFollow'],
  ['write', 'create', 'noFollow'],
  ['read', 'write', 'create', 'exclusive', 'noFollow'],
]

/** Opens, reads, writes and truncates, and returns each result. */
function use(files: FileSystem, name: string, options: Option[]): Outcome {
  const file = files.open(name, flagsOf(...options), 0o640)
  try {
    const results = [
      outcome(() => file.stat().type),
      outcome(() => readAll(file)),
      outcome(() => file.write(Buffer.from('HEY'), null)),
      outcome(() => file.truncate(2)),
    ]
    return results
  } finally {
    file.close()
  }
}

const CALLS: Record<string, (subject: Subject, name: string) => Outcome> = {
  stat: ({ files }, name) => files.stat(name, true).type,
  lstat: ({ files }, name) => files.stat(name, false).type,
  readdir: ({ files }, name) =>
    files
      .readdir(name)
      .map((entry) => `${entry.name} ${entry.type}`)
      .sort(),
  readlink: ({ files }, name) => files.readlink(name),
  mkdir: ({ files }, name) => files.mkdir(name, 0o777),
  rmdir: ({ files }, name) => files.rmdir(name),
  unlink: ({ files }, name) => files.unlink(name),
  symlink: ({ symlink }, name) => symlink('any/where', name),
  utimes({ files }, name) {
    files.utimes(name, 1_234_567_890_500, 1_000_000_000_250)
    const { atimeMs, mtimeMs } = files.stat(name, true)
    return [Math.round(atimeMs), Math.round(mtimeMs)]
  },
  ...Object.fromEntries(
    OPENINGS.map((options) => [
      `open to ${options.join(', ')}`,
      ({ files }: Subject, name: string) => use(files, name, options),
    ]),
  ),
}

/**
 * The paths for rename, in all pairs. Without long names, because of two possible errors the host may report either.
 */
const RENAMED = [
  ...['', '.', 'file', 'file/', 'other', 'new', 'new/', 'new/x', 'file/x', 'dir', 'dir/', 'dir/.', 'dir/..', 'dir/new'],
  ...['dir/inner', 'dir/deep', 'dir/deep/deeper', 'dir/deep/deeper/new', 'empty', 'empty/', 'full', 'full/file'],
  ...[
    'link',
    'link/',
    'dirlink',
    'dirlink/',
    'dirlink/deep',
    'dirlink/new',
    'dangling',
    'dangling/',
    'loop1',
    'loop1/x',
  ],
  ...['rootlink', LONG],
]

describe.skipIf(process.platform !== 'linux')('as on the host', () => {
  it.each(Object.keys(CALLS))('%s, on every kind of path', (call) => compareEach(PATHS, CALLS[call]!))

  it.each(RENAMED)('rename of %j to every kind of path', (from) =>
    compareEach(RENAMED, ({ files }, to) => files.rename(from, to)),
  )

  it.each(['/', '//', '/.', '/..', '/../..', '/dev/null', '/dev/null/', '/dev/null/x', '/tmp', '/tmp/', 'rootlink'])(
    '%s, which stays as it is',
    (name) =>
      compare({
        stat: ({ files }) => files.stat(name, true).type,
        lstat: ({ files }) => files.stat(name, false).type,
        'a path through it': ({ files }) => files.stat(name + process.cwd(), false).type,
        read: ({ files }) => readAll(files.open(name, flagsOf('read'), 0)),
        'open, not followed': ({ files }) => files.open(name, flagsOf('read', 'noFollow'), 0).close(),
        'open to create': ({ files }) => files.open(name, flagsOf('write', 'create'), 0).close(),
        'open to write': ({ files }) => files.open(name, flagsOf('write'), 0).close(),
        mkdir: ({ files }) => files.mkdir(name, 0),
        symlink: ({ symlink }) => symlink('x', name),
      }),
  )

  it('the root cannot be removed', () =>
    compareEach(['/', '//'], ({ files }, root) => [
      outcome(() => files.unlink(root)),
      outcome(() => files.rmdir(root)),
      outcome(() => files.rename(root, 'new')),
      outcome(() => files.rename('dir', root)),
    ]))

  it('names of 256 bytes are too long for rename as well', () =>
    compare({
      from: ({ files }) => files.rename(`${LONG}x`, 'new'),
      to: ({ files }) => files.rename('file', `${LONG}x`),
      through: ({ files }) => files.rename('file', `${LONG}x/file`),
    }))

  const stories: Record<string, (subject: Subject) => Outcome> = {
    'a null device swallows everything and has nothing'({ files }) {
      const file = files.open('/dev/null', flagsOf('read', 'write', 'create', 'truncate', 'append'), 0o666)
      const { type, mode, size } = file.stat()
      return [
        [type, mode, size],
        file.write(Buffer.from('hello'), null),
        file.write(Buffer.from('hello'), 100),
        file.read(new Uint8Array(10), 0),
        file.read(new Uint8Array(10), null),
        outcome(() => file.truncate(0)),
        file.stat().size,
        outcome(() => files.open('/dev/null', flagsOf('read'), 0).write(Buffer.from('x'), null)),
        outcome(() => files.open('/dev/null', flagsOf('write'), 0).read(new Uint8Array(1), null)),
      ]
    },

    'reads without a position go on where the last one or the last write ended'({ files }) {
      const file = files.open('file', flagsOf('read', 'write'), 0)
      const two = Buffer.alloc(2)
      const read = (position: number | null): string => two.toString('latin1', 0, file.read(two, position))
      return [
        [read(null), read(0), read(null), read(null), read(null), read(4), read(5), read(500)],
        [file.write(Buffer.from('!'), null), file.write(Buffer.from('J'), 0), read(null), readAll(file)],
        [file.read(new Uint8Array(0), 0), file.write(new Uint8Array(0), 100), file.stat().size],
      ]
    },

    'appending is always at the end, wherever the position is'({ files }) {
      const first = files.open('file', flagsOf('read', 'write', 'append'), 0)
      const second = files.open('file', flagsOf('write', 'append', 'create'), 0)
      const one = Buffer.alloc(1)
      const counts = [
        first.write(Buffer.from(' first'), null),
        second.write(Buffer.from(' second'), null),
        first.write(Buffer.from(' at'), 0),
        first.read(one, null),
        first.write(Buffer.from(' end'), null),
        first.read(one, null),
      ]
      first.truncate(4)
      return [counts, second.write(Buffer.from('.'), null), readAll(first)]
    },

    'what is written beyond the end has zeros before it'({ files }) {
      const file = files.open('file', flagsOf('read', 'write'), 0)
      file.write(Buffer.from('far'), 20)
      file.write(Buffer.from('near'), 10)
      return readAll(file)
    },

    'holes are larger than any memory'({ files }) {
      const file = files.open('sparse', flagsOf('read', 'write', 'create'), 0o666)
      const far = 2 ** 40 + 5
      const bytes = Buffer.alloc(10, 'x')
      const log = [file.write(Buffer.from('end'), far), file.stat().size, file.read(bytes, 1000), `${bytes}`]
      log.push(file.read(bytes, far - 2), `${bytes}`)
      file.truncate(2 ** 41)
      log.push(file.stat().size, file.read(bytes, far + 1), `${bytes}`)
      file.truncate(0)
      return log
    },

    'truncate cuts and extends, and what was cut does not come back'({ files }) {
      const file = files.open('file', flagsOf('read', 'write'), 0)
      return [3, 0, 2, 5, 5].map((length) => (file.truncate(length), file.write(Buffer.from('ab'), 1), readAll(file)))
    },

    'truncate works across chunks'({ files }) {
      const file = files.open('large', flagsOf('read', 'write', 'create'), 0o666)
      const bytes = Buffer.alloc(1_000_000, 'abcdefg')
      const read = Buffer.alloc(1_500_000)
      const log: Outcome[] = [file.write(bytes, null)]
      for (const length of [262_144 * 3, 262_144 * 3 + 1, 600_000, 900_000, 262_143, 262_144, 262_145, 1_200_000]) {
        file.truncate(length)
        log.push(file.read(read.fill('?'), 0), read.subarray(0, length).toString('base64').length, file.stat().size)
        log.push(Buffer.from(read.subarray(length - 300_000 < 0 ? 0 : length - 300_000, length)).indexOf(0))
      }
      log.push(file.write(Buffer.from('over the edge'), 262_144 * 2 - 5), file.read(read, 0))
      log.push(read.reduce((sum, byte, at) => (sum * 31 + byte + at) % 1_000_003, 0))
      file.truncate(10)
      return log
    },

    'random reads, writes and truncations leave the same bytes'({ files }) {
      const file = files.open('random', flagsOf('read', 'write', 'create'), 0o666)
      let seed = 42
      const random = (below: number): number => (seed = (seed * 48_271) % 2_147_483_647) % below
      const into = Buffer.alloc(700_000)
      const sums: number[] = []
      for (let i = 0; i < 150; i++) {
        const at = random(1_500_000)
        if (random(4) === 0) file.truncate(at)
        else file.write(Buffer.alloc(random(random(10) ? 3000 : 600_000), `${i}`), at)
        const count = file.read(into, random(1_000_000))
        sums.push(
          count,
          into.subarray(0, count).reduce((sum, byte) => (sum * 31 + byte) % 1_000_003, 0),
        )
      }
      sums.push(file.stat().size)
      file.truncate(0)
      return sums
    },

    'an unlinked file lives on in what has it open'({ files }) {
      const file = files.open('file', flagsOf('read', 'write'), 0)
      files.unlink('file')
      const log = [readAll(file), file.write(Buffer.from('J'), 0), file.stat().nlink, outcome(() => file.truncate(4))]
      put(files, 'file', 'a new one')
      return [log, readAll(file), file.stat().ino === files.stat('file', true).ino]
    },

    'a file that rename replaces lives on too, and the new one is there at once'({ files }) {
      const file = files.open('file', flagsOf('read', 'write'), 0)
      const other = files.open('other', flagsOf('read', 'write'), 0)
      const { ino } = files.stat('other', true)
      files.rename('other', 'file')
      other.write(Buffer.from('OTHER'), 0)
      return [readAll(file), file.stat().nlink, readAll(other), files.stat('file', true).ino === ino]
    },

    'a folder that moved is the same one, with another parent'({ files }) {
      files.rename('dir', 'empty/moved')
      put(files, 'empty/moved/deep/../added', 'added')
      files.mkdir('empty/moved/../beside', 0o777)
      return [
        files.stat('empty/moved/..', true).ino === files.stat('empty', true).ino,
        outcome(() => files.rmdir('empty')),
      ]
    },

    'a program writes a new version beside a file, and renames it, as libcurl does with a cookie jar'({ files }) {
      const file = files.open('jar.tmp', flagsOf('write', 'create', 'exclusive'), 0o600)
      file.write(Buffer.from('# Netscape HTTP Cookie File\n'), null)
      file.close()
      files.rename('jar.tmp', 'file')
      return files.stat('file', true).mode
    },

    'modes have the umask taken off, and links have all bits'({ files, symlink }) {
      for (const mode of [0o400, 0o600, 0o640, 0o666, 0o777]) {
        files.open(`file ${mode}`, flagsOf('write', 'create'), mode).close()
        files.mkdir(`folder ${mode}`, mode | 0o500)
      }
      files.open('file', flagsOf('write', 'create'), 0).close()
      symlink('x', 'mode')
      return files.stat('mode', false).mode
    },

    'inodes are unique, and stay with what is renamed'({ files }) {
      const inode = (name: string): number => files.stat(name, false).ino
      const names = ['.', 'file', 'other', 'dir', 'dir/inner', 'link', 'empty']
      const { ino } = files.stat('file', false)
      files.rename('file', 'renamed')
      return [
        new Set([...names.slice(2).map(inode), ino]).size,
        inode('renamed') === ino,
        inode('dir/../dir') === inode('dir'),
      ]
    },

    'a link has the size of its target in bytes'({ files, symlink }) {
      symlink('ünï', 'size')
      return [files.stat('size', false).size, files.readlink('size'), outcome(() => symlink('', 'nothing'))]
    },

    'up to 40 links are followed'({ files, symlink }) {
      symlink('file', 'chain1')
      for (let i = 2; i <= 41; i++) symlink(`chain${i - 1}`, `chain${i}`)
      symlink('.', 'here')
      const here = (count: number): string => 'here/'.repeat(count)
      return [
        'chain40',
        'chain41',
        `${here(40)}file`,
        `${here(41)}file`,
        `${here(20)}chain20`,
        `${here(20)}chain21`,
      ].map((name) => [outcome(() => files.stat(name, true).type), outcome(() => files.stat(name, false).type)])
    },

    'what changes the times of a file and its folder'({ files, symlink }) {
      const OLD = 1_000_000_000_000
      const changed = (name: string): boolean => files.stat(name, false).mtimeMs !== OLD
      const acts: (() => void)[] = [
        () => put(files, 'dir/inner', 'inner'),
        () => put(files, 'dir/new', 'new'),
        () => files.open('dir/inner', flagsOf('read', 'write'), 0).close(),
        () => files.open('dir/inner', flagsOf('write', 'truncate'), 0).close(),
        () => files.open('dir/inner', flagsOf('write'), 0).truncate(0),
        () => void files.open('dir/inner', flagsOf('write'), 0).write(new Uint8Array(0), 0),
        () => void readAll(files.open('dir/inner', flagsOf('read'), 0)),
        () => files.mkdir('dir/deep/new', 0o777),
        () => files.rmdir('dir/deep/new'),
        () => symlink('x', 'dir/symlink'),
        () => files.unlink('dir/symlink'),
        () => files.rename('dir/inner', 'dir/deep/inner'),
        () => files.rename('dir/deep/inner', 'dir/inner'),
      ]
      return acts.map((act) => {
        for (const name of ['dir/inner', 'dir/deep', 'dir', '.']) files.utimes(name, OLD, OLD)
        act()
        const inner = outcome(() => changed('dir/inner'))
        return [inner, changed('dir/deep'), changed('dir'), changed('.')]
      })
    },

    'descriptors seek, append and list'({ files }) {
      const descriptor = openPath(files, 'file', O_WRONLY | O_APPEND | O_CREAT, 0o666) as FileDescriptor
      const log = [descriptor.write(Buffer.from(' again')), descriptor.seek(0, SEEK_CUR), descriptor.seek(-2, SEEK_END)]
      const listing = openPath(files, 'full', 0, 0) as DirectoryDescriptor
      return [log, listing.readdir(), listing.readdir(), listing.readdir(), listing.readdir(), listing.stat().type]
    },
  }
  it.each(Object.keys(stories))('%s', (name) => compare({ [name]: stories[name]! }))

  it('the working directory', () => compare({ cwd: ({ files }) => files.cwd() }))
})
