// The transport of Node: TCP, unix sockets, UDP and listening sockets, by node:net and node:dgram.
import dns from 'node:dns'
import net from 'node:net'
import os from 'node:os'
import { TransportError, failureOf } from '../transport.js'
import type { ResolvedAddress, Transport } from '../transport.js'
import { isLocal } from './addresses.js'
import { NodeDatagrams } from './datagrams.js'
import { NodeListener } from './listener.js'
import { NodeStream } from './stream.js'

export const nodeTransport: Transport = {
  recipe: () => ({ kind: 'node' }),

  connect: (remote, local, events) => NodeStream.connect(remote, local, events),

  checkBind(local) {
    if (local.family === 'unix') throw new TransportError('EOPNOTSUPP')
    if (!isLocal(local.address)) throw new TransportError('EADDRNOTAVAIL')
    if (local.port === 0) return
    // Listening there for a moment asks the kernel. listener.ts says why on every address.
    const trial = net.createServer()
    trial.on('error', () => {})
    trial.listen({ port: local.port, exclusive: true })
    const free = trial.listening
    trial.close()
    if (!free) throw new TransportError('EADDRINUSE')
  },

  listen(local, events) {
    if (local.family !== 'unix' && !isLocal(local.address)) throw new TransportError('EADDRNOTAVAIL')
    return new NodeListener(local, events)
  },

  datagrams: (family, local, events) => new NodeDatagrams(family, local, events),

  interfaces: () =>
    Object.entries(os.networkInterfaces()).flatMap(([name, list]) =>
      (list ?? []).map(({ family, address, scopeid }) => ({
        name,
        family: family as 'IPv4' | 'IPv6',
        address,
        scope: scopeid,
      })),
    ),

  async resolve(name, family, servers, signal): Promise<ResolvedAddress[]> {
    const number = family === 'IPv6' ? 6 : 4
    try {
      if (servers) {
        const resolver = new dns.promises.Resolver()
        resolver.setServers(servers)
        signal.addEventListener('abort', () => resolver.cancel(), { once: true })
        const found = await (number === 6 ? resolver.resolve6(name) : resolver.resolve4(name))
        return found.map((address) => ({ address }))
      }
      const found = await dns.promises.lookup(name, { family: number, all: true })
      return found.map(({ address }) => ({ address }))
    } catch (error) {
      throw new TransportError(...failureOf(error))
    }
  },
}
