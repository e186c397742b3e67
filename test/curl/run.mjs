// Runs curl's own test suite against bin/curl and curl's library tests in WebAssembly, with native servers:
// `run.mjs [--jobs=N] [TEST...]`, tests as runtests.pl takes them ("1 to 200", "!66", "HTTP"); by default all of them.
//
// It does so twice. The second run has only the library tests, with every curl_easy_perform() driven by
// curl_multi_socket_action (see program/waiting.c), and must have the same results. A test that fails is tried once
// more, alone, because some measure time, and that is reported. Tests in expected-failures must fail. @see
// https://github.com/curl/curl/blob/master/tests/runtests.pl and docs/runtests.1
import { spawn, spawnSync } from 'node:child_process'
import { cpSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { describe } from './count.mjs'
import { Results } from './results.mjs'
import { unpackCurl } from './source.mjs'

const root = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '')
const work = `${root}/build/curl-tests`
const source = unpackCurl()
const tests = `${work}/build/tests`

/** If a run of all tests has fewer than this, it has skipped too many. */
const FEWEST = 1620
/** Several, because most tests wait more than they compute. */
const JOBS_PER_CPU = 3

/** The folder in which runtests.pl runs. */
function prepare() {
  rmSync(`${work}/build`, { recursive: true, force: true })
  cpSync(`${root}/build/lib/curl-servers/build`, `${work}/build`, { recursive: true, preserveTimestamps: true })
  // two tests run this to learn about the library
  cpSync(`${root}/build/lib/curl-config/share/curl-config`, `${work}/build/curl-config`)
}

/** A command line that runs `command` as another user, who has the files of root. */
function asAnother(command) {
  const users = readFileSync('/etc/passwd', 'latin1')
  let id = 1000
  while (new RegExp(`:x:${id}:`).test(users)) id++
  writeFileSync(`${work}/passwd`, `${users}curl-tests:x:${id}:${id}::${work}:/bin/sh\n`)
  const shell = `mount --bind '${work}/passwd' /etc/passwd && exec unshare --map-user=${id} --map-group=${id} "$@"`
  return ['unshare', '--mount', 'sh', '-c', shell, 'sh', ...command]
}

/** Whether to run as another user, because as root curl's tests start no SSH server. Else its cases are skipped. */
function mustBeAnother() {
  if (process.getuid() !== 0) return false
  const [program, ...parameters] = asAnother(['true'])
  if (spawnSync(program, parameters, { stdio: 'ignore' }).status === 0) return true
  console.log(
    "The cases of SSH are skipped: curl's tests start no SSH server as root, and there are no namespaces here.",
  )
  return false
}

/** The numbers of the cases that run a library test instead of the tool. */
function libraryTests() {
  return readdirSync(`${source}/tests/data`)
    .filter((name) => /^test\d+$/.test(name))
    .filter((name) => /<tool>\s*(lib|cli)/.test(readFileSync(`${source}/tests/data/${name}`, 'latin1')))
    .map((name) => Number(name.slice(4)))
    .sort((a, b) => a - b)
}

