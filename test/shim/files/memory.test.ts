// The file system in memory: its times, the calls for pages, and the cost of large files. memory-as-host.test.ts
// compares its system calls with those of the host.
import { afterEach, describe, expect, it, vi } from 'vitest'
import type { OpenFlags } from '../../../shim/files/filesystem.js'
import { MemoryFileSystem } from '../../../shim/files/memory.js'

function flagsOf(...options: (keyof OpenFlags)[]): OpenFlags {
  const flags = { read: false, write: false, append: false, create: false, exclusive: false, truncate: false }
  return Object.assign(flags, { noFollow: false }, Object.fromEntries(options.map((option) => [option, true])))
}

afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

describe('times', () => {
  it('are those of the clock, in milliseconds', () => {
    vi.useFakeTimers({ toFake: ['Date'], now: 1000 })
    const files = new MemoryFileSystem({ '/file': 'content' })
    const times = (): number[] => {
      const { atimeMs, mtimeMs, ctimeMs } = files.stat('/file', true)
      return [atimeMs, mtimeMs, ctimeMs]
    }
    expect(times()).toEqual([1000, 1000, 1000])
    vi.setSystemTime(2000)
    files.readFile('/file')
    expect(times()).toEqual([2000, 1000, 1000])
    vi.setSystemTime(3000)
    files.writeFile('/file', 'new')
    expect(times()).toEqual([2000, 3000, 3000])
    vi.setSystemTime(4000)
    files.utimes('/file', 10, 20)
    expect(times()).toEqual([10, 20, 4000])
    vi.setSystemTime(5000)
    files.rename('/file', '/renamed')
    files.rename('/renamed', '/file')
    expect(times()).toEqual([10, 20, 5000])
    const file = files.open('/file', flagsOf('read'), 0)
    vi.setSystemTime(6000)
    files.unlink('/file')
    expect(file.stat()).toMatchObject({ mtimeMs: 20, ctimeMs: 6000 })
  })
})

describe('the calls of a page', () => {
  it('starts with /, /tmp and /dev/null, the given files, and their folders', () => {
    const files = new MemoryFileSystem(
      { '/home/user/.curlrc': '-s', 'upload.bin': Uint8Array.of(1, 2) },
      { cwd: '/some/where/' },
    )
    expect(files.cwd()).toBe('/some/where')
    expect(files.readdir('/').map(({ name, type }) => [name, type])).toEqual(
      ['dev', 'tmp', 'some', 'home'].map((name) => [name, 'directory']),
    )
    expect(files.stat('/tmp', true).mode).toBe(0o1777)
    expect(files.stat('/home/user', true).mode).toBe(0o755)
    expect(files.stat('/home/user/.curlrc', true).mode).toBe(0o644)
    expect(files.readdir('/dev')).toEqual([{ name: 'null', type: 'character' }])
    expect(files.readFile('/home/user/.curlrc')).toEqual(Uint8Array.from(Buffer.from('-s')))
    expect(files.readFile('/some/where/upload.bin')).toEqual(Uint8Array.of(1, 2))
    expect(new MemoryFileSystem().cwd()).toBe('/')
  })

  it('copies bytes in and out', () => {
    const files = new MemoryFileSystem()
    const bytes = Uint8Array.of(1, 2, 3)
    files.writeFile('/a//b/../b/file', bytes)
    bytes[0] = 9
    files.readFile('/a/b/file')[1] = 9
    expect([...files.readFile('/a/b/file')]).toEqual([1, 2, 3])
    files.writeFile('/a/b/file', 'ü')
    expect([...files.readFile('/a/b/file')]).toEqual([0xc3, 0xbc])
    files.writeFile('/a/b/file', '')
    expect(files.readFile('/a/b/file').length).toBe(0)
  })

  it('fails like the system calls', () => {
    const files = new MemoryFileSystem({ '/file': 'x' })
    expect(() => files.readFile('/missing')).toThrow("ENOENT: no such file or directory, open '/missing'")
    expect(() => files.readFile('/tmp')).toThrow('EISDIR: illegal operation on a directory, read')
    expect(() => files.writeFile('/tmp', '')).toThrow("EISDIR: illegal operation on a directory, open '/tmp'")
    expect(() => files.writeFile('/file/x', '')).toThrow("ENOTDIR: not a directory, open '/file/x'")
    expect(() => files.writeFile('/file/x/y', '')).toThrow("ENOTDIR: not a directory, mkdir '/file/x'")
  })

  it('lists all regular files', () => {
    vi.useFakeTimers({ toFake: ['Date'], now: 1234 })
    const files = new MemoryFileSystem({ '/a/b/c': '12345', '/top': '1' }, { cwd: '/empty' })
    files.symlink('/top', '/link')
    files.symlink('/a', '/a/around')
    expect([...files.files()].sort()).toEqual([
      ['/a/b/c', 5, 1234],
      ['/top', 1, 1234],
    ])
  })

  it('reports changes once in a task, and nothing else', async () => {
    const files = new MemoryFileSystem({ '/file': 'x', '/tmp/a': '' })
    const listener = vi.fn()
    const unsubscribe = files.subscribe(listener)
    await null
    const file = files.open('/file', flagsOf('read', 'write'), 0)
    const calls = async (act: () => void): Promise<number> => {
      act()
      expect(listener).not.toHaveBeenCalled()
      await null
      const count = listener.mock.calls.length
      listener.mockClear()
      return count
    }
    let links = 0
    const changes: Record<string, () => void> = {
      write: () => void file.write(Uint8Array.of(1), null),
      truncate: () => file.truncate(0),
      'open to create': () => void files.open('/new', flagsOf('write', 'create'), 0o666),
      'open to truncate': () => void files.open('/new', flagsOf('write', 'truncate'), 0o666),
      rename: () => files.rename('/new', '/newer'),
      unlink: () => files.unlink('/newer'),
      mkdir: () => files.mkdir('/folder', 0o777),
      rmdir: () => files.rmdir('/folder'),
      symlink: () => files.symlink('file', `/link${++links}`),
      utimes: () => files.utimes('/file', 0, 0),
      writeFile: () => files.writeFile('/x/y/z', 'z'),
    }
    for (const [name, change] of Object.entries(changes)) expect([name, await calls(change)]).toEqual([name, 1])
    expect(await calls(() => Object.values(changes).forEach((change) => change()))).toBe(1)

    const others: Record<string, () => void> = {
      read: () => void files.readFile('/file'),
      look: () => void [files.stat('/', true), files.readdir('/'), files.readlink('/link1'), [...files.files()]],
      fail: () => expect(() => files.unlink('/missing')).toThrow('ENOENT'),
      'write nothing': () => void file.write(new Uint8Array(0), null),
      'write to /dev/null': () => files.writeFile('/dev/null', 'gone'),
      'rename to itself': () => files.rename('/file', '/file'),
    }
    for (const [name, act] of Object.entries(others)) expect([name, await calls(act)]).toEqual([name, 0])

    unsubscribe()
    expect(await calls(() => files.writeFile('/file', 'unheard'))).toBe(0)
  })

  it('reports to every listener a change that is made during a report', async () => {
    const files = new MemoryFileSystem()
    const first = vi.fn(() => {
      if (first.mock.calls.length === 1) files.writeFile('/from-listener', '')
    })
    const second = vi.fn()
    files.subscribe(first)
    files.subscribe(second)
    files.writeFile('/file', '')
    await new Promise(setImmediate)
    expect([first.mock.calls.length, second.mock.calls.length]).toEqual([2, 2])
  })
})

