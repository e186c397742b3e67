// A dialog that lists the keys of the page.
import { h } from '../dom.js'
import { MODIFIER } from './platform.js'
import { recall, remember } from './settings.js'

/** Names of keys, and the text between them, in turn. */
type Keys = readonly string[]

const KEYS: readonly (readonly [string, readonly (readonly [keys: Keys, what: string])[]])[] = [
  [
    'Everywhere',
    [
      [[`${MODIFIER} 1`], 'the terminal'],
      [[`${MODIFIER} 2`], 'the response'],
      [[`${MODIFIER} 3`], 'the bytes on the wire'],
      [[`${MODIFIER} 4`, ' … ', '9', ' ', '0'], 'the other tabs, from Trace to WebSocket'],
      [['Ctrl Enter'], 'run the command at the prompt'],
      [[`${MODIFIER} A`], 'put the command of the shown run at the prompt again'],
      [[`${MODIFIER} R`], 'choose a relay'],
      [['F1', ' or ', '?'], 'this list'],
    ],
  ],
  [
    'In the terminal',
    [
      [['Enter'], 'run'],
      [['Shift Enter'], 'start a new line'],
      [['Ctrl C'], 'stop; copy the selection'],
      [['Tab'], 'complete an option, a file or a URL'],
      [['↑', ' ', '↓'], 'go through earlier lines that begin like this one'],
      [['Ctrl R'], 'search the history'],
      [['Ctrl A', ' ', 'Ctrl E'], 'go to the start or the end of the line'],
      [['Ctrl U', ' ', 'Ctrl K', ' ', 'Ctrl W'], 'cut to the start, to the end, or the last word'],
      [['Ctrl Y', ' ', 'Ctrl Z'], 'paste what was cut; undo'],
      [['Ctrl L'], 'clear'],
      [['Escape', ' then ', 'Tab'], 'leave the terminal'],
    ],
  ],
]

/** Makes the dialog. It calls `reader` when the user switches reading the terminal aloud on or off. */
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
  // a click outside of it closes it
  dialog.addEventListener('click', (event) => event.target === dialog && dialog.close())
  return dialog
}

function keyOf(part: string, i: number): Node | string {
  return i % 2 === 0 ? h('kbd', null, part) : part
}
