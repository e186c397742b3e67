// Records which transfers the tool would do, without doing them (C side: wasm/src/tool/record.c). The tool runs as always,
// but each transfer succeeds at once with an empty body, and no file is changed. So the tool itself says what a command
// line means, including the names of files that it would write.
import { emptyStat, type FileSystem, type OpenFile } from '../../shim/files/filesystem.js'
import type { Memory } from '../../shim/memory.js'
import * as c from '../libcurl/constants.gen.js'
import type { Ptr } from '../libcurl/wasm-exports.js'

/** A C string; as bytes if it is not UTF-8. */
export type Text = string | Uint8Array<ArrayBuffer>

/** A part of a form, as the tool makes it. */
export interface RecordedPart {
  name?: Text
  data?: Text
  /** A path. */
  file?: Text
  /** Its content is standard input. */
  stdin?: true
  /** null if the tool removes the file's own name. */
  filename?: Text | null
  type?: Text
  encoder?: Text
  headers?: Text[]
  parts?: RecordedPart[]
}

/** The value of an option. A pointer has a meaning only inside the tool. */
export type RecordedValue = number | Text | Text[] | RecordedPart[] | { pointer: Ptr }

export interface RecordedTransfer {
  /** In the order in which they were set. An option that was set twice is there twice. */
  options: [name: string, value: RecordedValue][]
  /** Options that libcurl has refused, because this build does not have them. */
  refused: string[]
  /** The file that is to be sent, or standard input. */
  upload: { file: string } | 'stdin' | null
  /** The file that the body goes to; null for standard output. */
  output: string | null
}

/** What the tool reads instead of the content of files: see javascript/to-javascript.ts. */
export interface StandIns {
  /** The content to read instead of a file's own; null for its own. */
  content(path: string): Uint8Array | null
  /** Whether a file may be missing now, because only the JavaScript program needs it. */
  mayBeMissing(path: string): boolean
}

/** Thrown out of the tool when a Recorder has reached its limit of transfers. */
export const ENOUGH = new Error('there are more transfers than are recorded')

/** The same numbers as in wasm/src/tool/record.c. */
const PART = 0
const DATA = 1
const FILE_NAME = 2
const CALLBACK = 3
const NAME = 4
const FILENAME = 5
const TYPE = 6
const ENCODER = 7
const HEADERS = 8
const SUBPARTS = 9
const TEXTS: Readonly<Record<number, 'name' | 'file' | 'filename' | 'type' | 'encoder'>> = {
  [FILE_NAME]: 'file',
  [NAME]: 'name',
  [FILENAME]: 'filename',
  [TYPE]: 'type',
  [ENCODER]: 'encoder',
}

export class Recorder {
  readonly transfers: RecordedTransfer[] = []
  /** Files that were read before the first transfer was set up, because options name them. */
  readonly filesRead = new Set<string>()
  standIns: StandIns | null = null
  readonly #limit: number
  readonly #drafts = new Map<Ptr, RecordedTransfer>()
  readonly #mimes = new Map<Ptr, RecordedPart[]>()
  readonly #parts = new Map<Ptr, RecordedPart>()
  /** The transfer whose output is being closed. */
  #finishing: RecordedTransfer | null = null
  /** The file that was opened since the last option was set. */
  #opened: string | null = null

  /** Throws ENOUGH after `limit` transfers. */
  constructor(limit: number) {
    this.#limit = limit
  }

