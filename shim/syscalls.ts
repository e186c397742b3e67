// The system calls (C side: wasm/src/shim/syscalls.c): the module's imports, answered by the objects of this folder.
//
// Every call returns a value or a negative errno. An exception becomes an errno here and nowhere else. None passes
// through the wasm frames, because libcurl would be left in the middle of its work (failures.ts).
import {
  AF_INET,
  AF_INET6,
  AF_UNIX,
  FIONBIO,
  FIONREAD,
  F_GETFD,
  F_GETFL,
  F_SETFD,
  F_SETFL,
  IPPROTO_TCP,
  MSG_PEEK,
  O_NONBLOCK,
  O_RDWR,
  SHUT_RD,
  SHUT_RDWR,
  SHUT_WR,
  SOCK_CLOEXEC,
  SOCK_DGRAM,
  SOCK_NONBLOCK,
  SOCK_STREAM,
  SOL_SOCKET,
  SO_ACCEPTCONN,
  SO_BROADCAST,
  SO_DOMAIN,
  SO_ERROR,
  SO_KEEPALIVE,
  SO_RCVBUF,
  SO_REUSEADDR,
  SO_SNDBUF,
  SO_TYPE,
  SystemError,
  TCP_KEEPCNT,
  TCP_KEEPIDLE,
  TCP_KEEPINTVL,
  TCP_NODELAY,
  IPPROTO_IPV6,
  IPV6_V6ONLY,
  ECHO,
  ICANON,
  TCGETS,
  TCSETS,
  TCSETSF,
  TIOCGWINSZ,
  termios,
  systemCall,
  winsize,
} from './abi.js'
import { readAddress, writeAddress } from './address.js'
import { clockNow } from './clock.js'
import type { Descriptor, Descriptors } from './descriptors.js'
import { fillRandom } from './entropy.js'
import type { Failures } from './failures.js'
import { DirectoryDescriptor, FileDescriptor, openPath, statNumbers } from './files/descriptors.js'
import { emptyStat, type FileSystem } from './files/filesystem.js'
import { decodePath, encodePath } from './files/path.js'
import { idnToAscii, idnToUnicode } from './idn.js'
import { writeInterface } from './interfaces.js'
import type { Memory } from './memory.js'
import { PipeReader, PipeWriter } from './pipe.js'
import { poll } from './poll.js'
import { Watchable, type Reactor } from './reactor.js'
import { ResolverChannel, parseServers } from './resolver.js'
import { DatagramSocket } from './sockets/datagram.js'
import { Socket, type SocketFamily } from './sockets/socket.js'
import { StreamSocket } from './sockets/stream.js'
import type { Transport } from './transports/transport.js'

/** What the calls work on. */
export interface Machine {
  memory(): Memory
  descriptors: Descriptors
  reactor: Reactor
  transport: Transport
  files: FileSystem
  failures: Failures
  uid: number
  gid: number
}

const STANDARD: Readonly<Record<string, number>> = { '/dev/stdin': 0, '/dev/stdout': 1, '/dev/stderr': 2 }

type Call = (...args: number[]) => number

const FAMILIES: Record<number, SocketFamily> = { [AF_INET]: 'IPv4', [AF_INET6]: 'IPv6', [AF_UNIX]: 'unix' }
const FAMILY_NUMBERS: Record<SocketFamily, number> = { IPv4: AF_INET, IPv6: AF_INET6, unix: AF_UNIX }

/** Makes a call that returns -errno if its body throws. No call has more than six arguments. */
function guarded({ failures }: Machine, body: Call): Call {
  return (a, b, c, d, e, f) => {
    try {
      return body(a!, b!, c!, d!, e!, f!)
    } catch (error) {
      return failures.answer(error)
    }
  }
}

