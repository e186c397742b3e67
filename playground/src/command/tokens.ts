// The tokens that the three lexers (posix.ts, cmd.ts, powershell.ts) make of a text, and the error that they throw. A
// lexer only knows quoting, and shell.ts makes commands of the tokens.

/** One of the shells whose command lines are understood. */
export type Dialect = 'posix' | 'cmd' | 'powershell'

export interface Token {
  kind: 'word' | 'operator'
  /** A word without its quotes, or an operator as it is written, with '\n' for the end of a line. */
  value: string
  /** Its start and end in the text. */
  at: number
  end: number
  /** The digit before a redirection, such as the 2 of 2>. */
  fd?: number
  /** The text of a here-document. */
  body?: string
}

/** Reports what is not understood. If it returns, the lexer goes on, and takes the text as it is written. */
export type Fail = (problem: string, at: number) => void

/** Thrown for a command line that is not understood, or needs something that the terminal does not have. */
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
    // the problem may quote the text: shorten it, and make it safe to show
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

/** A text that is safe to show anywhere: characters that INVISIBLE finds become \u and their number. */
export function visible(text: string): string {
  return text.replace(INVISIBLES, (character) => `\\u${character.codePointAt(0)!.toString(16).padStart(4, '0')}`)
}

/** Matches a sticky expression at exactly this offset. */
export function matchAt(expression: RegExp, text: string, at: number): RegExpExecArray | null {
  expression.lastIndex = at
  return expression.exec(text)
}
