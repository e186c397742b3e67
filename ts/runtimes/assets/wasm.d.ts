// What an import of a .wasm file of this package gives: init() takes all of it. Which it is decides who imports: an address
// or the bytes for most bundlers, a compiled module in workerd and for those that build for it.
// WebAssembly is there with lib.dom
type WasmModule = typeof globalThis extends { WebAssembly: { Module: { prototype: infer Module } } }
  ? Module
  : { readonly [Symbol.toStringTag]: 'WebAssembly.Module' }
declare const module: string | Uint8Array<ArrayBuffer> | WasmModule
export default module
