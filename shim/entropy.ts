// Entropy (C side: wasm/src/shim/entropy.c), from the platform's cryptographic generator.

/** crypto.getRandomValues() gives at most this many bytes a call (Web Cryptography, section 10.1.1). */
const QUOTA = 65536

export function fillRandom(bytes: Uint8Array<ArrayBuffer>): void {
  for (let at = 0; at < bytes.length; at += QUOTA) crypto.getRandomValues(bytes.subarray(at, at + QUOTA))
}
