// The Worker: runs the tool, holds the files and the connection to the relay, and handles the messages of the page (see
// protocol.ts).
import { printed, programOf, requestsIn } from './aside.js'
import { absolute, files, list, trust } from './files.js'
import { loadTool } from './load.js'
import type { FromWorker, Order, Question, ToWorker } from './protocol.js'
import { probe, transportOf } from './relay.js'
import { Run } from './run.js'

/** How often the state of the module and the list of files are sent to the page, in milliseconds. */
const REPORT_MS = 50

const port = globalThis as unknown as {
  postMessage(message: FromWorker): void
  onmessage: ((event: MessageEvent<ToWorker>) => void) | null
}
const post = (message: FromWorker): void => port.postMessage(message)
const runs = new Map<number, Run>()
/** A root certificate that is not in the list of trusted ones yet. */
let untrusted: string | null = null

/** Returns a function that calls `action` soon, once for all calls until then. */
function soon(action: () => void): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined
  return () =>
    (timer ??= setTimeout(() => {
      timer = undefined
      action()
    }, REPORT_MS))
}

/** The last state of the module. */
let told: FromWorker = { type: 'module', loaded: 0, total: 0, ready: false }
const tellModule = soon(() => post(told))
const tellFiles = (): void => post({ type: 'files', files: list() })
const tellFilesSoon = soon(tellFiles)

async function module(): Promise<WebAssembly.Module> {
  try {
    const [module] = await Promise.all([
      loadTool((loaded, total) => {
        told = { type: 'module', loaded, total, ready: false }
        tellModule()
      }),
      untrusted === null ? null : trust(untrusted),
    ])
    untrusted = null
    told = { type: 'module', loaded: __TOOL_BYTES__, total: __TOOL_BYTES__, ready: true }
    return module
  } catch (error) {
    told = { type: 'failed', message: (error as Error).message }
    throw error
  } finally {
    tellModule()
  }
}

async function perform(order: Order): Promise<void> {
  const { relay: url, run: id } = order
  let run: Run
  try {
    const transport = url === '' ? null : transportOf(url, (reason) => post({ type: 'relay', url, reason }))
    run = new Run(order, { module: module(), transport, post, tellFiles })
  } catch (error) {
    return post({ type: 'exit', run: id, status: 1, duration: 0, error: (error as Error).message })
  }
  runs.set(id, run)
  await run.perform()
  runs.delete(id)
}

async function answer(question: Question): Promise<unknown> {
  switch (question.ask) {
    case 'read':
      return new Blob([files.readFile(absolute(question.path))])
    case 'write': {
      const { path, content } = question
      const bytes = typeof content === 'string' ? content : new Uint8Array(await content.arrayBuffer())
      return files.writeFile(absolute(path), bytes)
    }
    case 'remove':
      return files.unlink(absolute(question.path))
    case 'help':
      return printed(await module(), question.argv)
    case 'javascript':
      return programOf(await module(), question.argv, question.relay)
    case 'requests':
      return requestsIn(await module(), question.commands)
    case 'probe':
      return probe(question.relay)
  }
}

port.onmessage = ({ data }) => {
  switch (data.type) {
    case 'start':
      untrusted = data.ca
      files.subscribe(tellFilesSoon)
      return tellFiles()
    case 'load':
      return void module().catch(() => {}) // the failure is reported already
    case 'run':
      return void perform(data)
    case 'stop':
      return runs.get(data.run)?.stop()
    case 'drawn':
      return runs.get(data.run)?.drawn(data.bytes)
    case 'question':
      return void answer(data.question).then(
        (value) => post({ type: 'answer', id: data.id, value }),
        (error: Error) => post({ type: 'answer', id: data.id, error: error.message }),
      )
  }
}
