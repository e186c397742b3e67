// What an SDK of OpenTelemetry does, for the test of examples/tracing.mjs: spans with numbers, printed at their end.
import { AsyncLocalStorage } from 'node:async_hooks'
import { context, propagation, ROOT_CONTEXT, trace } from '@opentelemetry/api'

const storage = new AsyncLocalStorage()
context.setGlobalContextManager({
  active: () => storage.getStore() ?? ROOT_CONTEXT,
  with: (active, work, self, ...args) => storage.run(active, () => work.apply(self, args)),
  bind: (_active, target) => target,
  enable: () => {},
  disable: () => {},
})

propagation.setGlobalPropagator({
  inject: (active, carrier, setter) => setter.set(carrier, 'traceparent', `span ${trace.getSpan(active).id}`),
  extract: (active) => active,
  fields: () => ['traceparent'],
})

let spans = 0
function startSpan(name, { attributes = {} } = {}, active = context.active()) {
  const id = spans++
  const parent = trace.getSpan(active)
  const { 'url.full': url, ...rest } = attributes
  const shown = { ...rest, url }
  return {
    id,
    setAttribute: (key, value) => void (shown[key] = value),
    recordException: (error) => void (shown.error = String(error)),
    end() {
      const { 'http.request.method': method, 'http.response.status_code': status } = shown
      const what = method ? [method, url, status ?? shown.error].join(' ') : name
      console.log(`span ${id}${parent ? ` below ${parent.id}` : ''}: ${what}`)
    },
  }
}

trace.setGlobalTracerProvider({
  getTracer: () => ({
    startSpan,
    startActiveSpan(name, work) {
      const span = startSpan(name)
      return context.with(trace.setSpan(context.active(), span), () => work(span))
    },
  }),
})
