// Copying: what is still being made is promised to the clipboard, for it may be written to only right after a key or a
// click. Where there is no clipboard, the text is shown to be copied by hand.
import { h } from '../dom.js'

/** Resolves with how it went: whether the text is in the clipboard. Rejects with what makes the text. */
export async function copy(making: Promise<string>): Promise<boolean> {
  const text = making.then((made) => new Blob([made], { type: 'text/plain' }))
  text.catch(() => {})
  try {
    await navigator.clipboard.write([new ClipboardItem({ 'text/plain': text })])
    return true
  } catch {
    const made = await making
    try {
      await navigator.clipboard.writeText(made)
      return true
    } catch {
      showText(made)
      return false
    }
  }
}

function showText(text: string): void {
  const area = h('textarea', { readonly: true, rows: '12', 'aria-label': 'Text to copy' })
  area.value = text
  const dialog = h(
    'dialog.text-dialog',
    { 'aria-label': 'Copy by hand' },
    h('p', null, 'This browser lets no page copy here: select and copy.'),
    area,
    h('div.row', null, h('button.primary', { type: 'button', onclick: () => dialog.close() }, 'Close')),
  )
  dialog.addEventListener('close', () => dialog.remove())
  document.body.append(dialog)
  dialog.showModal()
  area.select()
}
