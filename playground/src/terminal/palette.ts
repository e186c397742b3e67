// The terminal's colours: those of the page, read from its custom properties, and sixteen that are legible on them.
import type { ITheme } from '@xterm/xterm'

const LIGHT = {
  ...{ black: '#18202a', red: '#b42318', green: '#166534', yellow: '#8a4b00' },
  ...{ blue: '#0b5cad', magenta: '#6d3fb8', cyan: '#0b6b74', white: '#6b7886' },
  ...{ brightBlack: '#51606f', brightRed: '#c8321f', brightGreen: '#1a7a40', brightYellow: '#9a5a00' },
  ...{ brightBlue: '#1769c0', brightMagenta: '#7d4fc8', brightCyan: '#0d7c86', brightWhite: '#18202a' },
}
const DARK = {
  ...{ black: '#2b3643', red: '#ff8b80', green: '#6ee7a0', yellow: '#f6c667' },
  ...{ blue: '#7cc0ff', magenta: '#c4a5ff', cyan: '#4fd1c5', white: '#c9d3de' },
  ...{ brightBlack: '#97a5b5', brightRed: '#ffa59c', brightGreen: '#8df0b5', brightYellow: '#ffd98a' },
  ...{ brightBlue: '#9ad0ff', brightMagenta: '#d4bcff', brightCyan: '#7be3d9', brightWhite: '#ffffff' },
}

/** The terminal's colours for the present theme of an element. */
export function palette(element: HTMLElement): ITheme {
  const probe = document.createElement('span')
  element.append(probe)
  const colour = (name: string): string => {
    probe.style.color = `var(--${name})`
    return getComputedStyle(probe).color
  }
  const [background, foreground, cursor, cursorAccent, selection] = [
    colour('surface'),
    colour('text'),
    colour('accent'),
    colour('accent-text'),
    colour('selection'),
  ]
  probe.remove()
  const dark = lightness(background) < 128
  return {
    ...(dark ? DARK : LIGHT),
    ...{ background, foreground, cursor, cursorAccent, overviewRulerBorder: '#0000' },
    ...{ selectionBackground: selection, selectionInactiveBackground: selection },
    ...{ scrollbarSliderBackground: dark ? '#97a5b540' : '#51606f40' },
    ...{ scrollbarSliderHoverBackground: dark ? '#97a5b570' : '#51606f70' },
    ...{ scrollbarSliderActiveBackground: dark ? '#97a5b590' : '#51606f90' },
  }
}

function lightness(colour: string): number {
  const [red = 0, green = 0, blue = 0] = (colour.match(/[\d.]+/g) ?? []).map(Number)
  return 0.299 * red + 0.587 * green + 0.114 * blue
}
