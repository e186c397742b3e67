// The icons of the page: strokes 1.5 wide in a square of 16, in the colour of the text around them.

const PATHS = {
  theme: 'M8 2a6 6 0 1 0 0 12zM8 2a6 6 0 0 1 0 12',
  help: 'M5.9 6.1A2.2 2.2 0 1 1 8.6 8.2c-.4.2-.6.5-.6 1v.4M8 12v.1',
  share: 'M8 9.5V2M5.2 4.6 8 1.8l2.8 2.8M4.5 7.5h-1v6h9v-6h-1',
  copy: 'M5.5 5.5v-3h8v8h-3M2.5 5.5h8v8h-8z',
  chevron: 'm4.5 6.5 3.5 3.5 3.5-3.5',
  more: 'M3 8h.1M8 8h.1M13 8h.1',
  retry: 'M13 8a5 5 0 1 1-1.6-3.7M13.2 1.8v3h-3',
  close: 'm4 4 8 8M12 4l-8 8',
} as const

export type Icon = keyof typeof PATHS

const SVG = 'http://www.w3.org/2000/svg'

export function icon(name: Icon): SVGSVGElement {
  const svg = document.createElementNS(SVG, 'svg')
  svg.setAttribute('class', 'icon')
  svg.setAttribute('viewBox', '0 0 16 16')
  svg.setAttribute('aria-hidden', 'true')
  const path = document.createElementNS(SVG, 'path')
  path.setAttribute('d', PATHS[name])
  if (name === 'more') path.setAttribute('stroke-width', '2.5')
  svg.append(path)
  return svg
}
