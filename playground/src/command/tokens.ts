// What the three lexers (posix.ts, cmd.ts, powershell.ts) make of a text, and the error that all of them throw. A lexer
// knows quoting and nothing of commands; shell.ts puts the tokens together.

/** One of the shells whose command lines are understood. */
export type Dialect = 'posix' | 'cmd' | 'powershell'

export interface Token {
  kind: 'word' | 'operator'
  /** A word without its quotes; an operator as it stands, '\n' for the end of a line. */
  value: string
  /** Where it is in the text. */
  at: number
  end: number
  /** What a redirection redirects, where a digit says so: the 2 of 2>. */
  fd?: number
  /** What follows << on the next lines. */
  body?: string
}

/** Reports what is not understood. One that returns makes the lexer go on, with the text as it stands. */
export type Fail = (problem: string, at: number) => void

/** A command line that is not understood, or that asks for what is not here. */
export class ShellError extends Error {
  override readonly name = 'ShellError'
  /** The offset in the text. */
  readonly at: number
  /** The text from there, shortened, without control characters. */
  readonly near: string

  constructor(problem: string, text: string, at: number) {
    const lines = text.slice(0, at).split('\n')
    const column = `column ${lines.at(-1)!.length + 1}`
    const rest = /^[^\r\n]{0,41}/.exec(text.slice(at))![0]
    const near = visible(rest.length > 40 ? `${rest.slice(0, 40)}…` : rest)
    const where = text.trimEnd().includes('\n') ? `line ${lines.length}, ${column}` : column
    // a problem may name what was written: neither much of it nor as it stands
    const what = visible(problem.length > 200 ? `${problem.slice(0, 200)}…` : problem)
    super(near === '' ? `${what} (${where})` : `${what} (${where}: ${near})`)
    this.at = at
    this.near = near
  }
}

/** Characters that move, hide or reorder what a terminal or a page shows. */
export const INVISIBLE =
  /[\0-\x1f\x7f-\x9f\xad\u061c\u115f\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\u{e0000}-\u{e0fff}]/u

const INVISIBLES = new RegExp(INVISIBLE, 'gu')

/** A text that can be shown anywhere: what INVISIBLE finds is written as \u and its number. */
export function visible(text: string): string {
  return text.replace(INVISIBLES, (character) => `\\u${character.codePointAt(0)!.toString(16).padStart(4, '0')}`)
}

/** Matches there and nowhere else: what a sticky expression finds at an offset. */
export function matchAt(expression: RegExp, text: string, at: number): RegExpExecArray | null {
  expression.lastIndex = at
  return expression.exec(text)
}
