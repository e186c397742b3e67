// Random numbers (C side: wasm/src/shim/entropy.c) of the platform's cryptographic generator. TLS has no other ones.

/** Fills bytes with random numbers that are fit for keys. */
export type FillRandom = (bytes: Uint8Array<ArrayBuffer>) => void

/** crypto.getRandomValues() gives at most this many bytes a call (Web Cryptography, section 10.1.1). */
const QUOTA = 65536

export const fillRandom: FillRandom = (bytes) => {
  for (let at = 0; at < bytes.length; at += QUOTA) crypto.getRandomValues(bytes.subarray(at, at + QUOTA))
}
