// Buffers of Node outside of V8's heap, and what makes V8 free them in time.
//
// V8 looks for young garbage when the young part of its heap is full, or after 32 MB of new buffers. What it frees then
// is still counted for a while, and 64 MB of buffers make it collect the whole heap, again and again. A download gives
// its reader little but buffers. So each buffer comes with small objects, which fill the young part sooner.
import { Buffer } from 'node:buffer'

/**
 * One element of 8 bytes for so many bytes of a buffer. With a download of 1 GB as a stream, V8 then collects its whole
 * heap once, and otherwise 20 to 30 times in Node 20 and 24, and 1 to 24 times in Node 22. Half as many elements do not
 * suffice, and more take longer.
 */
const BYTES_PER_ELEMENT = 64
/** An array of more elements would be a large object, which has a space of its own. */
const MOST_ELEMENTS = 8192

/** Has the last one: engines and bundlers leave out what nothing refers to. */
const ballast: [unknown[]] = [[]]

/** Makes an array that has a buffer of its own, with any content. */
export function allocate(size: number): Uint8Array<ArrayBuffer> {
  for (let left = Math.floor(size / BYTES_PER_ELEMENT); left > 0; left -= MOST_ELEMENTS)
    ballast[0] = new Array(Math.min(left, MOST_ELEMENTS))
  return new Uint8Array(Buffer.allocUnsafeSlow(size).buffer as ArrayBuffer)
}
