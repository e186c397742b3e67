// CloseEvent, which not every platform has, and error events with a cause.
import type { CloseEvent as PlatformCloseEvent, CloseEventInit } from '../../shim/platform.js'
import { defineInterface, usvString } from './webidl.js'

/** https://websockets.spec.whatwg.org/#the-closeevent-interface */
class OurCloseEvent extends Event {
  readonly #wasClean: boolean
  readonly #code: number
  readonly #reason: string

  constructor(type: string, init: CloseEventInit = {}) {
    if (arguments.length === 0) throw new TypeError('a CloseEvent needs a type')
    super(type, init)
    const { wasClean, code = 0, reason = '' } = init ?? {}
    this.#wasClean = Boolean(wasClean)
    this.#code = Number(code) & 0xffff
    this.#reason = usvString(reason)
  }

  get wasClean(): boolean {
    return this.#wasClean
  }
  get code(): number {
    return this.#code
  }
  get reason(): string {
    return this.#reason
  }
}

function closeEventClass(): typeof CloseEvent {
  return globalThis.CloseEvent ?? /* @__PURE__ */ defineInterface('CloseEvent', OurCloseEvent)
}

/** The platform's CloseEvent; Node has had one since version 23. */
export const CloseEvent: { new (type: string, init?: CloseEventInit): CloseEvent; readonly prototype: CloseEvent } =
  /* @__PURE__ */ closeEventClass()
export type CloseEvent = PlatformCloseEvent

let callsThem: boolean | null = null

/** Whether the platform's EventTarget calls the function in a property `on...` by itself, as workerd's does. */
export function callsHandlers(): boolean {
  if (callsThem === null) {
    callsThem = false
    const target = Object.assign(new EventTarget(), { onprobe: () => (callsThem = true) })
    target.dispatchEvent(new Event('probe'))
  }
  return callsThem
}

/** An error event. Beyond the standard, `error` and `message` say why the connection failed. */
export interface FailureEvent extends Event {
  readonly error: unknown
  readonly message: string
}

export function failureEvent(error: unknown): FailureEvent {
  const message = error instanceof Error ? error.message : String(error)
  return Object.assign(new Event('error'), { error, message })
}
