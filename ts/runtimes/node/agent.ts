// Agents for Node's http and https, in the instance of the main entry.
import { makeAgents } from '../../agent/agent.js'
import type { CurlHttpAgent, CurlHttpsAgent } from '../../agent/agent.js'
import { connect } from './main.js'

const agents = /* @__PURE__ */ makeAgents(connect)

/** An http.Agent whose connections are libcurl's: docs/interfaces.md. */
export const HttpAgent = agents.HttpAgent
export type HttpAgent = CurlHttpAgent
/** An https.Agent whose connections, with TLS, are libcurl's: docs/interfaces.md. */
export const HttpsAgent = agents.HttpsAgent
export type HttpsAgent = CurlHttpsAgent
export type { CurlHttpAgent, CurlHttpsAgent, HttpAgentOptions, HttpsAgentOptions } from '../../agent/agent.js'
export type { CurlAgentOptions } from '../../agent/connect-options.js'
