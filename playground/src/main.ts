// The page: creates the terminal, the Worker, the store and the panels, and connects them.
import helpText from 'virtual:curl-help'
import workerUrl from './worker/worker.ts?worker&url'
import './style/tokens.css'
import './style/base.css'
import './style/shell.css'
import './style/terminal.css'
import './style/panels.css'
import type { Sources } from './command/complete.js'
import { writeFetch } from './command/write-fetch.js'
import { writePython } from './command/write-python.js'
import type { Requests } from './command/requests.js'
import { parseHelp } from '../../dist/ts/tool/javascript/curl-options.js'
import { h } from './dom.js'
import { writeHar } from './har/write-har.js'
import { failed, Store, type Run } from './model.js'
import type { PanelContext } from './panels/context.js'
import { duration, listed } from './panels/format.js'
import { statusOf } from './panels/parts.js'
import { comparePanel } from './panels/compare.js'
import { cookiesPanel } from './panels/cookies.js'
import { filesPanel } from './panels/files.js'
import { responsePanel } from './panels/response.js'
import { timingPanel } from './panels/timing.js'
import { tlsPanel } from './panels/tls.js'
import { tracePanel } from './panels/trace.js'
import { websocketPanel } from './panels/websocket.js'
import { wirePanel } from './panels/wire.js'
import { BUILTINS } from './shell/builtins.js'
import { Chips } from './shell/chips.js'
import { copy } from './shell/clipboard.js'
import { loadConfig } from './shell/config.js'
import { examples as examplesFor, firstCommand } from './shell/examples.js'
import { fileCompletion, urlCompletion } from './shell/completion.js'
import { Foot } from './shell/foot.js'
import { frame } from './shell/frame.js'
import { helpDialog } from './shell/help.js'
import { icon } from './shell/icons.js'
import { Imports } from './shell/imports.js'
import { menu } from './shell/popover.js'
import { RelayPicker } from './shell/relay-picker.js'
import { Retry } from './shell/retry.js'
import { runBar } from './shell/runs.js'
import { Session } from './shell/session.js'
import { recall, remember } from './shell/settings.js'
import { sharedNotice } from './shell/shared-notice.js'
import { runOf } from './shell/digest.js'
import {
  allCurls,
  commandLine,
  firstCurl,
  linked,
  linkedRun,
  linkTo,
  linkToRun,
  withoutSecrets,
} from './shell/sharing.js'
import { shortcuts } from './shell/shortcuts.js'
import { Tabs } from './shell/tabs.js'
import { applyTheme, themeButton } from './shell/theme.js'
import { Announcer, Toasts } from './shell/toasts.js'
import { createWorker } from './shell/worker.js'
import { Console } from './terminal/console.js'
import { History } from './terminal/history.js'
import { Tool } from './worker/client.js'

applyTheme()
const config = await loadConfig()
const table = parseHelp(helpText)
const store = new Store()
const toasts = new Toasts()
const announcer = new Announcer()
const examples = examplesFor(config)
const lost = (url: string, reason: string): void => relays.lost(url, reason)
const tool = new Tool(store, () => createWorker(workerUrl, 'curl'), config.ca, lost)

const history = new History({
  load: () => recall('history'),
  save: (text) => remember('history', text),
  redact: (line) => withoutSecrets(line, table),
})
const sources = (): Sources => ({
  table,
  builtins: BUILTINS,
  files: (prefix) => fileCompletion(store.state.files, prefix),
  urls: urlCompletion(examples, history.lines),
})

const context: PanelContext = {
  store,
  config: { relay: config.relay, origin: config.origin, ca: config.ca },
  ask: (question) => tool.ask(question),
  run: (text) => void run(text),
  createWorker: (url) => createWorker(url, 'websocket'),
  insert(text) {
    show(0)
    terminal.insert(text)
  },
  openArchive: (name, archive) => void imports.open(name, archive),
  download(name, blob) {
    const url = URL.createObjectURL(blob)
    h('a', { href: url, download: name }).click()
    setTimeout(() => URL.revokeObjectURL(url), 60_000)
  },
}

const session = new Session({
  store,
  tool,
  console: () => terminal,
  place: () => ({ console: terminal, context, examples }),
  progress: (text) => foot.progress(text),
  ended,
})

const imports = new Imports({
  ...{ store, toasts, ask: context.ask },
  put(line) {
    show(0)
    terminal.put(line)
    terminal.focus()
  },
})

// --- the terminal ---

