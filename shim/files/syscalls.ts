// The system calls on files and folders.
import { SystemError, systemCall } from '../abi.js'
import type { Call, Machine } from '../machine.js'
import { Socket } from '../sockets/socket.js'
import { DirectoryDescriptor, FileDescriptor, openPath, statNumbers } from './descriptors.js'
import { emptyStat } from './filesystem.js'
import { decodePath, encodePath } from './path.js'

const STANDARD: Readonly<Record<string, number>> = { '/dev/stdin': 0, '/dev/stdout': 1, '/dev/stderr': 2 }

export function fileCalls(machine: Machine): Record<string, Call> {
  const { descriptors, files } = machine
  const path = (at: number | undefined): string => (at ? decodePath(machine.memory().stringBytes(at)) : '')
  const writeStat = (out: number, numbers: number[]): number => {
    const { view } = machine.memory()
    numbers.forEach((value, i) => view.setFloat64(out + i * 8, value, true))
    return 0
  }

  return {
    open(name, flags, mode) {
      // a standard stream by its name, unless it is a file of the host, which the file system opens
      const at = path(name)
      const stream = STANDARD[at]
      if (stream !== undefined && descriptors.has(stream) && !(descriptors.get(stream) instanceof FileDescriptor))
        return descriptors.add(descriptors.get(stream))
      return descriptors.add(openPath(files, at, flags!, mode!))
    },
    stat: (name, follow, out) => writeStat(out!, statNumbers(systemCall(() => files.stat(path(name), follow !== 0)))),

    fstat(fd, out) {
      const descriptor = descriptors.get(fd!)
      if (descriptor instanceof FileDescriptor || descriptor instanceof DirectoryDescriptor)
        return writeStat(out!, statNumbers(descriptor.stat()))
      return writeStat(out!, statNumbers(emptyStat(descriptor instanceof Socket ? 'socket' : 'fifo', 0o600)))
    },

    truncate(fd, length) {
      const descriptor = descriptors.get(fd!)
      if (!(descriptor instanceof FileDescriptor)) throw new SystemError('EINVAL')
      descriptor.truncate(length!)
      return 0
    },

    utimes: (name, atimeMs, mtimeMs) => (systemCall(() => files.utimes(path(name), atimeMs!, mtimeMs!)), 0),

    /** Returns the d_type of the next entry, -1 at the end, or -errno - 1. */
    readdir(fd, name, size) {
      const descriptor = descriptors.get(fd!)
      if (!(descriptor instanceof DirectoryDescriptor)) return -errnoLess('ENOTDIR')
      const entry = descriptor.readdir()
      if (!entry) return -1
      return machine.memory().writeString(name!, size!, encodePath(entry.name)) < 0
        ? -errnoLess('ENAMETOOLONG')
        : entry.type
    },

    getcwd(buffer, size) {
      const length = machine.memory().writeString(buffer!, size!, encodePath(systemCall(() => files.cwd())))
      if (length < 0) throw new SystemError('ERANGE')
      return length + 1
    },

    readlink(name, buffer, size) {
      const target = encodePath(systemCall(() => files.readlink(path(name)))).subarray(0, size)
      machine.memory().bytes.set(target, buffer!)
      return target.length
    },

    rename: (from, to) => (systemCall(() => files.rename(path(from), path(to))), 0),
    unlink: (name) => (systemCall(() => files.unlink(path(name))), 0),
    mkdir: (name, mode) => (systemCall(() => files.mkdir(path(name), mode!)), 0),
    rmdir: (name) => (systemCall(() => files.rmdir(path(name))), 0),
    getuid: () => machine.uid,
    getgid: () => machine.gid,
  }
}

function errnoLess(code: 'ENOTDIR' | 'ENAMETOOLONG'): number {
  return new SystemError(code).errno + 1
}
