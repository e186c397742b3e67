// The settings that the page keeps in this browser. If storage is not allowed, they last as long as the page.

type Name = 'theme' | 'relays' | 'relay' | 'history' | 'tab' | 'split' | 'reader'

const session = new Map<Name, string>()

export function recall(name: Name): string | null {
  try {
    return localStorage.getItem(`playground.${name}`)
  } catch {
    return session.get(name) ?? null
  }
}

export function remember(name: Name, value: string | null): void {
  try {
    if (value === null) localStorage.removeItem(`playground.${name}`)
    else localStorage.setItem(`playground.${name}`, value)
  } catch {
    if (value === null) session.delete(name)
    else session.set(name, value)
  }
}
