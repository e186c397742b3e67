// Runs the tool for the tests of this folder: in this process, with streams that collect the output, and without
// standard input and environment unless a test gives them.
import { runTool, type Argument, type ToolOptions } from 'libcurl-wasm/tool'
import { onTestFinished } from 'vitest'

/** A stream that collects what is written. */
export class Sink {
  readonly chunks: Uint8Array[] = []
  closed = 0
  readonly stream = new WritableStream<Uint8Array>({
    write: (chunk) => void this.chunks.push(chunk),
    close: () => void this.closed++,
  })

  get bytes(): Buffer {
    return Buffer.concat(this.chunks)
  }

  get text(): string {
    return this.bytes.toString()
  }
}

export interface Ran {
  status: number
  stdout: Buffer
  stderr: string
}

/** Runs `curl ...args` until it ends. */
export async function curl(args: readonly Argument[], options: ToolOptions = {}): Promise<Ran> {
  const [out, err] = [new Sink(), new Sink()]
  const given = { stdin: input(), env: {}, stdout: out.stream, stderr: err.stream, ...options }
  const status = await runTool(args, given)
  return { status, stdout: out.bytes, stderr: err.text }
}

/** Starts the tool, so that a test can watch and interrupt it. It is stopped at the end of the test. */
export function start(args: readonly string[], options: ToolOptions = {}) {
  const [out, err, controller] = [new Sink(), new Sink(), new AbortController()]
  const given = { stdin: input(), env: {}, stdout: out.stream, stderr: err.stream, signal: controller.signal }
  const status = runTool(args, { ...given, ...options })
  const abort = (): void => controller.abort()
  onTestFinished(abort)
  return { status, out, err, abort }
}

/** A stream of these chunks. Before each one it waits for `before`. */
export function input(
  chunks: Iterable<Uint8Array | string> = [],
  before: (index: number) => Promise<unknown> | void = () => {},
): ReadableStream<Uint8Array> {
  const iterator = chunks[Symbol.iterator]()
  let index = 0
  return new ReadableStream(
    {
      async pull(controller) {
        await before(index++)
        const { done, value } = iterator.next()
        if (done) controller.close()
        else controller.enqueue(typeof value === 'string' ? new TextEncoder().encode(value) : value)
      },
    },
    { highWaterMark: 0 },
  )
}

export function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}

/** Waits for something that must happen soon. */
export async function until(condition: () => boolean | Promise<boolean>, limitMs = 5000): Promise<void> {
  const end = performance.now() + limitMs
  while (!(await condition())) {
    if (performance.now() > end) throw new Error(`not within ${limitMs} ms: ${condition}`)
    await sleep(5)
  }
}
