// Checks the documents: every relative link leads to a file, every anchor to a heading, and every path of the
// repository in backticks exists. Prints those that do not, and then ends with status 1. Part of `make check`.
import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'

const root = new URL('..', import.meta.url).pathname
const git = (...args) => execFileSync('git', args, { cwd: root, encoding: 'utf8' }).trim().split('\n')
const documents = git('ls-files', '--cached', '--others', '--exclude-standard', '*.md')
const files = new Set(git('ls-files', '--cached', '--others', '--exclude-standard'))
const folders = new Set([...files].map((file) => file.split('/')[0]).filter((name) => !files.has(name)))
const problems = []

/** The text of a document without its blocks of code. */
function prose(document) {
  return readFileSync(join(root, document), 'utf8').replace(/^ *```[^]*?^ *```$/gm, '')
}

/** The anchors that GitHub makes for the headings of a document. */
function anchors(document) {
  const seen = new Map()
  return new Set(
    [...prose(document).matchAll(/^#+ +(.*)$/gm)].map(([, heading]) => {
      const plain = heading.replace(/\[([^\]]*)\]\([^)]*\)/g, '$1').toLowerCase()
      const anchor = plain.replace(/[^\p{L}\p{N}\s_-]/gu, '').replaceAll(' ', '-')
      const times = seen.get(anchor) ?? 0
      seen.set(anchor, times + 1)
      return times === 0 ? anchor : `${anchor}-${times}`
    }),
  )
}

for (const document of documents) {
  const text = prose(document)
  for (const [, target] of text.matchAll(/\[[^\]]*\]\(([^)\s]+)\)/g)) {
    if (/^[a-z]+:/i.test(target)) continue
    const [path, anchor] = target.split('#')
    const file = path === '' ? document : normalize(join(dirname(document), path))
    if (!existsSync(join(root, file))) problems.push(`${document}: there is no file ${target}`)
    else if (anchor && !anchors(file).has(anchor)) problems.push(`${document}: there is no heading ${target}`)
  }
  // not checked: folders that are not in the repository, as they are built, and paths with placeholders
  for (const [, path] of text.matchAll(/`([\w.-]+\/[\w./-]*)`/g)) {
    const [folder] = path.split('/')
    if (!folders.has(folder) || /NAME/.test(path) || path.includes('...')) continue
    if (!existsSync(join(root, path))) problems.push(`${document}: there is no ${path}`)
  }
}

for (const problem of problems) console.error(problem)
process.exitCode = problems.length > 0 ? 1 : 0