function socketCalls(machine: Machine): Record<string, Call> {
  const { descriptors, reactor, transport, failures } = machine

  const socketOf = (fd: number): Socket => {
    const descriptor = descriptors.get(fd)
    if (!(descriptor instanceof Socket)) throw new SystemError('ENOTSOCK')
    return descriptor
  }
  const streamOf = (fd: number): StreamSocket => {
    const socket = socketOf(fd)
    if (!(socket instanceof StreamSocket)) throw new SystemError('EOPNOTSUPP')
    return socket
  }
  const pendingError = (socket: Socket): number => {
    const failure = socket.takeFailure()
    return failure ? -failures.report(failure) : 0
  }

  return {
    socket(domain, type) {
      const family = FAMILIES[domain!]
      if (!family) throw new SystemError('EAFNOSUPPORT')
      switch (type! & ~(SOCK_NONBLOCK | SOCK_CLOEXEC)) {
        case SOCK_STREAM:
          return descriptors.add(new StreamSocket(family, transport, reactor))
        case SOCK_DGRAM:
          return descriptors.add(new DatagramSocket(family, transport, reactor))
        default:
          throw new SystemError('EPROTOTYPE')
      }
    },

    socketpair() {
      throw new SystemError('EOPNOTSUPP')
    },

    bind(fd, address, length) {
      socketOf(fd!).bind(readAddress(machine.memory(), address!, length!))
      return 0
    },

    connect(fd, address, length) {
      socketOf(fd!).connect(readAddress(machine.memory(), address!, length!))
      return 0
    },

    listen(fd) {
      streamOf(fd!).listen()
      return 0
    },

    accept4(fd, address, lengthAt) {
      const accepted = streamOf(fd!).accept()
      const from = accepted.peer
      if (from) writeAddress(machine.memory(), address!, lengthAt!, from)
      return descriptors.add(accepted)
    },

    getsockname(fd, address, lengthAt) {
      writeAddress(machine.memory(), address!, lengthAt!, socketOf(fd!).getsockname())
      return 0
    },

    getpeername(fd, address, lengthAt) {
      writeAddress(machine.memory(), address!, lengthAt!, socketOf(fd!).getpeername())
      return 0
    },

    sendto(fd, buffer, length, _flags, address, addressLength) {
      const memory = machine.memory()
      const to = address ? readAddress(memory, address, addressLength!) : null
      return socketOf(fd!).send(memory.slice(buffer!, length!), to)
    },

    recvfrom(fd, buffer, length, flags, address, lengthAt) {
      const memory = machine.memory()
      const result = socketOf(fd!).receive(memory.slice(buffer!, length!), (flags! & MSG_PEEK) !== 0)
      if (result.from) writeAddress(memory, address!, lengthAt!, result.from)
      return result.length
    },

    shutdown(fd, how) {
      if (how !== SHUT_RD && how !== SHUT_WR && how !== SHUT_RDWR) throw new SystemError('EINVAL')
      streamOf(fd!).shutdown(how !== SHUT_RD)
      return 0
    },

    getsockopt(fd, level, option, value, lengthAt) {
      const socket = socketOf(fd!)
      if (level !== SOL_SOCKET) throw new SystemError('ENOPROTOOPT')
      const found = (() => {
        switch (option) {
          case SO_ERROR:
            return pendingError(socket)
          case SO_TYPE:
            return socket instanceof StreamSocket ? SOCK_STREAM : SOCK_DGRAM
          case SO_DOMAIN:
            return FAMILY_NUMBERS[socket.family]
          case SO_ACCEPTCONN:
            return 0
          default:
            throw new SystemError('ENOPROTOOPT')
        }
      })()
      machine.memory().setU32(value!, found)
      machine.memory().setU32(lengthAt!, 4)
      return 0
    },

    setsockopt(fd, level, option, value, length) {
      const socket = socketOf(fd!)
      const number = length! >= 4 ? machine.memory().u32(value!) : 0
      const stream = socket instanceof StreamSocket ? socket : null
      if (level === SOL_SOCKET) {
        if (option === SO_KEEPALIVE && stream) return (stream.setKeepAlive(number !== 0, stream.keepAlive.idleMs), 0)
        // hints, or what the transport does anyway
        if (option === SO_REUSEADDR || option === SO_BROADCAST || option === SO_SNDBUF || option === SO_RCVBUF) return 0
      }
      if (level === IPPROTO_TCP && stream) {
        if (option === TCP_NODELAY) return (stream.setNoDelay(number !== 0), 0)
        if (option === TCP_KEEPIDLE) return (stream.setKeepAlive(stream.keepAlive.on, number * 1000), 0)
        if (option === TCP_KEEPINTVL || option === TCP_KEEPCNT) return 0
      }
      if (level === IPPROTO_IPV6 && option === IPV6_V6ONLY) return 0
      throw new SystemError('ENOPROTOOPT')
    },
  }
}

