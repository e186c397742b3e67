// Decides whether bytes are shown as text or as hex.

/** Whether bytes are UTF-8 with few control characters. A character that is cut off at the end is no error. */
export function isText(bytes: Uint8Array): boolean {
  const first = bytes.subarray(0, 1024)
  let odd = 0
  for (const byte of first)
    if ((byte < 0x20 && byte !== 9 && byte !== 10 && byte !== 13 && byte !== 0x1b) || byte === 0x7f) odd++
  if (odd > first.length / 50) return false
  const wrong = new TextDecoder().decode(first, { stream: true }).split('\ufffd').length - 1
  return wrong <= first.length / 50
}