/** Runs runtests.pl once, and resolves with the numbers of the cases that passed and that failed. */
async function runTests(selection, { jobs, environment = {}, fewest = 0 }) {
  const parameters = [
    ...['-a', '-n', '-s', `-j${jobs}`, '-c', `${root}/bin/curl`, '-vc', '/usr/bin/curl'],
    ...['-o', `CURLINFO=${root}/test/curl/bin/curlinfo`, '-o', `LIBDIR=${root}/test/curl/bin/`],
    ...(fewest ? [`--min=${fewest}`] : []),
  ]
  const command = ['perl', `-I${source}/tests`, `${source}/tests/runtests.pl`, ...parameters, ...selection]
  const [program, ...rest] = another ? asAnother(command) : command
  const perl = spawn(program, rest, {
    cwd: tests,
    env: { ...process.env, srcdir: `${source}/tests`, ...environment },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const results = new Results()
  const log = []
  for await (const line of createInterface({ input: perl.stdout })) {
    log.push(line)
    if (results.add(line) && results.passed.size % 200 === 0) console.log(`${results.passed.size} passed so far`)
  }
  if (perl.exitCode === null && perl.signalCode === null) await new Promise((resolve) => perl.on('exit', resolve))
  const { passed, failed, total, tooFew } = results
  if (perl.signalCode !== null || !results.isWhole) {
    writeFileSync(`${work}/runtests.log`, log.join('\n'))
    const end = perl.signalCode ?? `status ${perl.exitCode}`
    const seen = `${passed.size} passed and ${failed.size} failed were seen of ${total}`
    const odd = log.filter((line) => / OK \(/.test(line) && !/^test \d+ OK \(/.test(line))
    throw new Error(`runtests.pl has ended with ${end}; ${seen}:\n${[...odd, ...log.slice(-20)].join('\n')}`)
  }
  return { passed, failed, tooFew }
}

/** Runs runtests.pl, and tries unexpected failures once more. */
async function runWithSecondTry(title, selection, expected, options) {
  console.log(`\n${title}`)
  const result = await runTests(selection, options)
  const again = [...result.failed].filter((number) => !expected.has(number))
  if (again.length > 0) {
    console.log(`failed, tried once more, alone: ${again.join(' ')}`)
    const second = await runTests(again, { ...options, jobs: 1, fewest: 0 })
    for (const number of second.passed) {
      result.failed.delete(number)
      result.passed.add(number)
    }
    console.log(`passed at the second try: ${[...second.passed].join(' ') || 'none'}`)
  }
  console.log(`${result.passed.size} passed, ${result.failed.size} failed`)
  return result
}

function expectedFailures() {
  const lines = readFileSync(new URL('expected-failures', import.meta.url), 'utf8').split('\n')
  const expected = new Map()
  for (const line of lines) {
    if (line === '' || line.startsWith('#')) continue
    const match = /^(\d+) (\S.*)$/.exec(line)
    if (!match) throw new Error(`test/curl/expected-failures: not a number and a reason: '${line}'`)
    expected.set(Number(match[1]), match[2])
  }
  return expected
}

const jobsOption = process.argv.slice(2).find((argument) => argument.startsWith('--jobs='))
const selection = process.argv.slice(2).filter((argument) => argument !== jobsOption)
const jobs = jobsOption ? Number(jobsOption.slice(7)) : availableParallelism() * JOBS_PER_CPU
const whole = selection.length === 0

prepare()
const another = mustBeAnother()
const expected = expectedFailures()
const library = new Set(libraryTests())
const first = await runWithSecondTry('every case, as the suite has it', selection, expected, {
  jobs,
  fewest: whole ? FEWEST : 0,
})
const both = [...first.passed, ...first.failed].filter((number) => library.has(number))
const second = both.length
  ? await runWithSecondTry('the library tests, by curl_multi_socket_action', both.map(String), expected, {
      jobs,
      environment: { LIBTESTS_DRIVE: 'events' },
    })
  : { passed: new Set(), failed: new Set() }

const problems = []
for (const [name, { passed, failed }] of [
  ['as the suite has it', first],
  ['by curl_multi_socket_action', second],
]) {
  for (const number of failed) if (!expected.has(number)) problems.push(`${number} failed, ${name}`)
  for (const number of passed)
    if (expected.has(number)) problems.push(`${number} passed, ${name}, but it is in expected-failures`)
}
if (first.tooFew) problems.push(first.tooFew)
if (whole) {
  for (const number of expected.keys())
    if (!first.failed.has(number) && !first.passed.has(number))
      problems.push(`${number} of expected-failures did not run`)
}
for (const number of both)
  if (first.passed.has(number) !== second.passed.has(number)) problems.push(`${number} ends differently by events`)

const report = {
  passed: first.passed.size,
  failed: first.failed.size,
  passedByEvents: second.passed.size,
  failedByEvents: second.failed.size,
  unexpected: problems.length,
  whole,
}
writeFileSync(`${work}/report.json`, JSON.stringify(report, null, 2) + '\n')
if (whole && problems.length === 0) describe(report, process.env.UPDATE_README === '1', problems)

console.log()
for (const number of first.failed) if (expected.has(number)) console.log(`known: ${number} ${expected.get(number)}`)
for (const problem of problems) console.log(`unexpected: ${problem}`)
console.log(
  `curl's own tests: ${first.passed.size} of ${first.passed.size + first.failed.size} pass; ` +
    `of the library tests driven by events, ${second.passed.size} of ${second.passed.size + second.failed.size}`,
)
process.exit(problems.length ? 1 : 0)
