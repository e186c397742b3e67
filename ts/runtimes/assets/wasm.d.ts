// The value of an import of a .wasm file of this package, which init() accepts. The bundler or the runtime decides what
// it is: a URL or the bytes with most bundlers; a compiled module in workerd, and with bundlers that build for it.
// The type WebAssembly exists only with lib.dom.
type WasmModule = typeof globalThis extends { WebAssembly: { Module: { prototype: infer Module } } }
  ? Module
  : { readonly [Symbol.toStringTag]: 'WebAssembly.Module' }
declare const module: string | Uint8Array<ArrayBuffer> | WasmModule
export default module
