// The system calls on sockets.
import {
  AF_INET,
  AF_INET6,
  AF_UNIX,
  IPPROTO_TCP,
  MSG_PEEK,
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
} from '../abi.js'
import { readAddress, writeAddress } from '../address.js'
import type { Call, Machine } from '../machine.js'
import { DatagramSocket } from './datagram.js'
import { Socket, type SocketFamily } from './socket.js'
import { StreamSocket } from './stream.js'

const FAMILIES: Record<number, SocketFamily> = { [AF_INET]: 'IPv4', [AF_INET6]: 'IPv6', [AF_UNIX]: 'unix' }
const FAMILY_NUMBERS: Record<SocketFamily, number> = { IPv4: AF_INET, IPv6: AF_INET6, unix: AF_UNIX }

export function socketCalls(machine: Machine): Record<string, Call> {
  const { descriptors, failures } = machine

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
      const { transport, reactor } = machine.network
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

    // wasm/src/shim/messages.c makes recvmmsg(2) of it
    recvmmsg(fd, places, count, address, lengthAt) {
      const memory = machine.memory()
      const socket = socketOf(fd!)
      if (!(socket instanceof DatagramSocket)) throw new SystemError('EOPNOTSUPP')
      const result = socket.receiveMany(memory, places!, count!)
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
