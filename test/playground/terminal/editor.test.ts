// The line at the prompt: its editor, its history, its keys and its layout on the screen.
import { describe, expect, it } from 'vitest'
import { Editor } from '../../../playground/src/terminal/editor.js'
import { History } from '../../../playground/src/terminal/history.js'
import { actionOf } from '../../../playground/src/terminal/keys.js'
import { layOut, windowOf } from '../../../playground/src/terminal/layout.js'
import { widthOf } from '../../../playground/src/terminal/width.js'

/** Makes an editor from a text in which | is the cursor. */
function editor(text: string): Editor {
  const made = new Editor()
  made.set(text.replace('|', ''), text.indexOf('|'))
  return made
}
const state = ({ text, cursor }: Editor): string => `${text.slice(0, cursor)}|${text.slice(cursor)}`

describe('an editor', () => {
  it.each<[string, Exclude<keyof Editor, 'text' | 'cursor'>, string]>([
    ['curl| -v', 'left', 'cur|l -v'],
    ['|curl', 'left', '|curl'],
    ['curl -v|', 'right', 'curl -v|'],
    ['a👩‍👩‍👧|', 'left', 'a|👩‍👩‍👧'],
    ['a|e\u0301b', 'right', 'ae\u0301|b'],
    ['👨‍👩‍👧|x', 'backspace', '|x'],
    ['a|😀', 'delete', 'a|'],
    ['curl https://a.b/c|', 'wordLeft', 'curl https://a.b/|c'],
    ['curl |https://a', 'wordRight', 'curl https|://a'],
    ['curl -H |', 'wordLeft', 'curl -|H '],
    ['one\ntw|o', 'home', 'one\n|two'],
    ['one\n|two', 'home', '|one\ntwo'],
    ['o|ne\ntwo', 'end', 'one|\ntwo'],
    ['one|\ntwo', 'end', 'one\ntwo|'],
    ['curl -v http://a|', 'killWord', 'curl -v |'],
    ['curl -v http://a|', 'killWordBefore', 'curl -v http://|'],
    ['|curl -v', 'killWordBehind', '| -v'],
    ['cu|rl -v', 'killToEnd', 'cu|'],
    ['one|\ntwo', 'killToEnd', 'one|two'],
    ['one\ntw|o', 'killToStart', 'one\n|o'],
  ])('%s: %s', (before, action, after) => {
    const made = editor(before)
    ;(made[action] as () => void)()
    expect(state(made)).toBe(after)
  })

  it('pastes what was cut, and undoes', () => {
    const made = editor('curl -v|')
    made.killWord()
    made.insert('-i ')
    made.yank()
    expect(state(made)).toBe('curl -i -v|')
    for (let i = 0; i < 3; i++) made.undo()
    expect(state(made)).toBe('curl -v|')
  })

  it('goes up and down in a text of several lines', () => {
    const made = editor('first\nse\nthi|rd')
    expect(made.vertical(-1)).toBe(true)
    expect(state(made)).toBe('first\nse|\nthird')
    expect(made.vertical(-1)).toBe(true)
    expect(made.vertical(-1)).toBe(false)
    expect(state(made)).toBe('fi|rst\nse\nthird')
    expect(editor('a|\n').vertical(1)).toBe(true)
  })
})

