// Diagnostics channels: the tracing channel libcurl-wasm:request, and libcurl-wasm:request:headers. There is one trace
// for each hop of a fetch. Docs: docs/observing.md
import { AsyncResource } from 'node:async_hooks'
import { channel } from 'node:diagnostics_channel'
import type { HopObserver, Observer } from '../../fetch/observe.js'
import { noteEnd, TracedRequest, type RequestTrace } from '../../fetch/request-trace.js'

const NAME = 'libcurl-wasm:request'

/** The channels that `tracingChannel(NAME)` has. */
const tracing = (event: string) => channel(`tracing:${NAME}:${event}`)

export class RequestChannels implements Observer {
  readonly #start = tracing('start')
  readonly #end = tracing('end')
  readonly #asyncStart = tracing('asyncStart')
  readonly #asyncEnd = tracing('asyncEnd')
  readonly #error = tracing('error')
  readonly #headers = channel(`${NAME}:headers`)

  get active(): boolean {
    return (
      this.#start.hasSubscribers ||
      this.#asyncEnd.hasSubscribers ||
      this.#headers.hasSubscribers ||
      this.#error.hasSubscribers ||
      this.#asyncStart.hasSubscribers ||
      this.#end.hasSubscribers
    )
  }

  /** As TracingChannel.tracePromise() does, for the hop with the whole body of its response. */
  begin(hop: Parameters<Observer['begin']>[0]): HopObserver {
    const request = new TracedRequest(hop)
    const trace: RequestTrace = { request }
    /** The context of the caller, with the stores that are bound to `start`: libcurl's callbacks have another one. */
    let context: AsyncResource | null = null
    const inContext = (publish: () => void): void => (context ? context.runInAsyncScope(publish) : publish())
    return {
      around: <T>(send: () => T): T =>
        this.#start.runStores(trace, () => {
          request.close()
          context = new AsyncResource('LIBCURL_WASM_REQUEST')
          try {
            return send()
          } finally {
            this.#end.publish(trace)
          }
        }) as T,
      head: (response) =>
        inContext(() => {
          trace.response = response
          this.#headers.publish(trace)
        }),
      ended: (end) =>
        inContext(() => {
          noteEnd(trace, end)
          if (end.error !== null) this.#error.publish(trace)
          this.#asyncStart.publish(trace)
          this.#asyncEnd.publish(trace)
        }),
    }
  }
}