  /** The imports that record.c calls. */
  imports(memory: () => Memory): Record<string, (...args: number[]) => void> {
    return {
      created: (easy) => {
        this.#finishing = null
        this.#drafts.set(easy!, { options: [], refused: [], upload: null, output: null })
      },
      option: (easy, name, type, number, pointer, result) => {
        const draft = this.#drafts.get(easy!)
        const option = memory().string(name!)
        // the size of an upload is set after its file was opened, so it does not end the search for that file
        if (option !== 'INFILESIZE_LARGE') this.#opened = null
        if (result !== c.CURLE_OK) draft?.refused.push(option)
        else draft?.options.push([option, this.#value(memory(), option, type!, number!, pointer!)])
      },
      mime: (what, object, value, size) => this.#mime(memory(), what!, object!, value!, size!),
      perform: (easy) => this.#perform(memory(), this.#drafts.get(easy!)!),
      closed: () => void (this.#finishing = null),
    }
  }

  #value(memory: Memory, option: string, type: number, number: number, pointer: Ptr): RecordedValue {
    switch (type) {
      case c.CURLOT_LONG:
      case c.CURLOT_VALUES:
      case c.CURLOT_OFF_T:
        return number
      case c.CURLOT_STRING:
        return pointer === 0 ? { pointer } : textAt(memory, pointer)
      case c.CURLOT_SLIST:
        return textsAt(memory, pointer)
      default:
        return option === 'MIMEPOST' ? (this.#mimes.get(pointer) ?? []) : { pointer }
    }
  }

  #mime(memory: Memory, what: number, object: Ptr, value: Ptr, size: number): void {
    if (what === PART) {
      const part: RecordedPart = {}
      this.#parts.set(value, part)
      const parts = this.#mimes.get(object)
      if (parts) parts.push(part)
      else this.#mimes.set(object, [part])
      return
    }
    const part = this.#parts.get(object)!
    const field = TEXTS[what]
    if (what === DATA) part.data = decoded(memory.copy(value, size))
    else if (what === CALLBACK) part.stdin = true
    else if (what === FILENAME && value === 0) part.filename = null
    else if (field && value !== 0) part[field] = decoded(memory.copy(value, size))
    else if (what === HEADERS && value !== 0) part.headers = textsAt(memory, value)
    else if (what === SUBPARTS) part.parts = this.#mimes.get(value) ?? []
  }

  #perform(memory: Memory, draft: RecordedTransfer): void {
    if (this.transfers.length === this.#limit) throw ENOUGH
    const last = (name: string): RecordedValue | undefined =>
      draft.options.filter((option) => option[0] === name).at(-1)?.[1]
    const body = last('POSTFIELDS')
    if (typeof body === 'object' && 'pointer' in body && body.pointer !== 0) {
      // the tool sets the size after the bytes, so they are read now
      const bytes = decoded(memory.copy(body.pointer, Number(last('POSTFIELDSIZE_LARGE'))))
      for (const option of draft.options) if (option[0] === 'POSTFIELDS') option[1] = bytes
    }
    if (last('UPLOAD') === 1) draft.upload = this.#opened === null ? 'stdin' : { file: this.#opened }
    this.transfers.push(draft)
    this.#finishing = draft
    // their addresses may be reused
    this.#mimes.clear()
    this.#parts.clear()
  }

  /** The file system of a recorded run: files can be read, and writes are dropped. */
  files(base: FileSystem): FileSystem {
    const nothing = (): void => {}
    const instead = (path: string): Uint8Array | null => {
      const { standIns } = this
      if (!standIns) return null
      return standIns.content(path) ?? (!exists(base, path) && standIns.mayBeMissing(path) ? new Uint8Array() : null)
    }
    return {
      open: (path, flags, mode) => {
        // where the tool would ask for a password
        if (path === '/dev/tty') throw Object.assign(new Error('ENXIO: there is no terminal'), { code: 'ENXIO' })
        if (!flags.write && !flags.create && !flags.truncate) {
          const content = instead(path)
          const file = content ? reading(content) : base.open(path, flags, mode)
          if (this.#drafts.size === 0) this.filesRead.add(path)
          this.#opened = path
          return file
        }
        if (flags.exclusive && exists(base, path)) throw Object.assign(new Error(`EEXIST: ${path}`), { code: 'EEXIST' })
        if (this.#finishing) this.#finishing.output ??= path
        return nowhere()
      },
      stat: (path, follow) => (instead(path) ? emptyStat('file', 0o644) : base.stat(path, follow)),
      readdir: (path) => base.readdir(path),
      readlink: (path) => base.readlink(path),
      cwd: () => base.cwd(),
      ...{ rename: nothing, unlink: nothing, mkdir: nothing, rmdir: nothing, utimes: nothing },
    }
  }
}

function exists(files: FileSystem, path: string): boolean {
  try {
    files.stat(path, true)
    return true
  } catch {
    return false
  }
}

function reading(content: Uint8Array): OpenFile {
  let next = 0
  return {
    ...nowhere(),
    read(into, position) {
      const from = position ?? next
      const part = content.subarray(from, from + into.length)
      into.set(part)
      next = from + part.length
      return part.length
    },
    stat: () => ({ ...emptyStat('file', 0o644), size: content.length }),
  }
}

/** A file that drops what is written. */
function nowhere(): OpenFile {
  return {
    read: () => 0,
    write: (from) => from.length,
    stat: () => emptyStat('file', 0o644),
    truncate: () => {},
    close: () => {},
  }
}

function decoded(bytes: Uint8Array<ArrayBuffer>): Text {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    return bytes
  }
}

function textAt(memory: Memory, at: Ptr): Text {
  return decoded(memory.copy(at, memory.bytes.indexOf(0, at) - at))
}

/** The strings of a curl_slist (a `data` pointer and a `next` pointer each). */
function textsAt(memory: Memory, list: Ptr): Text[] {
  const texts = []
  for (let at = list; at !== 0; at = memory.u32(at + 4)) texts.push(textAt(memory, memory.u32(at)))
  return texts
}
