// The User-Agent of fetch and WebSocket, such as 'libcurl-wasm (libcurl/8.22.0)'.
import { version } from '../libcurl/libcurl.js'

export function userAgent(): string {
  return `libcurl-wasm (${version().split(' ', 1)[0]})`
}
