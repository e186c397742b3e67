// The keys that do the same everywhere on the page.
import { hasModifier } from './platform.js'

export interface ShortcutOptions {
  /** How many tabs there are. */
  tabs: number
  show: (tab: number) => void
  run: () => void
  /** Puts the command of the shown run at the prompt again. */
  again: () => void
  relay: () => void
  help: () => void
}

export function shortcuts({ tabs, show, run, again, relay, help }: ShortcutOptions): void {
  addEventListener('keydown', (event) => {
    const { key, code, altKey, ctrlKey, metaKey } = event
    if (event.defaultPrevented || document.querySelector('dialog[open]')) return
    const alone = !altKey && !ctrlKey && !metaKey
    const writing = (event.target as Element | null)?.closest('input, textarea, select, [contenteditable]') != null
    // the tenth tab has the 0
    const digit = hasModifier(event) ? Number(/^Digit([0-9])$/.exec(code)?.[1]?.replace('0', '10')) : NaN
    let action: (() => void) | null = null
    if (digit <= tabs) action = () => show(digit - 1)
    else if (hasModifier(event) && code === 'KeyA') action = again
    else if (hasModifier(event) && code === 'KeyR') action = relay
    else if ((ctrlKey || metaKey) && !altKey && key === 'Enter' && !isTerminal(event.target)) action = run
    else if (alone && (key === 'F1' || (key === '?' && !writing))) action = help
    if (!action) return
    event.preventDefault()
    action()
  })
}

/** Whether the target is in the terminal, which handles Enter itself. */
function isTerminal(target: EventTarget | null): boolean {
  return (target as Element | null)?.closest('.console') != null
}
