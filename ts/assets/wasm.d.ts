// What an import of a .wasm file of this package gives: init() takes all of it. Which it is decides who imports: an address
// or the bytes for most bundlers, a compiled module in workerd and for those that build for it.
declare const module: string | Uint8Array<ArrayBuffer> | WebAssembly.Module
export default module
