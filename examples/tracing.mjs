// Spans of OpenTelemetry: `node --import ./your-sdk.mjs examples/tracing.mjs URL...` makes one for each hop of a fetch, and
// tells the server of it. It needs the package @opentelemetry/api, and an SDK that has been started, as always.
import { context, propagation, SpanKind, trace } from '@opentelemetry/api'
import { tracingChannel } from 'node:diagnostics_channel'
import { fetch } from 'libcurl-wasm'

const tracer = trace.getTracer('libcurl-wasm')
const setter = { set: (request, name, value) => request.setHeader(name, value) }

tracingChannel('libcurl-wasm:request').subscribe({
  start(hop) {
    const attributes = { 'http.request.method': hop.request.method, 'url.full': hop.request.url }
    hop.span = tracer.startSpan(hop.request.method, { kind: SpanKind.CLIENT, attributes })
    propagation.inject(trace.setSpan(context.active(), hop.span), hop.request, setter)
  },
  error: ({ span, error }) => span.recordException(error),
  asyncEnd({ span, response }) {
    if (response) span.setAttribute('http.response.status_code', response.status)
    span.end()
  },
})

await tracer.startActiveSpan('the work of the application', async (span) => {
  for (const url of process.argv.slice(2)) {
    const text = await fetch(url).then(
      (response) => response.text(),
      (error) => String(error.cause),
    )
    console.log(`the server was called by ${text}`)
  }
  span.end()
})
