// Modules of the host that not every program needs, loaded when they are first used: both took a tenth of a start.
import { createRequire } from 'node:module'
import { lazy } from '../../common/once.js'

const load = createRequire(import.meta.url)

export const tls = lazy(() => load('node:tls') as typeof import('node:tls'))
export const crypto = lazy(() => load('node:crypto') as typeof import('node:crypto'))
