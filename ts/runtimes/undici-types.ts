// The types of `libcurl-wasm/undici` in all runtimes that have it.
export type {
  CurlDispatcherInstance,
  Dispatch,
  Dispatcher,
  DispatcherCallback,
  Interceptor,
} from '../undici/dispatcher.js'
export type { UndiciErrorCode } from '../undici/errors.js'
export type { DispatchController, DispatchHandler, HeaderRecord } from '../undici/handler.js'
export type { CurlDispatcherOptions, DispatcherTls } from '../undici/options.js'
export type { DispatchOptions } from '../undici/request.js'
