// What each key does in the line editor: as in the emacs mode of bash, and as on the keyboards of all systems.

export type Action =
  | 'left' | 'right' | 'wordLeft' | 'wordRight' | 'home' | 'end' | 'up' | 'down' | 'pageUp' | 'pageDown' // prettier-ignore
  | 'backspace' | 'delete' | 'killToEnd' | 'killToStart' | 'killWord' | 'killWordBefore' | 'killWordBehind' | 'yank' // prettier-ignore
  | 'undo' | 'enter' | 'newline' | 'tab' | 'tabBack' | 'escape' | 'search' | 'clear' | 'interrupt' | 'copy' // prettier-ignore

export interface Key {
  key: string
  ctrlKey: boolean
  altKey: boolean
  shiftKey: boolean
  metaKey: boolean
}

const PLAIN: Readonly<Record<string, Action>> = {
  ...{ ArrowLeft: 'left', ArrowRight: 'right', ArrowUp: 'up', ArrowDown: 'down', Home: 'home', End: 'end' },
  ...{ PageUp: 'pageUp', PageDown: 'pageDown', Backspace: 'backspace', Delete: 'delete', Enter: 'enter' },
  ...{ Tab: 'tab', Escape: 'escape' },
}
const SHIFT: Readonly<Record<string, Action>> = { ...PLAIN, Tab: 'tabBack', Enter: 'newline' }
const CTRL: Readonly<Record<string, Action>> = {
  ...{ a: 'home', b: 'left', c: 'interrupt', d: 'delete', e: 'end', f: 'right', h: 'backspace', k: 'killToEnd' },
  ...{ l: 'clear', n: 'down', p: 'up', r: 'search', u: 'killToStart', w: 'killWord', y: 'yank', z: 'undo' },
  ...{ _: 'undo', '/': 'undo', Enter: 'enter', Backspace: 'killWordBefore', Delete: 'killWordBehind' },
  ...{ ArrowLeft: 'wordLeft', ArrowRight: 'wordRight', Home: 'home', End: 'end' },
}
const ALT: Readonly<Record<string, Action>> = {
  ...{ ArrowLeft: 'wordLeft', ArrowRight: 'wordRight', b: 'wordLeft', f: 'wordRight', d: 'killWordBehind' },
  ...{ Backspace: 'killWordBefore', Enter: 'newline' },
}

/** The action of a key. Undefined for text, and for keys of the browser or the system. */
export function actionOf({ key, ctrlKey, altKey, shiftKey, metaKey }: Key): Action | undefined {
  if (metaKey) return undefined // for the system and the browser
  if (ctrlKey && altKey) return undefined // AltGr
  if (ctrlKey && shiftKey) return /^c$/i.test(key) ? 'copy' : undefined
  const table = ctrlKey ? CTRL : altKey ? ALT : shiftKey ? SHIFT : PLAIN
  return Object.hasOwn(table, key) ? table[key] : undefined
}