const pane = h('section.terminal-pane', { 'aria-label': 'Terminal' }, h('h2.unseen', null, 'Terminal'))
const foot = new Foot({
  store,
  run: () => void terminal.enter(),
  stop: () => session.stop(),
  reload: () => tool.load(),
  again: () => retry.again(),
  act(action) {
    terminal.act(action)
    terminal.focus()
  },
})
const chips = new Chips({
  examples,
  line: () => terminal.line,
  put(command) {
    show(0)
    terminal.put(command)
    terminal.focus()
  },
  run: () => void terminal.enter(),
})

// --- the inspector ---

const tabs = new Tabs(
  [
    { name: 'Terminal', about: 'The command line', make: pane },
    { name: 'Response', about: 'The response: body and headers', make: () => responsePanel(context) },
    { name: 'Wire', about: 'What the relay sees, next to what it cannot see', make: () => wirePanel(context) },
    { name: 'Trace', about: 'What curl -v prints', make: () => tracePanel(context) },
    { name: 'Timing', about: 'Where the time went', make: () => timingPanel(context) },
    { name: 'TLS', about: 'Version, cipher and certificates', make: () => tlsPanel(context) },
    { name: 'Compare', about: 'Two runs side by side', make: () => comparePanel(context) },
    { name: 'Cookies', about: 'The cookie jar', make: () => cookiesPanel(context) },
    { name: 'Files', about: 'The files in memory', make: () => filesPanel(context) },
    { name: 'WebSocket', about: 'A console to send and receive messages', make: () => websocketPanel(context) },
  ],
  (tab) => page.show(tab),
  (name) => name !== 'Terminal' && remember('tab', name),
)

// --- the frame ---

const retry = new Retry({
  store,
  table,
  console: () => terminal,
  show: () => show(0),
  tell: (text, detail) => toasts.show(text, detail),
})
const relays = new RelayPicker({ store, own: config.relay, ask: context.ask })
const help = helpDialog(config.version, (on) => (terminal.screen.terminal.options.screenReaderMode = on))
const helpButton = h(
  'button.quiet',
  { type: 'button', 'aria-label': 'Keys', title: 'Keys (F1)', onclick: openHelp },
  icon('help'),
)
const shareButton = h(
  'button.quiet',
  {
    ...{ type: 'button', 'aria-label': 'Share', title: 'Copy a link to this command, without its secrets' },
    onclick: () => void share(),
  },
  icon('share'),
  h('span.text', null, 'Share'),
)
const copyButton = h(
  'button.quiet',
  { type: 'button', 'aria-label': 'Copy as' },
  icon('copy'),
  h('span.text', null, 'Copy as'),
)
const copyMenu = menu(copyButton, 'Copy as', [
  { label: 'curl (bash)', chosen: () => void copyAs('curl for bash', async (line) => commandLine(line, 'posix')) },
  { label: 'curl (cmd)', chosen: () => void copyAs('curl for cmd', async (line) => commandLine(line, 'cmd')) },
  { label: 'JavaScript', detail: 'for libcurl-wasm', chosen: () => void copyAs('JavaScript', program) },
  { label: 'JavaScript', detail: 'fetch', chosen: () => void copyAs('fetch', (line) => written(line, writeFetch)) },
  { label: 'Python', detail: 'requests', chosen: () => void copyAs('Python', (line) => written(line, writePython)) },
  { label: 'HAR of the run', detail: 'no secrets', apart: true, chosen: () => void copyHar(false) },
  { label: 'HAR of the run', detail: 'with secrets', chosen: () => void copyHar(true) },
])
const page = frame({
  pane,
  chips: chips.element,
  tabs,
  runs: runBar(store, { again: () => retry.again(), share: () => void shareRun() }),
  notice: sharedNotice(store, () => retry.again()),
  actions: [copyButton, copyMenu.box, shareButton, themeButton(() => terminal.screen.recolour()), helpButton],
  relay: relays.element,
  extras: [toasts.element, announcer.element, help],
})
const terminal = new Console(pane, {
  history,
  sources,
  entered: (line) => {
    foot.running(true)
    return session.enter(line).finally(() => foot.running(false))
  },
  pasted: (text) => imports.pasted(text),
  interrupted: () => session.stop(),
  hint: (text) => foot.hint(text),
  edited(line) {
    chips.update()
    foot.offer(line === '' && failed(store.state.runs.at(-1)))
  },
})
pane.append(foot.element)
if (recall('reader') === 'on') terminal.screen.terminal.options.screenReaderMode = true

page.start(tabs.numberOf(recall('tab') ?? 'Response'))
shortcuts({
  tabs: tabs.panels.length,
  show,
  run: () => void terminal.enter(),
  again: () => retry.again(),
  relay: () => relays.open(),
  help: openHelp,
})
store.on('relay', warnWithoutRelay)

