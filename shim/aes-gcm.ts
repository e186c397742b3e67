// Records of TLS by AES-GCM of the host (C side: wasm/lib/openssl/aes_gcm.c), which uses the processor's instructions.
import type { Memory } from './memory.js'

/** A message of AES-GCM (NIST SP 800-38D). All are views of the module's memory, which are only valid during the call. */
export interface AesGcmMessage {
  /** Of 16 or 32 bytes. */
  key: Uint8Array<ArrayBuffer>
  /** Of 12 bytes. */
  nonce: Uint8Array<ArrayBuffer>
  additionalData: Uint8Array<ArrayBuffer>
  text: Uint8Array<ArrayBuffer>
  /** Of 16 bytes. */
  tag: Uint8Array<ArrayBuffer>
}

export interface AesGcm {
  /** Returns the encrypted text, and writes the tag. */
  encrypt(message: AesGcmMessage): Uint8Array
  /** Returns the decrypted text. Throws if the tag is wrong. Must compare it in constant time. */
  decrypt(message: AesGcmMessage): Uint8Array
}

/** struct message of aes_gcm.c. */
const NONCE = 32
const ADDITIONAL_DATA = 48
const TAG = 64
const KEY_LENGTH = 80
const ADDITIONAL_DATA_LENGTH = 84

/**
 * Encrypts or decrypts a text into `out`, which may be the text's own place. Returns false, with `out` as it was, if the
 * tag is wrong or the host fails: the module then does it by itself, and decides what is wrong.
 */
export function aesGcm(
  cipher: AesGcm,
  memory: Memory,
  message: number,
  encrypting: boolean,
  text: number,
  length: number,
  out: number,
): boolean {
  const parts = {
    key: memory.slice(message, memory.u32(message + KEY_LENGTH)),
    nonce: memory.slice(message + NONCE, 12),
    additionalData: memory.slice(message + ADDITIONAL_DATA, memory.u32(message + ADDITIONAL_DATA_LENGTH)),
    text: memory.slice(text, length),
    tag: memory.slice(message + TAG, 16),
  }
  try {
    const result = encrypting ? cipher.encrypt(parts) : cipher.decrypt(parts)
    if (result.length !== length) return false
    memory.bytes.set(result, out)
    return true
  } catch {
    return false
  }
}
