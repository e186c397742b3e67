// What ts/ imports besides TypeScript: files that the build makes, and a module that only workerd has.

declare module '*.wasm' {
  const module: WebAssembly.Module
  export default module
}

/** Made by scripts/inline.mjs: a file as text, or its bytes in base64. */
declare module '*.inline.js' {
  const content: string
  export default content
}

declare module 'cloudflare:sockets' {
  /** @see https://developers.cloudflare.com/workers/runtime-apis/tcp-sockets/ */
  export function connect(address: { hostname: string; port: number }, options?: { allowHalfOpen?: boolean }): Socket
  export interface Socket {
    readonly readable: ReadableStream<Uint8Array>
    readonly writable: WritableStream<Uint8Array>
    readonly opened: Promise<{ remoteAddress?: string; localAddress?: string }>
    readonly closed: Promise<void>
    close(): Promise<void>
  }
}