function descriptorCalls(machine: Machine): Record<string, Call> {
  const { descriptors } = machine
  return {
    poll: (fds, count, timeout) => poll(machine, fds!, count!, timeout!),

    dup: (from, to) => (to! < 0 ? descriptors.add(descriptors.get(from!)) : (descriptors.duplicate(from!, to!), to!)),

    pipe(fds) {
      const reader = new PipeReader(machine.reactor)
      const memory = machine.memory()
      memory.setU32(fds!, descriptors.add(reader))
      memory.setU32(fds! + 4, descriptors.add(new PipeWriter(reader)))
      return 0
    },

    fcntl(fd, command, argument) {
      const descriptor = descriptors.get(fd!)
      switch (command) {
        case F_GETFL:
          return O_RDWR | (descriptor instanceof Watchable ? O_NONBLOCK : 0)
        case F_SETFL:
          descriptor.setNonBlocking?.((argument! & O_NONBLOCK) !== 0)
          return 0
        case F_GETFD:
        case F_SETFD:
          return 0
        default:
          throw new SystemError('EINVAL')
      }
    },

    ioctl(fd, request, argument) {
      const descriptor = descriptors.get(fd!)
      if (!(descriptor instanceof Socket)) return terminalControl(machine, descriptor, request!, argument!)
      if (request === FIONBIO) return 0
      if (request !== FIONREAD) throw new SystemError('EINVAL')
      machine.memory().setU32(argument!, descriptor.available)
      return 0
    },
  }
}

/** ioctl(2) on a terminal: its size, and whether it shows what is typed. */
function terminalControl(machine: Machine, descriptor: Descriptor, request: number, argument: number): number {
  const size = descriptor.terminal?.()
  if (!size) throw new SystemError('ENOTTY')
  const memory = machine.memory()
  if (request === TIOCGWINSZ) {
    memory.view.setUint16(argument + winsize.ws_row, size.rows, true)
    memory.view.setUint16(argument + winsize.ws_col, size.columns, true)
  } else if (request === TCGETS) {
    memory.slice(argument, termios.size).fill(0)
    memory.setU32(argument + termios.c_lflag, ICANON | ECHO)
  } else if (request >= TCSETS && request <= TCSETSF) {
    descriptor.setEcho?.((memory.u32(argument + termios.c_lflag) & ECHO) !== 0)
  } else throw new SystemError('EINVAL')
  return 0
}

function fileCalls(machine: Machine): Record<string, Call> {
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

function resolverCalls(machine: Machine): Record<string, Call> {
  const { descriptors, reactor, transport, failures } = machine
  return {
    resolver_check: (servers) => (parseServers(machine.memory().string(servers!)) ? 1 : 0),

    resolver_open(servers) {
      const list = servers ? parseServers(machine.memory().string(servers)) : null
      return descriptors.add(new ResolverChannel(reactor, transport, list, failures))
    },

    resolver_query(fd, id, name, family) {
      const channel = descriptors.get(fd!) as ResolverChannel
      channel.query(id!, machine.memory().string(name!), family === AF_INET6 ? 'IPv6' : 'IPv4')
      return 0
    },

    interface(index, out) {
      const entry = transport.interfaces?.()[index!]
      if (entry) writeInterface(machine.memory(), out!, entry)
      return entry ? 1 : 0
    },

    idn_to_ascii: (name, out, size) => convertName(machine, idnToAscii, name!, out!, size!),
    idn_to_unicode: (name, out, size) => convertName(machine, idnToUnicode, name!, out!, size!),
  }
}

function convertName(
  machine: Machine,
  convert: (name: string) => string | null,
  name: number,
  out: number,
  size: number,
): number {
  const converted = convert(machine.memory().string(name))
  return converted === null ? -1 : machine.memory().writeString(out, size, converted)
}

function otherCalls(machine: Machine): Record<string, Call> {
  return {
    getentropy(buffer, length) {
      fillRandom(machine.memory().slice(buffer!, length!))
      return 0
    },
  }
}

/** The imports of module "shim". */
export function shimImports(machine: Machine): Record<string, Call> {
  const calls = {
    ...socketCalls(machine),
    ...descriptorCalls(machine),
    ...fileCalls(machine),
    ...resolverCalls(machine),
    ...otherCalls(machine),
  }
  const imports = Object.fromEntries(Object.entries(calls).map(([name, body]) => [name, guarded(machine, body)]))
  // not guarded: libcurl asks for the time in nearly every call, and it cannot fail
  return { ...imports, clock_now: clockNow as Call }
}
