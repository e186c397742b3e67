// Events of the platform, and one that not every platform has.

/** https://websockets.spec.whatwg.org/#the-closeevent-interface */
class OurCloseEvent extends Event {
  readonly wasClean: boolean
  readonly code: number
  readonly reason: string

  constructor(type: string, { wasClean = false, code = 0, reason = '', ...init }: CloseEventInit = {}) {
    super(type, init)
    this.wasClean = Boolean(wasClean)
    this.code = Number(code) & 0xffff
    this.reason = String(reason)
  }
}
Object.defineProperty(OurCloseEvent, 'name', { value: 'CloseEvent' })

/** The platform's CloseEvent; Node has had one since version 23. */
export const CloseEvent = globalThis.CloseEvent ?? (OurCloseEvent as unknown as typeof globalThis.CloseEvent)
export type CloseEvent = InstanceType<typeof globalThis.CloseEvent>

/** An error event, which for the standard tells nothing; `error` and `message` say why the connection failed. */
export interface FailureEvent extends Event {
  readonly error: unknown
  readonly message: string
}

export function failureEvent(error: unknown): FailureEvent {
  const message = error instanceof Error ? error.message : String(error)
  return Object.assign(new Event('error'), { error, message })
}
