// Writes a transfer as calls of setopt on an Easy, which can express everything that the tool sets.
import type { RecordedPart, RecordedTransfer, Text } from '../record.js'
import type { Code } from './code.js'
import type { FetchStyle } from './fetch.js'
import { list, literal, note, quoted } from './literals.js'
import { cookieFiles, number, relevant } from './values.js'

/** Statements that make a handle and perform its transfer. `share`: it shares cookies with the other transfers. */
export function asEasy(code: Code, transfer: RecordedTransfer, style: FetchStyle & { share: boolean }): string[] {
  const easy = `easy${style.suffix}`
  const lines = [`const ${easy} = new ${code.use('Easy')}()`]
  const set = (name: string, value: string | null): void => {
    if (value !== null) lines.push(`${easy}.setopt('${name}', ${value})`)
  }
  if (style.share) set('SHARE', 'share')
  for (const [name, value] of relevant(transfer)) {
    if (name === 'COOKIEFILE') for (const file of cookieFiles(transfer)) set(name, textOption(code, name, file as Text))
    else if (name === 'POSTFIELDS') set(name, code.body(value as Text))
    else if (name === 'MIMEPOST') set(name, partsOf(code, value as RecordedPart[]))
    else if (typeof value === 'number')
      set(
        name,
        number(name, value, (constant) => code.use(constant)),
      )
    else if (Array.isArray(value)) {
      const texts = (value as Text[]).map((text) => code.text(text, name))
      set(
        name,
        list(
          texts.filter((text) => text !== null),
          '[]',
        ),
      )
    } else set(name, textOption(code, name, value))
  }
  if (transfer.upload) lines.push(...uploading(code, transfer.upload, style.suffix))
  const { begin, end } = output(code, transfer, style)
  lines.push(...begin)
  const perform = `await multi.perform(${easy})`
  // after a failure, curl goes on with the next transfer
  lines.push(style.suffix === '' ? perform : `${perform}.catch((error) => console.error(error.message))`, ...end)
  lines.push(`${easy}.close()`)
  return lines
}

/** The value of an option as an expression; null, with a note, if it is not UTF-8 or cannot be written. */
function textOption(code: Code, name: string, value: Text): string | null {
  if (typeof value === 'string') return code.text(value, name)
  code.notes.push(`${name}, because its value is not UTF-8: ${literal(value)}`)
  return null
}

function partsOf(code: Code, parts: readonly RecordedPart[]): string {
  return list(
    parts.map((part) => list(fieldsOf(code, part), '{}')),
    '[]',
  )
}

function fieldsOf(code: Code, part: RecordedPart): string[] {
  const fields: string[] = []
  const add = (field: string, value: string | null): void => {
    if (value !== null) fields.push(`${field}: ${value}`)
  }
  const text = (field: 'name' | 'filename' | 'type' | 'encoder'): void => {
    const value = part[field]
    if (value === null) add(field, 'null')
    else if (value !== undefined) add(field, textOption(code, `the ${field} of a part`, value))
  }
  text('name')
  if (part.data !== undefined) add('data', code.text(part.data, 'a part'))
  if (part.stdin) add('data', code.stdin())
  if (part.parts) add('parts', partsOf(code, part.parts))
  if (part.file !== undefined && !code.page) add('file', textOption(code, 'the file of a part', part.file))
  if (part.file !== undefined && code.page) {
    const name = String(part.file).replace(/^.*\//, '')
    add('data', `new File([${note(`the content of ${name}`)}], ${quoted(name)})`)
  }
  text('filename')
  text('type')
  if (part.headers) add('headers', list(part.headers.map(literal), '[]'))
  text('encoder')
  return fields
}

/** READFUNCTION, and SEEKFUNCTION in case the body has to be sent again. */
function uploading(code: Code, upload: NonNullable<RecordedTransfer['upload']>, suffix: string): string[] {
  const [easy, at] = [`easy${suffix}`, `sent${suffix}`]
  const seek = `${easy}.setopt('SEEKFUNCTION', (_, offset) => void (${at} = offset))`
  if (upload === 'stdin' || code.page) {
    const bytes = upload === 'stdin' ? code.stdin() : `upload${suffix}`
    return [
      ...(upload === 'stdin' ? [] : [`const ${bytes} = new Uint8Array(0) // the content of ${quoted(upload.file)}`]),
      `let ${at} = 0`,
      `${easy}.setopt('READFUNCTION', (size) => ${bytes}.slice(${at}, (${at} = Math.min(${at} + size, ${bytes}.length))))`,
      seek,
    ]
  }
  const file = `file${suffix}`
  const use = (name: string): string => code.use(name, 'node:fs')
  return [
    `const ${file} = ${use('openSync')}(${quoted(upload.file)})`,
    `let ${at} = 0`,
    `${easy}.setopt('INFILESIZE_LARGE', ${use('fstatSync')}(${file}).size)`,
    `${easy}.setopt('READFUNCTION', (size) => {`,
    '  const part = Buffer.alloc(size)',
    `  const length = ${use('readSync')}(${file}, part, 0, size, ${at})`,
    `  ${at} += length`,
    '  return part.subarray(0, length)',
    '})',
    seek,
  ]
}

/** Statements for the output of a transfer. */
function output(code: Code, transfer: RecordedTransfer, style: FetchStyle): { begin: string[]; end: string[] } {
  const easy = `easy${style.suffix}`
  const into = (write: string): string[] => [
    ...(style.headers ? [`${easy}.setopt('HEADERFUNCTION', (line) => ${write.replaceAll('chunk', 'line')})`] : []),
    `${easy}.setopt('WRITEFUNCTION', (chunk) => ${write})`,
  ]
  if (style.discard) return { begin: [`${easy}.setopt('WRITEFUNCTION', () => {})`], end: [] }
  if (code.page) {
    const body = `body${style.suffix}`
    return {
      begin: [`const ${body} = []`, ...into(`void ${body}.push(chunk)`)],
      end: [`console.log(await new Blob(${body}).text())`],
    }
  }
  if (transfer.output === null) return { begin: into('void process.stdout.write(chunk)'), end: [] }
  const out = `output${style.suffix}`
  const open = code.use('openSync', 'node:fs')
  return {
    begin: [
      `const ${out} = ${open}(${quoted(transfer.output)}, 'w')`,
      ...into(`void ${code.use('writeSync', 'node:fs')}(${out}, chunk)`),
    ],
    end: [],
  }
}
