// Agents for Node's http and https, and so for what is made with these: axios, got, node-fetch. Node does HTTP, and
// keeps connections as its own agents do; libcurl makes the connections. Docs: docs/interfaces.md
import http from 'node:http'
import https from 'node:https'
import type { Duplex } from 'node:stream'
import type { Connect } from '../connect/connect.js'
import {
  checkAgentOptions,
  connectOptions,
  ownCheck,
  type CurlAgentOptions,
  type RequestOptions,
} from './connect-options.js'
import { AgentSocket } from './socket.js'

/** Those of http.Agent, and `proxy` and `curl`. */
export interface HttpAgentOptions extends http.AgentOptions, CurlAgentOptions {}

/** Those of https.Agent, and `proxy` and `curl`. */
export interface HttpsAgentOptions extends https.AgentOptions, CurlAgentOptions {}

/** Makes a connection. @throws TypeError and RangeError that name the option */
export function openSocket(
  connect: Connect,
  request: RequestOptions,
  agent: CurlAgentOptions,
  secure: boolean,
): AgentSocket {
  const abort = new AbortController()
  const options = connectOptions(request, agent, secure, abort.signal)
  const verified = request.rejectUnauthorized !== false
  const tls = secure ? { verified, servername: options.host, check: ownCheck(request) } : null
  const socket = new AgentSocket(connect(options), { hostname: request.host || 'localhost', tls, abort })
  if (request.timeout) socket.setTimeout(request.timeout)
  return socket
}

/** Takes the options of this package out of an agent's, because Node's agent has names of its own. */
function split<O extends CurlAgentOptions>(options: O): [CurlAgentOptions, Omit<O, keyof CurlAgentOptions>] {
  checkAgentOptions(options)
  const { proxy, curl, ...rest } = options
  return [{ proxy, curl }, rest]
}

/** An http.Agent whose connections are libcurl's. */
export abstract class CurlHttpAgent extends http.Agent {
  readonly #connect: Connect
  readonly #own: CurlAgentOptions

  /** @internal */
  constructor(connect: Connect, options: HttpAgentOptions) {
    const [own, rest] = split(options)
    super(rest)
    this.#connect = connect
    this.#own = own
  }

  /** @internal Node calls it for each new connection. */
  override createConnection(options: object): Duplex {
    return openSocket(this.#connect, options as RequestOptions, this.#own, false)
  }
}

/** An https.Agent whose connections, with TLS, are libcurl's. */
export abstract class CurlHttpsAgent extends https.Agent {
  readonly #connect: Connect
  readonly #own: CurlAgentOptions

  /** @internal */
  constructor(connect: Connect, options: HttpsAgentOptions) {
    const [own, rest] = split(options)
    super(rest)
    this.#connect = connect
    this.#own = own
  }

  /** @internal Node calls it for each new connection. */
  override createConnection(options: object): Duplex {
    return openSocket(this.#connect, options as RequestOptions, this.#own, true)
  }
}

/** Makes the agents of an entry, whose connect() starts the module unless it has been started. */
export function makeAgents(connect: Connect): {
  HttpAgent: new (options?: HttpAgentOptions) => CurlHttpAgent
  HttpsAgent: new (options?: HttpsAgentOptions) => CurlHttpsAgent
} {
  return {
    /** @throws TypeError that names the option that is wrong */
    HttpAgent: class HttpAgent extends CurlHttpAgent {
      constructor(options: HttpAgentOptions = {}) {
        super(connect, options)
      }
    },
    /** @throws TypeError that names the option that is wrong */
    HttpsAgent: class HttpsAgent extends CurlHttpsAgent {
      constructor(options: HttpsAgentOptions = {}) {
        super(connect, options)
      }
    },
  }
}
