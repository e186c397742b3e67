// What libcurl-wasm/node-libcurl exports: the names of node-libcurl 5.1.
export type { CurlyResponseBodyParser, CurlyResponseBodyParsersProperty } from './body-parsers.js'
export * from './codes.gen.js'
export { Curl } from './curl.js'
export { curly, type CurlyFunction, type CurlyHttpMethodCall, type CurlyOptions, type CurlyResult } from './curly.js'
export { Easy, type GetInfoReturn } from './easy.js'
export * from './enums.js'
export { CurlEasyError, CurlError, CurlMultiError, CurlSharedError } from './errors.js'
export type { HttpPostField } from './form.js'
export type { HeaderInfo } from './headers.js'
export { CurlMime, CurlMimePart, type MimeDataCallbacks } from './mime.js'
export { Multi, type Http2PushFrameHeaders } from './multi.js'
export type { CurlInfo, CurlInfoName, CurlOption, CurlOptionName, MultiOption, MultiOptionName } from './options.js'
export type {
  BlobOptions,
  CurlHstsCacheCount,
  CurlHstsCacheEntry,
  CurlOptionValueType,
  CurlWsFrame,
  DataCallbackOptions,
  FileInfo,
  ProgressCallbackOptions,
  StringListOptions,
} from './option-types.js'
export { Share } from './share.js'
export type { CurlVersionInfoNativeBindingObject } from './version.js'
