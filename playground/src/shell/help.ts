// The keys of the page, in a dialog.
import { h } from '../dom.js'
import { MODIFIER } from './platform.js'
import { recall, remember } from './settings.js'

/** Keys, and what is between them. */
type Keys = readonly string[]

const KEYS: readonly (readonly [string, readonly (readonly [keys: Keys, what: string])[]])[] = [
  [
    'Everywhere',
    [
      [[`${MODIFIER} 1`], 'the terminal'],
      [[`${MODIFIER} 2`, ' … ', '9'], 'the tabs, from Wire to WebSocket'],
      [['Ctrl Enter'], 'run what is at the prompt'],
      [[`${MODIFIER} R`], 'the relay'],
      [['F1', ' or ', '?'], 'this list'],
    ],
  ],
  [
    'In the terminal',
    [
      [['Enter'], 'run'],
      [['Shift Enter'], 'another line'],
      [['Ctrl C'], 'stop; copy what is selected'],
      [['Tab'], 'complete an option, a file or a URL'],
      [['↑', ' ', '↓'], 'the history, of what begins like the line'],
      [['Ctrl R'], 'search the history'],
      [['Ctrl A', ' ', 'Ctrl E'], 'begin and end of the line'],
      [['Ctrl U', ' ', 'Ctrl K', ' ', 'Ctrl W'], 'cut before, behind, the last word'],
      [['Ctrl Y', ' ', 'Ctrl Z'], 'put back what was cut; undo'],
      [['Ctrl L'], 'clear'],
      [['Escape', ' then ', 'Tab'], 'leave the terminal'],
    ],
  ],
]

/** `reader` hears whether the terminal is to be read out. */
export function helpDialog(version: string, reader: (on: boolean) => void): HTMLDialogElement {
  const box = h('input', {
    type: 'checkbox',
    '.checked': recall('reader') === 'on',
    onchange: () => {
      remember('reader', box.checked ? 'on' : null)
      reader(box.checked)
    },
  })
  const dialog = h(
    'dialog.help',
    { 'aria-label': 'Keys' },
    h('h2', null, 'Keys'),
    KEYS.map(([title, keys]) => [
      h('h3', null, title),
      h(
        'dl',
        null,
        keys.map(([keys, what]) => [h('dt', null, keys.map(keyOf)), h('dd', null, what)]),
      ),
    ]),
    h('label.check', null, box, 'Let a screen reader read the terminal'),
    h(
      'div.row.end',
      null,
      version && h('span.detail', null, `libcurl-wasm ${version}`),
      h('button.primary', { type: 'button', onclick: () => dialog.close() }, 'Close'),
    ),
  )
  // a click beside it
  dialog.addEventListener('click', (event) => event.target === dialog && dialog.close())
  return dialog
}

function keyOf(part: string, i: number): Node | string {
  return i % 2 === 0 ? h('kbd', null, part) : part
}
