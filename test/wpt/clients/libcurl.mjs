export { fetch } from 'libcurl-wasm'