describe('large files', () => {
  it('grow in small writes without copying their content', () => {
    // copying at every write would move 2 TB
    const files = new MemoryFileSystem()
    const file = files.open('/large', flagsOf('write', 'create', 'append'), 0o666)
    const block = new Uint8Array(16_384).fill(7)
    for (let i = 0; i < 16_384; i++) file.write(block, null)
    expect(files.stat('/large', true)).toMatchObject({ size: 2 ** 28, blocks: 2 ** 19 })
    const last = new Uint8Array(20)
    expect([files.open('/large', flagsOf('read'), 0).read(last, 2 ** 28 - 10), last[9], last[10]]).toEqual([10, 7, 0])
  })

  it('free memory when they shrink', () => {
    const { gc } = globalThis as { gc?: () => void }
    const used = (): number => (gc!(), gc!(), process.memoryUsage().arrayBuffers)
    const files = new MemoryFileSystem()
    const start = used()
    files.writeFile('/large', new Uint8Array(64e6))
    expect(used() - start).toBeGreaterThan(60e6)
    files.open('/large', flagsOf('write'), 0).truncate(10)
    expect(used() - start).toBeLessThan(1e6)
    expect(files.readFile('/large')).toEqual(new Uint8Array(10))
  })

  it('use little more than they need when they are small', () => {
    const { gc } = globalThis as { gc?: () => void }
    const used = (): number => (gc!(), gc!(), process.memoryUsage().arrayBuffers)
    const files = new MemoryFileSystem()
    const start = used()
    for (let i = 0; i < 1000; i++) files.writeFile(`/${i}`, new Uint8Array(1000))
    expect(used() - start).toBeLessThan(1.5e6)
  })

  it('fail with ENOSPC when there is no memory, and with EFBIG beyond the largest number', () => {
    const files = new MemoryFileSystem({ '/file': 'content' })
    const file = files.open('/file', flagsOf('read', 'write'), 0)
    const bytes = Buffer.from('more')
    expect(() => file.write(bytes, 2 ** 53)).toThrow('EFBIG: file too large, write')
    expect(() => file.truncate(2 ** 60)).toThrow('EFBIG: file too large, ftruncate')
    expect(() => file.truncate(-1)).toThrow('EINVAL: invalid argument, ftruncate')
    vi.stubGlobal('Uint8Array', function () {
      throw new RangeError('Array buffer allocation failed')
    })
    expect(() => file.write(bytes, 2 ** 30)).toThrow('ENOSPC: no space left on device, write')
    vi.unstubAllGlobals()
    expect(file.stat().size).toBe(7)
    expect(file.write(bytes, 2 ** 52)).toBe(4)
    expect(file.stat().size).toBe(2 ** 52 + 4)
  })
})

describe('descriptors without a name', () => {
  it('of a folder only support stat', () => {
    const files = new MemoryFileSystem()
    const folder = files.open('/tmp', flagsOf('read'), 0)
    expect(folder.stat().type).toBe('directory')
    expect(() => folder.read(new Uint8Array(1), null)).toThrow('EISDIR')
    expect(() => folder.write(new Uint8Array(1), null)).toThrow('EBADF')
  })
})
