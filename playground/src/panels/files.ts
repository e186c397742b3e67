// The files panel: the files in memory, which -o and -O write, and -T and -d send. Users can drop files in from the
// disk, and save them to it.
import { append, fill, h } from '../dom.js'
import type { FileEntry } from '../model.js'
import { live, type PanelContext } from './context.js'
import { harmless, isArchive } from './file-names.js'
import { bytes, plural, size } from './format.js'
import { badge, button, callout, empty } from './parts.js'
import { isText } from './printable.js'
import { textOf, visible, visibleString } from './text.js'

const HOME = '/home/'
/** How many bytes of a file are shown. */
const SHOWN = 64 * 1024

export function filesPanel(context: PanelContext): HTMLElement {
  const { store, ask } = context
  const message = h('div.message-slot', { role: 'status' })
  const count = h('span.detail')
  const input = h('input.unseen', {
    type: 'file',
    multiple: true,
    tabindex: -1,
    'aria-hidden': 'true', // the button before it is for everybody
    onchange: () => void add([...(input.files ?? [])]),
  })
  const bar = h(
    'div.tools',
    null,
    button('Add files', () => input.click(), { class: 'primary' }),
    input,
    count,
  )
  const content = h('div.content.scrolls')
  const preview = h('div.file-preview')
  const panel = h('div.panel.files', null, bar, message, content, preview)
  preview.hidden = true
  let viewed: string | null = null

  function render(): void {
    const files = store.state.files.toSorted((a, b) => a.path.localeCompare(b.path))
    const total = files.reduce((sum, file) => sum + file.size, 0)
    fill(count, files.length > 0 && `${plural(files.length, 'file')}, ${size(total)}`)
    if (files.length === 0)
      fill(
        content,
        empty(
          'No files',
          'Drop some here, or let curl write one with -o name. They exist only in the memory of this page.',
        ),
      )
    else fill(content, table(files))
    if (viewed !== null && !files.some(({ path }) => path === viewed)) close()
  }

  function table(files: readonly FileEntry[]): HTMLElement {
    return h(
      'div.table-scroll',
      { tabindex: 0, role: 'group', 'aria-label': 'Files in memory' },
      h(
        'table.data',
        { role: 'table' }, // explicit, because stacked rows would take this role away
        h(
          'thead',
          null,
          h(
            'tr',
            null,
            ['Name', 'Size', 'Changed'].map((name, i) =>
              h('th', { scope: 'col', class: i === 1 ? 'numeric' : undefined }, name),
            ),
            h('td', null, h('span.unseen', null, 'Actions')),
          ),
        ),
        h('tbody', { role: 'rowgroup' }, files.map(rowOf)),
      ),
    )
  }

  function rowOf(file: FileEntry): HTMLElement {
    const name = nameOf(file.path)
    const called = visibleString(name)
    return h(
      'tr',
      { role: 'row' },
      h('th', { scope: 'row', role: 'rowheader', class: 'path' }, visible(name, 200)),
      h('td.numeric', { role: 'cell', title: bytes(file.size) }, size(file.size)),
      h(
        'td',
        { role: 'cell' },
        h(
          'time',
          { datetime: new Date(file.modifiedAt).toISOString() },
          new Date(file.modifiedAt).toLocaleTimeString('en-GB'),
        ),
      ),
      h(
        'td.actions',
        { role: 'cell' },
        button('-T', () => context.insert(`-T ${quoted(name)} `), {
          class: 'flag',
          'aria-label': `Put -T ${called} into the command`,
          title: `-T ${called}`,
        }),
        button('-d @', () => context.insert(`-d @${quoted(name)} `), {
          class: 'flag',
          'aria-label': `Put -d @${called} into the command`,
          title: `-d @${called}`,
        }),
        isArchive(name)
          ? button('Requests', () => void requests(file), {
              'aria-label': `Choose a request of ${called}`,
              title: 'Choose a request of this HTTP archive',
            })
          : button('View', () => void view(file), { 'aria-label': `View ${called}` }),
        button('Download', () => void save(file), { 'aria-label': `Download ${called}` }),
        button('Delete', () => void remove(file), { 'aria-label': `Delete ${called}` }),
      ),
    )
  }

  const failed = (what: string, error: unknown): void =>
    fill(message, callout('bad', h('p', null, `${what}: `, visible((error as Error).message, 300))))

  async function attempt(what: string, work: () => Promise<void>): Promise<void> {
    fill(message)
    try {
      await work()
    } catch (error) {
      failed(what, error)
    }
  }
  const add = (files: readonly File[]): Promise<void> =>
    attempt('The file could not be added', async () => {
      for (const file of files) await ask({ ask: 'write', path: HOME + harmless(file.name), content: file })
      input.value = ''
    })
  const save = (file: FileEntry): Promise<void> =>
    attempt('The file could not be read', async () =>
      context.download(harmless(file.path), (await ask({ ask: 'read', path: file.path })) as Blob),
    )
  const requests = (file: FileEntry): Promise<void> =>
    attempt('The file could not be read', async () =>
      context.openArchive(nameOf(file.path), (await ask({ ask: 'read', path: file.path })) as Blob),
    )
  const remove = (file: FileEntry): Promise<void> =>
    attempt('The file could not be deleted', async () => void (await ask({ ask: 'remove', path: file.path })))

  async function view(file: FileEntry): Promise<void> {
    await attempt('The file could not be read', async () => {
      const blob = (await ask({ ask: 'read', path: file.path })) as Blob
      const first = new Uint8Array(await blob.slice(0, SHOWN).arrayBuffer())
      const text = isText(first) ? textOf(first) : null
      const body = h('pre.words', { tabindex: 0, role: 'group', 'aria-label': 'Content' })
      if (text === null) body.append('This file is not text. Download it, or look at it in the Response panel.')
      else for (const line of text.split(/\r?\n/)) append(body, [...visible(line), '\n'])
      const more = blob.size > SHOWN ? badge('muted', `the first ${size(SHOWN)} of ${size(blob.size)}`) : null
      viewed = file.path
      preview.hidden = false
      fill(
        preview,
        h('header', null, h('h3', null, visible(nameOf(file.path), 200)), more, button('Close', close)),
        body,
      )
      preview.querySelector('button')!.focus()
    })
  }
  function close(): void {
    viewed = null
    preview.hidden = true
    fill(preview)
  }

  let inside = 0
  const drag = (change: number) => (event: DragEvent) => {
    if (!event.dataTransfer?.types.includes('Files')) return
    event.preventDefault()
    inside = Math.max(0, inside + change)
    panel.classList.toggle('dropping', inside > 0)
  }
  panel.addEventListener('dragenter', drag(1))
  panel.addEventListener('dragleave', drag(-1))
  panel.addEventListener('dragover', drag(0))
  panel.addEventListener('drop', (event) => {
    event.preventDefault()
    inside = 0
    panel.classList.remove('dropping')
    void add([...(event.dataTransfer?.files ?? [])])
  })

  live(store, panel, ['files'], render)
  return panel
}

/** The path relative to the tool's working directory. */
const nameOf = (path: string): string => (path.startsWith(HOME) ? path.slice(HOME.length) : path)

/** A name as a word of a shell. */
export function quoted(name: string): string {
  return /^[\w@%+=:,./-]+$/.test(name) ? name : `'${name.replaceAll("'", "'\\''")}'`
}
