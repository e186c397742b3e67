// The negotiation of permessage-deflate, the only extension: RFC 7692 section 7.1, RFC 6455 section 9.1
import type { Context } from '../libcurl/permessage-deflate.js'
import { wrongType } from '../libcurl/option-values.js'
import { isToken } from '../http/token.js'

const NAME = 'permessage-deflate'

/** The value of Sec-WebSocket-Extensions in the request. It is that of browsers. */
export const OFFER = `${NAME}; client_max_window_bits`

/** The option perMessageDeflate. @throws TypeError */
export function checkPerMessageDeflate(enabled: unknown = true): boolean {
  if (typeof enabled !== 'boolean') throw wrongType('perMessageDeflate', 'a boolean', enabled)
  return enabled
}

/** What was negotiated for the messages of each end. */
export interface PerMessageDeflate {
  server: Context
  client: Context
}

/** Largest by default: RFC 7692 section 7.1.2 */
const MAX_WINDOW_BITS = 15
const WINDOW_BITS = /^(?:[89]|1[0-5])$/

/** Which values a parameter of the response may have. */
const isValid: Readonly<Record<string, (value: string | null) => boolean>> = {
  server_no_context_takeover: (value) => value === null,
  client_no_context_takeover: (value) => value === null,
  server_max_window_bits: (value) => value !== null && WINDOW_BITS.test(value),
  client_max_window_bits: (value) => value !== null && WINDOW_BITS.test(value),
}

/** Splits 'name', 'name=value' or 'name="value"'. null if it is none of these. */
function readParameter(text: string): [name: string, value: string | null] | null {
  const [, name, token, quoted] = /^([^=]*?)(?:[ \t]*=[ \t]*(?:([^"]*)|"(.*)"))?$/.exec(text) ?? []
  const value = token ?? quoted?.replace(/\\(.)/g, '$1') ?? null
  return name !== undefined && isToken(name) && (value === null || isToken(value)) ? [name, value] : null
}

/**
 * Reads the value of Sec-WebSocket-Extensions in the response to OFFER. `refuse` is called with what is wrong in it:
 * what was not offered, what is listed twice, and values that are not allowed.
 */
export function readExtensions(answer: string, refuse: (what: string) => never): PerMessageDeflate {
  const [extension = '', ...others] = answer.split(',').map((text) => text.trim())
  const [name, ...parameters] = extension.split(';').map((text) => text.trim())
  if (name !== NAME) refuse(`it uses the extension '${name}', which was not offered`)
  if (others.length > 0) refuse(`it uses more extensions than were offered: '${answer}'`)
  const values = new Map<string, string | null>()
  for (const text of parameters) {
    const parameter = readParameter(text) ?? refuse(`'${text}' is not a parameter of ${NAME}`)
    const [key, value] = parameter
    if (!Object.hasOwn(isValid, key)) refuse(`${NAME} has no parameter '${key}'`)
    if (values.has(key)) refuse(`its ${NAME} has ${key} twice`)
    if (!isValid[key]!(value)) refuse(`'${text}' is not a valid parameter of ${NAME}`)
    values.set(key, value)
  }
  const context = (end: string): Context => ({
    windowBits: Number(values.get(`${end}_max_window_bits`) ?? MAX_WINDOW_BITS),
    takeover: !values.has(`${end}_no_context_takeover`),
  })
  return { server: context('server'), client: context('client') }
}
