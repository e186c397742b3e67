// Makes DOM elements by function calls. Strings become text: nothing here, or anywhere in the page, parses one as HTML.

type Attributes = Record<string, unknown>
export type Child = Node | string | number | null | undefined | false | readonly Child[]

/**
 * Makes an element: `h('button.primary', { onclick, 'aria-label': 'Run' }, 'Run')`. A function is added as a listener,
 * true becomes an attribute without a value, and false, null and undefined are left out. A key that begins with a dot,
 * such as '.value', sets a property.
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

/** Replaces the children of an element. */
export function fill(element: Element, ...children: Child[]): void {
  element.replaceChildren()
  append(element, children)
}
