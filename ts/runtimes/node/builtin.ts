// Modules of the host that not every program needs, loaded when they are first used: both took a tenth of a start.
import { createRequire } from 'node:module'
import { lazy } from '../../common/once.js'

// any path does for modules of the host, and import.meta.url has none in a bundle of CommonJS, or in a data: URL
const load = createRequire(process.execPath)

export const tls = lazy(() => load('node:tls') as typeof import('node:tls'))
export const util = lazy(() => load('node:util') as typeof import('node:util'))
export const crypto = lazy(() => load('node:crypto') as typeof import('node:crypto'))
