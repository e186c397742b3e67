// A Dispatcher of undici's, in the instance of the main entry.
import { makeCurlDispatcher } from '../../undici/dispatcher.js'
import type { CurlDispatcherInstance } from '../../undici/dispatcher.js'
import { connect, init } from './main.js'

/** new CurlDispatcher(options): a Dispatcher of undici's over libcurl: docs/interfaces.md. */
export const CurlDispatcher = /* @__PURE__ */ makeCurlDispatcher(init, connect)
export type CurlDispatcher = CurlDispatcherInstance
export type * from '../undici-types.js'
