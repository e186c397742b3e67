// The theme of the page: light, dark, or that of the system.
import { h } from '../dom.js'
import { icon } from './icons.js'
import { recall, remember } from './settings.js'

const THEMES = ['auto', 'light', 'dark'] as const
type Theme = (typeof THEMES)[number]

function apply(theme: Theme): void {
  const root = document.documentElement
  if (theme === 'auto') root.removeAttribute('data-theme')
  else root.setAttribute('data-theme', theme)
}

function chosen(): Theme {
  return THEMES.find((theme) => theme === recall('theme')) ?? 'auto'
}

/** Applies the stored theme. To be called before anything is drawn. */
export function applyTheme(): void {
  apply(chosen())
}

/** A button that switches to the next theme. Calls `changed` then, and when the system's theme changes. */
export function themeButton(changed: () => void): HTMLElement {
  let theme = chosen()
  const label = h('span.text')
  const show = (): void => {
    label.textContent = theme[0]!.toUpperCase() + theme.slice(1)
    button.setAttribute('aria-label', `Theme: ${theme}`)
    button.title = `Theme: ${theme}`
  }
  const button = h('button.quiet', {
    type: 'button',
    onclick: () => {
      theme = THEMES[(THEMES.indexOf(theme) + 1) % THEMES.length]!
      remember('theme', theme === 'auto' ? null : theme)
      apply(theme)
      show()
      changed()
    },
  })
  button.append(icon('theme'), label)
  show()
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', changed)
  return button
}
