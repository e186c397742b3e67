// The cookies panel: an editor for the cookie jar. curl reads the jar's file before each run and writes it after it,
// and this panel reads and writes the same file.
import { fill, h } from '../dom.js'
import { live, type PanelContext } from './context.js'
import { formatJar, parseAny, parseJar, parseTime, problemOf, timeText, type Cookie } from './cookie-jar.js'
import { plural } from './format.js'
import { button, callout, copyButton, empty } from './parts.js'
import { visibleString } from './text.js'

const JAR = '/home/cookies.txt'

export function cookiesPanel(context: PanelContext): HTMLElement {
  const { store, ask } = context
  let cookies: Cookie[] = []
  /** Lines of the file that could not be read. */
  let unread: string[] = []
  /** The text of the file when it was last read or written. */
  let written = ''
  /** A new cookie that is not complete. While there is one, changes of the file are not shown. */
  let draft: Cookie | null = null

  const count = h('span.detail')
  const message = h('div.message-slot', { role: 'status' })
  const input = h('input.unseen', {
    type: 'file',
    accept: '.txt,.json,text/plain,application/json',
    tabindex: -1,
    'aria-hidden': 'true', // the button before it is for everybody
    onchange: () => void importFile(),
  })
  const clear = button('Clear', () => {
    unread = []
    void save([])
  })
  const copyJson = copyButton('Copy JSON', () => JSON.stringify(cookies, null, 2))
  const exports = [
    copyJson,
    button('Save as text', () =>
      context.download('cookies.txt', new Blob([formatJar(cookies)], { type: 'text/plain' })),
    ),
    button('Save as JSON', () =>
      context.download('cookies.json', new Blob([JSON.stringify(cookies, null, 2)], { type: 'application/json' })),
    ),
    clear,
  ]
  const bar = h(
    'div.tools',
    null,
    button('Add a cookie', add, { class: 'primary' }),
    button('Import', () => input.click()),
    input,
    exports,
    count,
  )
  const content = h('div.content.scrolls')
  const panel = h('div.panel.cookies', null, bar, message, content)

  const complain = (text: string): void => fill(message, callout('bad', h('p', null, visibleString(text, 500))))

  async function load(): Promise<void> {
    if (!store.state.files.some(({ path }) => path === JAR)) return read('')
    try {
      read(await ((await ask({ ask: 'read', path: JAR })) as Blob).text())
    } catch (error) {
      complain(`The cookie jar cannot be read: ${(error as Error).message}`)
    }
  }

  function read(text: string): void {
    if (text === written && content.firstChild) return
    // not while the user edits
    if (content.contains(document.activeElement) || draft) return
    written = text
    const jar = parseJar(text)
    cookies = jar.cookies
    unread = jar.errors.map(({ text }) => text!)
    const bad = jar.errors.map(({ line, reason }) => `line ${line}: ${reason}`).join('; ')
    if (bad) complain(`Some lines of the cookie jar cannot be shown: ${bad}`)
    else fill(message)
    render()
  }

  async function save(next: Cookie[], redraw = true): Promise<void> {
    cookies = next
    written = formatJar(next, unread)
    fill(message)
    if (redraw) render()
    else told()
    try {
      await ask({ ask: 'write', path: JAR, content: written })
    } catch (error) {
      complain(`The cookie jar cannot be written: ${(error as Error).message}`)
    }
  }

  async function importFile(): Promise<void> {
    const file = input.files?.[0]
    input.value = ''
    if (!file) return
    const jar = parseAny(await file.text())
    if (jar.cookies.length === 0)
      return complain(`Nothing was imported: ${jar.errors[0]?.reason ?? 'the file has no cookies'}`)
    const same = (a: Cookie, b: Cookie): boolean => a.domain === b.domain && a.path === b.path && a.name === b.name
    const kept = cookies.filter((old) => !jar.cookies.some((cookie) => same(old, cookie)))
    await save([...kept, ...jar.cookies])
    if (jar.errors.length > 0)
      complain(
        `${jar.errors.length} ${jar.errors.length === 1 ? 'entry' : 'entries'} could not be read; the first: ${jar.errors[0]!.reason}`,
      )
  }

  function add(): void {
    draft = { domain: 'localhost', path: '/', secure: false, httpOnly: false, expires: 0, name: '', value: '' }
    render()
    content.querySelector<HTMLInputElement>('tr:last-child input')?.focus()
  }

  function told(): void {
    fill(count, cookies.length > 0 && plural(cookies.length, 'cookie'))
    for (const element of exports) element.disabled = cookies.length === 0
  }

  function render(): void {
    told()
    if (cookies.length === 0 && !draft) {
      return fill(
        content,
        empty('The cookie jar is empty', 'Cookies that servers set are stored here, and the next commands send them.'),
      )
    }
    const heads = ['Name', 'Value', 'Domain', 'Path', 'Expires', 'Secure', 'HTTP only', '']
    fill(
      content,
      h(
        'div.table-scroll',
        { tabindex: 0, role: 'group', 'aria-label': 'Cookies' },
        h(
          'table.data.editable',
          { role: 'table' }, // explicit, because stacked rows would take this role away
          h(
            'thead',
            null,
            h(
              'tr',
              null,
              heads.map((name) =>
                name ? h('th', { scope: 'col' }, name) : h('td', null, h('span.unseen', null, 'Actions')),
              ),
            ),
          ),
          h(
            'tbody',
            { role: 'rowgroup' },
            cookies.map((cookie, index) => rowOf(cookie, index)),
            draft && rowOf(draft, null),
          ),
        ),
      ),
    )
  }

  /** The row of a cookie. `index` is null for one that is not in the jar yet. */
  function rowOf(cookie: Cookie, index: number | null): HTMLElement {
    const edited = { ...cookie }
    let at = index
    const element = h('tr', { role: 'row', class: index === null ? 'draft' : undefined })
    const change = (): void => {
      const problem = problemOf(edited)
      element.classList.toggle('wrong', problem !== null)
      if (problem) return complain(`${edited.name || 'The new cookie'}: ${problem}.`)
      fill(message)
      if (at !== null) return void save(cookies.with(at, { ...edited }), false)
      // keeps the row, because the user may go on editing it
      at = cookies.length
      draft = null
      element.classList.remove('draft')
      void save([...cookies, { ...edited }], false)
    }
    const called = visibleString(cookie.name, 60) || 'the new cookie'
    /** A cell with a label, which is shown where there is no room for columns. */
    const cell = (label: string, box: HTMLElement): HTMLElement => h('td', { role: 'cell', 'data-label': label }, box)
    const text = (field: 'domain' | 'path' | 'name' | 'value', label: string): HTMLElement => {
      const plain = visibleString(edited[field], 4096)
      // read-only if it has invisible characters, which editing would lose
      const box = h('input', {
        type: 'text',
        '.value': plain,
        'aria-label': `${label} of ${called}`,
        title: plain,
        spellcheck: 'false',
        autocomplete: 'off',
        autocapitalize: 'off',
        readonly: plain !== edited[field],
      })
      box.addEventListener('change', () => {
        edited[field] = box.value.trim()
        box.title = edited[field]
        // a new cookie is not saved before it has a name
        if (at !== null || edited.name !== '') change()
      })
      return cell(label, box)
    }
    const flag = (field: 'secure' | 'httpOnly', label: string): HTMLElement => {
      const box = h('input', { type: 'checkbox', '.checked': edited[field], 'aria-label': `${label}: ${called}` })
      box.addEventListener('change', () => {
        edited[field] = box.checked
        if (at !== null || edited.name !== '') change()
      })
      return cell(label, box)
    }
    const expires = h('input', {
      ...{ type: 'text', placeholder: 'session', spellcheck: 'false', autocomplete: 'off' },
      ...{
        'aria-label': `Expiry of ${called}`,
        title: 'UTC; empty for a session cookie',
        '.value': timeText(edited.expires),
      },
    })
    expires.addEventListener('change', () => {
      edited.expires = parseTime(expires.value)
      if (at !== null || edited.name !== '') change()
    })
    const drop = (): void => {
      if (at === null) {
        draft = null
        render()
      } else void save(cookies.toSpliced(at, 1))
    }
    element.append(text('name', 'Name'), text('value', 'Value'), text('domain', 'Domain'), text('path', 'Path'))
    element.append(cell('Expires', expires), flag('secure', 'Secure'), flag('httpOnly', 'HTTP only'))
    const remove = button('\u00d7', drop, { 'aria-label': `Delete ${called}`, title: 'Delete' })
    element.append(h('td.actions', { role: 'cell' }, remove))
    return element
  }

  live(store, panel, ['files'], () => void load())
  return panel
}
