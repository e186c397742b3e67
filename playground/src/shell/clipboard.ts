// Copies text to the clipboard. A page may only write to it right after a key or a click, so the clipboard gets a
// promise if the text is not ready yet. Without a clipboard, a dialog shows the text to copy it by hand.
import { h } from '../dom.js'

/** Resolves with whether the text is in the clipboard. Rejects if `making` does. */
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
    h('p', null, 'This browser does not let the page copy. Select the text and copy it.'),
    area,
    h('div.row', null, h('button.primary', { type: 'button', onclick: () => dialog.close() }, 'Close')),
  )
  dialog.addEventListener('close', () => dialog.remove())
  document.body.append(dialog)
  dialog.showModal()
  area.select()
}
