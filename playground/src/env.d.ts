// What vite.config.ts puts into the page.
declare module 'virtual:curl-help' {
  /** What `curl --help all` prints. */
  const text: string
  export default text
}

/** The size of curl-tool.wasm. */
declare const __TOOL_BYTES__: number