describe('a history', () => {
  const kept = (lines: string[] = []) => {
    let saved: string | null = JSON.stringify(lines)
    const history = new History({
      load: () => saved,
      save: (text) => (saved = text),
      redact: (line) => (line.includes('lost') ? '' : line.replace('secret', 'REDACTED')),
    })
    return { history, saved: () => JSON.parse(saved!) as string[] }
  }

  it('goes up and down, and back to what was being written', () => {
    const { history } = kept(['one', 'two'])
    expect(history.older('draft', 0)).toBe('two')
    expect(history.older('two', 0)).toBe('one')
    expect(history.older('one', 0)).toBe(null)
    expect(history.newer('one')).toBe('two')
    expect(history.newer('two')).toBe('draft')
    expect(history.newer('draft')).toBe(null)
  })

  it('has only what begins like the line', () => {
    const { history } = kept(['curl -v a', 'ls', 'curl -i b', 'curl -v c'])
    expect(history.older('curl -v', 7)).toBe('curl -v c')
    expect(history.older('curl -v c', 7)).toBe('curl -v a')
    expect(history.older('curl -v a', 7)).toBe(null)
  })

  it('leaves out repetitions, and lines that begin with a blank', () => {
    const { history, saved } = kept()
    for (const line of ['a', 'a', ' b', '', 'c']) history.add(line)
    expect(history.lines).toEqual(['a', 'c'])
    expect(saved()).toEqual(['a', 'c'])
  })

  it('keeps no secrets beyond the page', () => {
    const { history, saved } = kept()
    history.add('curl -u secret')
    history.add('curl "lost')
    expect(history.older('', 0)).toBe('curl "lost')
    expect(history.older('curl "lost', 0)).toBe('curl -u secret')
    expect(saved()).toEqual(['curl -u REDACTED'])
  })

  it('searches backwards', () => {
    const { history } = kept(['curl a', 'curl b', 'ls'])
    expect(history.search('curl')).toEqual({ line: 'curl b', number: 1 })
    expect(history.search('curl', 1)).toEqual({ line: 'curl a', number: 0 })
    expect(history.search('curl', 0)).toBe(null)
  })

  it('ignores an invalid stored history', () => {
    for (const saved of ['{', '{}', '[1, "a"]'])
      expect(() => new History({ load: () => saved, save: () => {}, redact: (line) => line })).not.toThrow()
  })
})

describe('a layout', () => {
  const prompts = { first: '$ ', next: '> ' }
  const of = (text: string, columns: number) => {
    const { rows, row, column } = layOut(text.replace('|', ''), text.indexOf('|'), columns, prompts)
    return [rows.map(({ text, wrapped }) => (wrapped ? '' : '\n') + text).join('/'), row, column]
  }

  it.each<[string, number, unknown[]]>([
    ['ab|', 10, ['\n$ ab', 0, 4]],
    ['abcdef|gh', 6, ['\n$ abcd/efgh', 1, 2]],
    ['abcd|', 6, ['\n$ abcd/', 1, 0]],
    ['abcd|e', 6, ['\n$ abcd/e', 1, 0]],
    ['a\nb|c', 10, ['\n$ a/\n> bc', 1, 3]],
    ['日本|語', 5, ['\n$ 日/本語', 1, 2]],
    ['a日|', 5, ['\n$ a日/', 1, 0]],
    ['e\u0301x|', 10, ['\n$ e\u0301x', 0, 4]],
    ['a\u202eb|', 20, ['\n$ a<U+202E>b', 0, 12]],
    ['abc|\nd', 6, ['\n$ abc/\n> d', 0, 5]],
    ['abcd|\nd', 6, ['\n$ abcd/\n> d', 0, 5]],
  ])('%s in %i columns', (text, columns, expected) => {
    expect(of(text, columns)).toEqual(expected)
  })

  it('shows the part around the cursor if the line is higher than the screen', () => {
    const at = (cursor: number) => layOut('a\n'.repeat(20), cursor, 80, prompts)
    expect(windowOf(at(40), 5, 0)).toBe(16)
    expect(windowOf(at(0), 5, 16)).toBe(0)
    expect(windowOf(at(32), 5, 16)).toBe(16)
  })

  it('counts cells', () => {
    expect(widthOf('a日é\u0301😀')).toBe(5)
  })
})

it.each<[Partial<Parameters<typeof actionOf>[0]>, string | undefined]>([
  [{ key: 'ArrowLeft', ctrlKey: true }, 'wordLeft'],
  [{ key: 'ArrowLeft', altKey: true }, 'wordLeft'],
  [{ key: 'c', ctrlKey: true }, 'interrupt'],
  [{ key: 'C', ctrlKey: true, shiftKey: true }, 'copy'],
  [{ key: 'c', metaKey: true }, undefined],
  [{ key: '@', ctrlKey: true, altKey: true }, undefined],
  [{ key: 'x' }, undefined],
  [{ key: '1', altKey: true }, undefined],
  [{ key: 'toString' }, undefined],
])('knows the key %o', (key, action) => {
  expect(actionOf({ key: '', ctrlKey: false, altKey: false, shiftKey: false, metaKey: false, ...key })).toBe(action)
})
