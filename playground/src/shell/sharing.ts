// Makes links of a command line and of a run, without their secrets, and converts the line for other shells.
import type { OptionTable } from '../../../ts/tool/javascript/curl-options.js'
import { fromHash, toHash } from '../command/permalink.js'
import { quote, quoteCommand } from '../command/quote.js'
import { redactCommand } from '../command/redact.js'
import { runFromHash, runToHash, type SharedRun } from '../command/shared-run.js'
import { parse, type Command } from '../command/shell.js'
import type { Run } from '../model.js'
import { BUILTINS } from './builtins.js'
import { contentsOf, digestOf } from './digest.js'

const OPERATORS = { always: '; ', success: ' && ', failure: ' || ' } as const

function joined(commands: readonly Command[]): string {
  return commands.map((command, i) => (i === 0 ? '' : OPERATORS[command.when]) + quoteCommand(command)).join('')
}

function commandsOf(line: string): Command[] {
  return parse(line, { builtins: Object.keys(BUILTINS) }).commands
}

/** Makes a link to this page with the line in it. `redacted` names what was left out. Rejects if the line is wrong. */
export async function linkTo(line: string, table: OptionTable): Promise<{ url: string; redacted: string[] }> {
  const stripped = commandsOf(line).map((command) => redactCommand(command, table))
  const same = stripped.every(({ redacted }) => redacted.length === 0)
  // the line as it was written, if it has no secrets
  const text = same ? line.trim() : joined(stripped.map(({ command }) => command))
  const url = new URL(location.href)
  url.hash = await toHash(text).catch(() => toHash(joined(stripped.map(({ command }) => command))))
  return { url: url.href, redacted: [...new Set(stripped.flatMap(({ redacted }) => redacted))] }
}

/**
 * Makes a link to this page with a run in it: its command, and what came of it. `redacted` names what was left out for
 * secrecy, `omitted` what there was no room for, and `contents` what there is. Rejects if the run has not ended.
 */
export async function linkToRun(
  run: Run,
  table: OptionTable,
): Promise<{ url: string; redacted: string[]; omitted: string[]; contents: string }> {
  if (run.status === null) throw new Error('the run has not ended yet')
  const command = commandsOf(run.text).find(({ name }) => name === 'curl')
  if (!command) throw new Error('there is no curl in this line')
  const { shared, redacted } = await digestOf(run, command, table)
  const hash = await runToHash(shared)
  const written = (await runFromHash(hash))!
  const url = new URL(location.href)
  url.hash = hash
  return { url: url.href, redacted, omitted: written.omitted, contents: contentsOf(written) }
}

/** The run in the hash of this page's URL, if there is one. Rejects if it cannot be decoded. */
export function linkedRun(): Promise<SharedRun | undefined> {
  return runFromHash(location.hash)
}

/** The line in the hash of this page's URL, if there is one. Rejects if it cannot be decoded. */
export function linked(): Promise<string | undefined> {
  return fromHash(location.hash)
}

/** The line without its secrets, for the history. One that cannot be parsed becomes '' if it may have secrets. */
export function withoutSecrets(line: string, table: OptionTable): string {
  try {
    const stripped = commandsOf(line).map((command) => redactCommand(command, table))
    return stripped.every(({ redacted }) => redacted.length === 0)
      ? line
      : joined(stripped.map(({ command }) => command))
  } catch {
    return /pass|token|auth|secret|key|-u\b|--user/i.test(line) ? '' : line
  }
}

/** The line as it is written in bash, or in cmd.exe. */
export function commandLine(line: string, dialect: 'posix' | 'cmd'): string {
  const commands = commandsOf(line)
  if (dialect === 'posix') return joined(commands)
  return curlsOf(commands)
    .map(({ argv }) => quote(argv, { dialect }))
    .join('\n')
}

/** The arguments of the first curl in a line. */
export function firstCurl(line: string): string[] {
  return curlsOf(commandsOf(line))[0]!.argv
}

/** All curls in a line. */
export function allCurls(line: string): Command[] {
  return curlsOf(commandsOf(line))
}

function curlsOf(commands: readonly Command[]): Command[] {
  const curls = commands.filter(({ name }) => name === 'curl')
  if (curls.length === 0) throw new Error('there is no curl in this line')
  return curls
}
