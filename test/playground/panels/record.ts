// Records runs of the real tool with the sample origin as the page does: the transfers, the trace, and the bytes that a
// relay would see.
import { MemoryFileSystem, runTool } from 'libcurl-wasm/tool'
import { nodeTransport } from '../../../shim/transports/node/transport.js'
import type { Run, TraceKind, Transfer } from '../../../playground/src/model.js'
import { tapped } from '../../../playground/src/worker/wire.js'

const INFOS = [
  ...['EFFECTIVE_URL', 'RESPONSE_CODE', 'CONTENT_TYPE', 'CERTINFO', 'CONN_ID', 'NUM_CONNECTS', 'SIZE_DOWNLOAD_T'],
  ...['QUEUE', 'NAMELOOKUP', 'CONNECT', 'APPCONNECT', 'PRETRANSFER', 'POSTTRANSFER', 'STARTTRANSFER'].map(
    (name) => `${name}_TIME_T`,
  ),
  ...['TOTAL_TIME_T', 'REDIRECT_TIME_T'],
]

export async function record(argv: readonly string[], ca: string): Promise<Run> {
  const begun = performance.now()
  const at = (): number => performance.now() - begun
  const run: Run = {
    ...{ id: 1, text: `curl ${argv.join(' ')}`, argv, startedAt: Date.now() },
    ...{ duration: null, status: null, transfers: [], connections: [] },
  }
  const bodies: Uint8Array<ArrayBuffer>[][] = []
  const transferOf = (number: number): Transfer => {
    run.transfers[number] ??= { number, trace: [], received: 0, result: null, infos: null, body: null }
    return run.transfers[number]
  }
  const transport = tapped(nodeTransport, {
    connected: (id, host, port) =>
      void run.connections.push({ id, host, port, openedAt: at(), sent: 0, received: 0, events: [] }),
    bytes(id, direction, bytes) {
      const connection = run.connections[id]!
      connection[direction === 'out' ? 'sent' : 'received'] += bytes.length
      connection.events.push({ connection: id, direction, at: at(), size: bytes.length, bytes: new Uint8Array(bytes) })
    },
    disconnected: (id, error) => void (run.connections[id]!.ended = error),
  })
  const nowhere = (): WritableStream<Uint8Array> => new WritableStream()
  run.status = await runTool(['-sS', ...argv], {
    ...{ transport, stdout: nowhere(), stderr: nowhere(), stdin: new Blob([]).stream() },
    ...{ files: new MemoryFileSystem({ '/ca.pem': ca }), cwd: '/', env: { CURL_CA_BUNDLE: '/ca.pem' } },
    trace: {
      debug: (number, kind, bytes) =>
        void transferOf(number).trace.push({
          ...{ transfer: number, kind: kind as TraceKind, at: at(), size: bytes.length, bytes },
        }),
      body(number, bytes) {
        transferOf(number).received += bytes.length
        ;(bodies[number] ??= []).push(bytes)
      },
      done(number, result, getinfo) {
        const infos = Object.fromEntries(INFOS.map((name) => [name, getinfo(name)]))
        Object.assign(transferOf(number), { result, infos, body: new Blob(bodies[number] ?? []) })
      },
    },
  })
  run.duration = at()
  return run
}
