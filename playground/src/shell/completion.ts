// What the terminal can complete: paths of files, and URLs of the examples and of earlier lines.
import type { FileEntry } from '../model.js'
import { HOME } from '../worker/home.js'
import type { Example } from './examples.js'

const URLS = /\b(?:https?|wss?|ftps?):\/\/[^\s'"\\]+/g

/** The names that begin with `prefix`, up to the next slash. Relative names are in the home folder. */
export function fileCompletion(files: readonly FileEntry[], prefix: string): string[] {
  const names = files.map(({ path }) =>
    prefix.startsWith('/') ? path : path.startsWith(`${HOME}/`) ? path.slice(HOME.length + 1) : null,
  )
  const found = names
    .filter((name) => name !== null && name.startsWith(prefix))
    .map((name) => /^[^/]*\/?/.exec(name!.slice(prefix.length))![0])
    .map((rest) => prefix + rest)
  return [...new Set(found)]
}

/** The URLs that were used, latest first, and then those of the examples. */
export function urlCompletion(examples: readonly Example[], lines: readonly string[]): string[] {
  const used = lines.flatMap((line) => line.match(URLS) ?? []).reverse()
  return [...new Set([...used, ...examples.flatMap(({ command }) => command.match(URLS) ?? [])])]
}
