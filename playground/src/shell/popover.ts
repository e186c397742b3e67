// A box that a button opens below itself, in the browser's top layer: Escape and a click elsewhere close it.
import { h } from '../dom.js'

let next = 0

export interface Popover {
  button: HTMLButtonElement
  box: HTMLElement
  /** Opens the box and moves the focus into it at once, so that the next key goes there. */
  open(): void
  close(): void
}

export interface PopoverOptions {
  /** The accessible name of the box. */
  label: string
  role: 'menu' | 'dialog'
  opened?: () => void
}

/** Makes `button` open a box with `children`. */
export function popover(button: HTMLButtonElement, options: PopoverOptions, ...children: Node[]): Popover {
  const box = h('div.popover', {
    popover: 'auto',
    role: options.role,
    'aria-label': options.label,
    id: `popover-${next++}`,
  })
  box.append(...children)
  button.setAttribute('popovertarget', box.id)
  button.setAttribute('aria-haspopup', options.role)
  button.setAttribute('aria-expanded', 'false')
  const place = (): void => {
    const { left, bottom } = button.getBoundingClientRect()
    const width = box.offsetWidth
    box.style.left = `${Math.max(8, Math.min(left, innerWidth - width - 8))}px`
    box.style.top = `${bottom + 4}px`
  }
  let arranged = false
  const arrange = (): void => {
    if (arranged) return
    arranged = true
    button.setAttribute('aria-expanded', 'true')
    options.opened?.()
    place()
    addEventListener('resize', place)
    box.querySelector<HTMLElement>(':checked, [role="menuitem"], input, button')?.focus()
  }
  box.addEventListener('toggle', (event) => {
    if ((event as ToggleEvent).newState === 'open') arrange()
  })
  // not by toggle, which comes later, and not at all if the box is open again by then
  box.addEventListener('beforetoggle', (event) => {
    if ((event as ToggleEvent).newState === 'open') return
    arranged = false
    button.setAttribute('aria-expanded', 'false')
    removeEventListener('resize', place)
  })
  const open = (): void => {
    if (!box.matches(':popover-open')) box.showPopover()
    arrange()
  }
  return { button, box, open, close: () => box.hidePopover() }
}

export interface MenuItem {
  label: string
  detail?: string
  /** Whether a line is above it. */
  apart?: boolean
  chosen: () => void
}

/** A menu: arrow keys move, Enter and Space choose. */
export function menu(button: HTMLButtonElement, label: string, items: readonly MenuItem[]): Popover {
  const entries = items.map(({ label, detail, apart, chosen }) =>
    h(
      apart ? 'button.menu-item.apart' : 'button.menu-item',
      {
        ...{ type: 'button', role: 'menuitem', tabindex: '-1' },
        onclick: () => {
          made.close()
          button.focus()
          chosen()
        },
      },
      h('span', null, label),
      detail && h('span.detail', null, detail),
    ),
  )
  const made = popover(button, { label, role: 'menu' }, ...entries)
  made.box.classList.add('menu')
  made.box.addEventListener('keydown', (event) => {
    const at = entries.indexOf(document.activeElement as HTMLButtonElement)
    const to = { ArrowDown: at + 1, ArrowUp: at - 1 + entries.length, Home: 0, End: entries.length - 1 }[event.key]
    if (to !== undefined) {
      event.preventDefault()
      entries[to % entries.length]!.focus()
    } else if (event.key === 'Tab') made.close()
  })
  return made
}
