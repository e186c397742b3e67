// Shows bytes: as lines of a hex dump, and as a view of a Blob of any size, which only reads the visible part.
import { h } from '../dom.js'
import { rows, type Rows } from './rows.js'

const PAIRS = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'))
const SIGNS = Array.from({ length: 256 }, (_, byte) => (byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '.'))

/** '16 03 01 00 f4', padded to `width` bytes, with a gap in the middle of 16. */
export function hexOf(bytes: Uint8Array, width = bytes.length): string {
  let text = ''
  for (let i = 0; i < width; i++) {
    if (i > 0) text += i === 8 && width === 16 ? '  ' : ' '
    text += i < bytes.length ? PAIRS[bytes[i]!] : '  '
  }
  return text
}

/** Printable ASCII as it is, and a dot for every other byte. */
export function asciiOf(bytes: Uint8Array): string {
  let text = ''
  for (const byte of bytes) text += SIGNS[byte]
  return text
}

/** Characters of a line: offset, bytes, ASCII, gaps. */
const WIDE = 8 + 2 + 48 + 2 + 16 + 2
const BLOCK = 1 << 16
const BLOCKS_KEPT = 8

/** A Blob as a hex dump. */
export function hexView(blob: Blob): HTMLElement {
  let width = 16
  const blocks = new Map<number, Uint8Array | null>()
  const list: Rows = rows({
    label: 'Hex dump',
    role: 'list',
    render: (index) => hexRow(index * width),
    resized(_, columns) {
      width = columns >= WIDE ? 16 : 8
      list.update(Math.ceil(blob.size / width))
    },
  })
  list.element.classList.add('hex')

  /** The bytes of a line, or null while they are being read. */
  function bytesAt(offset: number): Uint8Array | null {
    const block = Math.floor(offset / BLOCK)
    const found = blocks.get(block)
    if (found === undefined) void load(block)
    return found ? found.subarray(offset % BLOCK, (offset % BLOCK) + width) : null
  }
  async function load(block: number): Promise<void> {
    blocks.set(block, null)
    if (blocks.size > BLOCKS_KEPT) blocks.delete(blocks.keys().next().value!)
    const slice = blob.slice(block * BLOCK, (block + 1) * BLOCK)
    blocks.set(block, new Uint8Array(await slice.arrayBuffer()))
    list.update(Math.ceil(blob.size / width))
  }
  function hexRow(offset: number): HTMLElement {
    const bytes = bytesAt(offset)
    return h(
      'div.line',
      null,
      h('span.offset', null, offset.toString(16).padStart(8, '0')),
      h('span.bytes', null, bytes ? hexOf(bytes, width) : ''),
      h('span.ascii', null, bytes ? asciiOf(bytes) : ''),
    )
  }
  return list.element
}
