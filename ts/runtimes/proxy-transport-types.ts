// The types of `libcurl-wasm/proxy-transport` in all runtimes that have it.
export type {
  CurlProxyTransport,
  ProxyTransportOptions,
  RawHeaders,
  SocketData,
  TransferrableResponse,
  TransportHeaders,
} from '../proxy-transport/proxy-transport.js'
