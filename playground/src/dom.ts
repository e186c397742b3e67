// Elements by function. Text is text: nothing here, or anywhere in the page, makes HTML of a string.

type Attributes = Record<string, unknown>
export type Child = Node | string | number | null | undefined | false | readonly Child[]

/**
 * An element: `h('button.primary', { onclick, 'aria-label': 'Run' }, 'Run')`. Functions are listeners, booleans are
 * attributes without a value, `undefined` is left out; a key with `.` before it is a property ('.value').
 */
export function h<K extends keyof HTMLElementTagNameMap>(
  tag: K | `${K}.${string}`,
  attributes?: Attributes | null,
  ...children: Child[]
): HTMLElementTagNameMap[K] {
  const [name, ...classes] = tag.split('.') as [K, ...string[]]
  const element = document.createElement(name)
  if (classes.length) element.className = classes.join(' ')
  for (const [key, value] of Object.entries(attributes ?? {})) {
    if (value === undefined || value === false || value === null) continue
    if (typeof value === 'function') element.addEventListener(key.slice(2), value as EventListener)
    else if (key.startsWith('.')) Object.assign(element, { [key.slice(1)]: value })
    else element.setAttribute(key, value === true ? '' : String(value))
  }
  append(element, children)
  return element
}

export function append(parent: Node, children: Child): void {
  if (Array.isArray(children)) for (const child of children) append(parent, child)
  else if (children instanceof Node) parent.appendChild(children)
  else if (children || children === 0) parent.appendChild(document.createTextNode(String(children)))
}

/** Gives an element other children. */
export function fill(element: Element, ...children: Child[]): void {
  element.replaceChildren()
  append(element, children)
}
