// The system calls (C side: wasm/src/shim/syscalls.c and its neighbours): the module's imports, answered by the objects of
// this folder. Those on sockets and on files are in the folders of these.
//
// Every call returns a value or a negative errno. An exception becomes an errno here and nowhere else. None passes
// through the wasm frames, because libcurl would be left in the middle of its work (failures.ts).
import {
  AF_INET6,
  FIONBIO,
  FIONREAD,
  F_GETFD,
  F_GETFL,
  F_SETFD,
  F_SETFL,
  O_NONBLOCK,
  O_RDWR,
  SystemError,
  ECHO,
  ICANON,
  TCGETS,
  TCSETS,
  TCSETSF,
  TIOCGWINSZ,
  termios,
  winsize,
} from './abi.js'
import { aesGcm } from './aes-gcm.js'
import { clockNow } from './clock.js'
import type { Descriptor } from './descriptors.js'
import { fileCalls } from './files/syscalls.js'
import { idnToAscii, idnToUnicode } from './idn.js'
import { writeInterface } from './interfaces.js'
import type { Call, Machine } from './machine.js'
import { PipeReader, PipeWriter } from './pipe.js'
import { poll } from './poll.js'
import { Watchable } from './reactor.js'
import { ResolverChannel, parseServers } from './resolver.js'
import { Socket } from './sockets/socket.js'
import { socketCalls } from './sockets/syscalls.js'

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

function descriptorCalls(machine: Machine): Record<string, Call> {
  const { descriptors } = machine
  return {
    poll: (fds, count, timeout) => poll(machine, fds!, count!, timeout!),

    dup: (from, to) => (to! < 0 ? descriptors.add(descriptors.get(from!)) : (descriptors.duplicate(from!, to!), to!)),

    pipe(fds) {
      const reader = new PipeReader(machine.network.reactor)
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

function resolverCalls(machine: Machine): Record<string, Call> {
  const { descriptors, failures } = machine
  return {
    resolver_check: (servers) => (parseServers(machine.memory().string(servers!)) ? 1 : 0),

    resolver_open(servers) {
      const list = servers ? parseServers(machine.memory().string(servers)) : null
      const { transport, reactor } = machine.network
      return descriptors.add(new ResolverChannel(reactor, transport, list, failures))
    },

    resolver_has_https: () => (machine.network.transport.resolveHttps ? 1 : 0),

    resolver_query_https(fd, id, name) {
      const channel = descriptors.get(fd!) as ResolverChannel
      channel.queryHttps(id!, machine.memory().string(name!))
      return 0
    },

    resolver_query(fd, id, name, family) {
      const channel = descriptors.get(fd!) as ResolverChannel
      channel.query(id!, machine.memory().string(name!), family === AF_INET6 ? 'IPv6' : 'IPv4')
      return 0
    },

    interface(index, out) {
      const entry = machine.network.transport.interfaces?.()[index!]
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
  const cipher = machine.aesGcm
  return {
    secure() {
      machine.network.transport.secure?.()
      return 0
    },

    getentropy(buffer, length) {
      machine.fillRandom(machine.memory().slice(buffer!, length!))
      return 0
    },

    has_aes_gcm: () => (cipher ? 1 : 0),
    aes_gcm: (message, encrypting, text, length, out) =>
      cipher && aesGcm(cipher, machine.memory(), message!, encrypting !== 0, text!, length!, out!) ? 1 : 0,
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
