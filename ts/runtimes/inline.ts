// The module inside the JavaScript, as text.
import type { DefaultModule } from './init.js'

/** Decodes base64 (RFC 4648, section 4). */
function fromBase64(text: string): Uint8Array<ArrayBuffer> {
  const binary = atob(text)
  const bytes = new Uint8Array(binary.length)
  for (let i = 0; i < bytes.length; i++) bytes[i] = binary.charCodeAt(i)
  return bytes
}

export function inlineModule(base64: string): DefaultModule {
  return {
    defaultModule: () => WebAssembly.compile(fromBase64(base64)),
    defaultModuleSync: () => new WebAssembly.Module(fromBase64(base64)),
  }
}