terminal.say('dim', 'This is curl, in this page. Enter runs it.')
await loadLinked(firstCommand(config))
addEventListener('hashchange', () => void loadLinked(null))
if (page.wide) terminal.focus()
tool.load()

// --- actions ---

function show(tab: number): void {
  if (tab > 0 || !page.wide) tabs.pick(tab, tab > 0)
  if (tab === 0) terminal.focus()
}

async function run(text: string): Promise<void> {
  if (terminal.running) session.stop()
  await terminal.idle()
  terminal.put(text)
  await terminal.enter()
}

function ended({ status, duration: took, transfers }: Run): void {
  const how = status === 0 ? 'done' : status === 130 ? 'stopped' : `failed with exit status ${status}`
  const statuses = [...new Set(transfers.map(statusOf).filter(Boolean))].slice(0, 5)
  announcer.say(
    `curl: ${how}, ${statuses.length > 0 ? `status ${listed(statuses.map(String))}, ` : ''}after ${duration(took ?? 0)}`,
  )
}

/** The command line to share or copy: the one at the prompt, or else that of the run that is shown. */
function subject(): string {
  return terminal.line.trim() || store.state.shown?.text || ''
}

async function share(): Promise<void> {
  try {
    const link = linkTo(subject(), table)
    const copied = await copy(link.then(({ url }) => url))
    const { url, redacted } = await link
    window.history.replaceState(null, '', new URL(url).hash)
    toasts.show(copied ? 'Link copied' : 'Link created', redacted.length > 0 ? `Left out: ${redacted.join(', ')}` : '')
  } catch (error) {
    toasts.show('Could not create a link', (error as Error).message)
  }
}

/** Copies a link to the run that is shown. */
async function shareRun(): Promise<void> {
  const run = store.state.shown
  if (!run) return
  try {
    const link = linkToRun(run, table)
    const copied = await copy(link.then(({ url }) => url))
    const { url, redacted, omitted, contents } = await link
    window.history.replaceState(null, '', new URL(url).hash)
    const without = [...redacted, ...omitted]
    const detail = `It has ${contents}.${without.length > 0 ? ` Left out: ${without.join(', ')}.` : ''}`
    toasts.show(copied ? 'Link to the run copied' : 'Link to the run created', detail)
  } catch (error) {
    toasts.show('Could not create a link to the run', (error as Error).message)
  }
}

async function copyAs(what: string, make: (line: string) => Promise<string>): Promise<void> {
  try {
    if (await copy(make(subject()))) toasts.show(`Copied: ${what}`)
  } catch (error) {
    toasts.show(`This cannot be copied as ${what}`, (error as Error).message)
  }
}

async function program(line: string): Promise<string> {
  return String(await tool.ask({ ask: 'javascript', argv: firstCurl(line), relay: store.state.relay.url }))
}

async function written(line: string, write: (requests: Requests) => string): Promise<string> {
  const commands = allCurls(line).map(({ argv, env, redirects }) => ({ argv, env: { ...env }, redirects }))
  return write((await tool.ask({ ask: 'requests', commands })) as Requests)
}

async function copyHar(secrets: boolean): Promise<void> {
  const { shown } = store.state
  if (!shown) return toasts.show('This cannot be copied as HAR', 'Nothing has been run yet.')
  if (shown.shared) return toasts.show('This cannot be copied as HAR', 'The run was not made here.')
  try {
    const making = writeHar(shown, { secrets, version: config.version })
    const copied = await copy(making.then(({ har }) => JSON.stringify(har, null, 2)))
    const { redacted } = await making
    if (copied) toasts.show('Copied: HAR', redacted.length > 0 ? `Left out: ${redacted.join(', ')}` : '')
  } catch (error) {
    toasts.show('This cannot be copied as HAR', (error as Error).message)
  }
}

/** Puts the command of the page's URL at the prompt, or `otherwise`, and shows its run. It never runs one by itself. */
async function loadLinked(otherwise: string | null): Promise<void> {
  let line = otherwise
  try {
    const shared = await linkedRun()
    if (shared) {
      session.adopt((id) => runOf(id, shared))
      tabs.choose(tabs.numberOf('Response'))
      announcer.say('A shared run is shown. It was not made here.')
    }
    line = shared?.command ?? (await linked()) ?? otherwise
  } catch (error) {
    toasts.show('This link cannot be read', (error as Error).message)
  }
  if (line !== null) terminal.put(line)
}

function openHelp(): void {
  if (!help.open) help.showModal()
}

let warned = ''
function warnWithoutRelay(): void {
  const { url, state, detail } = store.state.relay
  const problem = state === 'down' ? `${url} ${detail}` : ''
  if (problem !== '' && problem !== warned) announcer.say(`The relay is down: ${detail}`)
  warned = problem
}
