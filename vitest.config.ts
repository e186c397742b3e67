import { defineConfig } from 'vitest/config'
import { Stalled } from './test/stalled/stalled.js'

const { REPORT } = process.env

/** What is tested with the light module, too: what depends on libcurl's configuration or on its TLS. */
const lite = [
  'test/protocols/{addresses,auth,cookies,http,http2,proxy,random,tls,upload,websocket}.test.ts',
  'test/connect/{connect,streams,tls}.test.ts',
  'test/fetch/{abort,curl,http2,kept,redirects,requests,responses}.test.ts',
  'test/session/{close,cookies,fetch,hooks,hsts-alt-svc,options,retry,timeouts,tls-sessions}.test.ts',
  'test/websocket/{closing,compression,extensions,handshake,incoming,outgoing,stream,websocket}.test.ts',
  'test/lite/*.test.ts',
]

/** The tests of the relay that run with the Worker, too; see test/relay/worker-setup.ts for what does not apply. */
const relayWorker = [
  'test/relay/{auth,backpressure,entry,garbage,interop,leaving,wisp,wsproxy}.test.ts',
  'test/relay/worker/*.test.ts',
]

// Every test file is a process of its own: libcurl's instance, its descriptors and the process' idleness are counted.
export default defineConfig({
  test: {
    projects: [
      {
        extends: true,
        test: { name: 'default', include: ['test/**/*.test.ts'], exclude: ['test/lite/**', 'test/relay/worker/**'] },
      },
      { extends: true, test: { name: 'lite', include: lite, setupFiles: 'test/lite/setup.ts' } },
      { extends: true, test: { name: 'relay-worker', include: relayWorker, setupFiles: 'test/relay/worker-setup.ts' } },
    ],
    pool: 'forks',
    testTimeout: 30_000,
    hookTimeout: 60_000,
    // if a browser has crashed, each of its tests would run into its timeout
    bail: 20,
    maxWorkers: 2,
    execArgv: ['--expose-gc'],
    // REPORT is a file for the results as JSON
    reporters: ['default', new Stalled(), ...(REPORT ? [['json', { outputFile: REPORT }] as const] : [])],
  },
})
