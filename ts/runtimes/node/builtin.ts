// Modules of the host that not every program needs, loaded when they are first used: together they took a fifth of the
// import.
import { createRequire } from 'node:module'
import { lazy } from '../../common/once.js'

// any path does for modules of the host, and import.meta.url has none in a bundle of CommonJS, or in a data: URL
const load = createRequire(process.execPath)

export const tls = lazy(() => load('node:tls') as typeof import('node:tls'))
export const util = lazy(() => load('node:util') as typeof import('node:util'))
export const http = lazy(() => load('node:http') as typeof import('node:http'))
export const https = lazy(() => load('node:https') as typeof import('node:https'))
export const workers = lazy(() => load('node:worker_threads') as typeof import('node:worker_threads'))
export const crypto = lazy(() => load('node:crypto') as typeof import('node:crypto'))
