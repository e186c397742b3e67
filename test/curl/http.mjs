// Runs curl's tests/http, its second test suite (pytest, with Apache, nghttpx, Caddy, vsftpd and Dante as servers),
// with a native curl of the same version as the reference and with bin/curl: `http.mjs [--jobs=N] [--fixed] [NAME...]`.
// A NAME is a part of a case's name ("test_31", "TestUpload"); --fixed runs the files of http-fixed, which CI does.
//
// Every test that passes natively must pass here, except those in http-expected-failures, which must fail. So must
// those that only this curl can run: the native one is built with Debian's libraries, and has no HTTP/3 and no SSH. A test
// that fails is tried once more, alone, because some measure time, and that is reported. The library clients that some tests
// use run as WebAssembly too. Called by the Makefile.
// @see https://github.com/curl/curl/blob/master/docs/tests/HTTP.md
import { spawn } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, openSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { availableParallelism, userInfo } from 'node:os'
import { fileURLToPath } from 'node:url'
import { unpackCurl } from './source.mjs'

const here = fileURLToPath(new URL('.', import.meta.url))
const root = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '')
const work = `${root}/build/curl-http`

/** If fewer tests than this pass in the reference run, it has skipped too many. */
const FEWEST = { whole: 600, fixed: 225 }

/** How many characters of a failure are kept. It may include the whole trace of a transfer. */
const LONGEST_REASON = 2000

const native = `${root}/build/lib/curl-native/bin`
const CURLS = {
  native: { curl: `${native}/curl`, curlinfo: `${native}/curlinfo`, libtests: `${native}/libtests` },
  wasm: { curl: `${root}/bin/curl`, curlinfo: `${here}bin/curlinfo`, libtests: `${here}bin/libtests` },
}

const SFTP_SERVER = '/usr/lib/openssh/sftp-server'

/** The path of a server, or '' if it is missing: then its tests are skipped. */
function program(name) {
  const folders = [...(process.env.PATH ?? '').split(':'), '/usr/sbin', '/usr/local/sbin']
  return folders.map((folder) => `${folder}/${name}`).find((file) => existsSync(file)) ?? ''
}

/**
 * Makes a build folder of curl as tests/http needs it. It includes the tests, because they write files next to them.
 */
function prepare(name) {
  const folder = `${work}/${name}`
  const { curl, curlinfo, libtests } = CURLS[name]
  rmSync(folder, { recursive: true, force: true })
  for (const sub of ['src', 'tests/libtest']) mkdirSync(`${folder}/${sub}`, { recursive: true })
  symlinkSync(curl, `${folder}/src/curl`)
  symlinkSync(curlinfo, `${folder}/src/curlinfo`)
  symlinkSync(libtests, `${folder}/tests/libtest/libtests`)
  cpSync(`${unpackCurl()}/tests/http`, `${folder}/tests/http`, { recursive: true })
  const servers = {
    httpd: { apxs: program('apxs'), httpd: program('apache2') },
    ...Object.fromEntries(
      ['nghttpx', 'caddy', 'vsftpd', 'danted'].map((server) => [server, { [server]: program(server) }]),
    ),
    sshd: { sshd: program('sshd') && `${here}bin/sshd`, sftpd: existsSync(SFTP_SERVER) ? SFTP_SERVER : '' },
    // Debian has no h2o that speaks HTTP/3
    h2o: { h2o: '' },
  }
  const sections = Object.entries(servers).map(
    ([section, entries]) =>
      `[${section}]\n${Object.entries(entries)
        .map(([key, value]) => `${key} = ${value}\n`)
        .join('')}`,
  )
  writeFileSync(`${folder}/tests/http/config.ini`, sections.join('\n'))
  return `${folder}/tests`
}

/** Makes a folder with Debian's python3, which has the modules that the tests and some servers need. */
function interpreters() {
  const folder = `${work}/path`
  mkdirSync(folder, { recursive: true })
  if (existsSync('/usr/bin/python3') && !existsSync(`${folder}/python3`))
    symlinkSync('/usr/bin/python3', `${folder}/python3`)
  return folder
}

/** Runs pytest once. Resolves with a map from the name of each test to its outcome and reason. */
async function runPytest(folder, run, selection, jobs) {
  const results = `${folder}/${run}.jsonl`
  const log = `${folder}/${run}.log`
  const output = openSync(log, 'w')
  const parameters = ['-p', 'http_results', '-p', 'no:cacheprovider', '--tb=short', ...selection]
  const env = {
    USER: userInfo().username,
    ...process.env,
    PATH: `${interpreters()}:${process.env.PATH}`,
    PYTHONPATH: here,
    PYTHONDONTWRITEBYTECODE: '1',
    HTTP_RESULTS: results,
  }
  const child = spawn('env', ['python3', '-m', 'pytest', ...parameters, ...(jobs > 1 ? ['-n', String(jobs)] : [])], {
    cwd: folder,
    env,
    stdio: ['ignore', output, output],
  })
  const status = await new Promise((resolve) => child.on('exit', (code, signal) => resolve(signal ?? code)))
  // 0: all tests passed; 1: some failed; others: pytest itself failed
  if (status !== 0 && status !== 1) {
    const end = readFileSync(log, 'utf8').split('\n').slice(-40).join('\n')
    throw new Error(`pytest has ended with ${status}; the end of ${log}:\n${end}`)
  }
  const cases = new Map()
  for (const line of readFileSync(results, 'utf8').split('\n').filter(Boolean)) {
    const { case: name, outcome, reason } = JSON.parse(line)
    // a failing teardown is reported after the call has passed
    if (cases.get(name)?.outcome !== 'failed') cases.set(name, { outcome, reason })
  }
  return cases
}

const named = (cases, outcome) => [...cases].filter(([, it]) => it.outcome === outcome).map(([name]) => name)

/** Runs pytest, and tries unexpected failures once more. */
async function runWithSecondTry(name, selection, jobs, mayFail) {
  const folder = prepare(name)
  const started = Date.now()
  console.log(`\n${name}: ${selection.join(' ')}`)
  const cases = await runPytest(folder, 'first', selection, jobs)
  const again = named(cases, 'failed').filter((it) => !mayFail(it))
  if (again.length > 0) {
    console.log(`failed, tried once more, alone:\n  ${again.join('\n  ')}`)
    const second = await runPytest(
      folder,
      'second',
      again.map((it) => `http/${it}`),
      1,
    )
    for (const [it, result] of second) cases.set(it, result)
    console.log(
      `passed at the second try: ${again.filter((it) => cases.get(it).outcome === 'passed').join(' ') || 'none'}`,
    )
  }
  const counts = ['passed', 'failed', 'skipped'].map((outcome) => `${named(cases, outcome).length} ${outcome}`)
  console.log(`${counts.join(', ')}, in ${Math.round((Date.now() - started) / 1000)} s`)
  return cases
}

function lines(file) {
  const text = readFileSync(`${here}${file}`, 'utf8')
  return text.split('\n').filter((line) => line !== '' && !line.startsWith('#'))
}

function expectedFailures() {
  return new Map(
    lines('http-expected-failures').map((line) => {
      const match = /^(\S+) (\S.*)$/.exec(line)
      if (!match) throw new Error(`test/curl/http-expected-failures: not a case and a reason: '${line}'`)
      return [match[1], match[2]]
    }),
  )
}

const options = process.argv.slice(2).filter((argument) => argument.startsWith('--'))
const names = process.argv.slice(2).filter((argument) => !argument.startsWith('--'))
const jobs = Number(options.find((option) => option.startsWith('--jobs='))?.slice(7) ?? availableParallelism())
const fixed = options.includes('--fixed')
const whole = names.length === 0 && !fixed
const selection = [
  ...(fixed ? lines('http-fixed').map((file) => `http/${file}`) : ['http']),
  ...(names.length ? ['-k', names.join(' or ')] : []),
]

const expected = expectedFailures()
const reference = await runWithSecondTry('native', selection, jobs, () => false)
const ours = await runWithSecondTry(
  'wasm',
  selection,
  jobs,
  (it) => expected.has(it) || reference.get(it)?.outcome === 'failed',
)

const problems = []
const passing = named(reference, 'passed')
const fewest = whole ? FEWEST.whole : fixed && names.length === 0 ? FEWEST.fixed : 1
if (passing.length < fewest) problems.push(`only ${passing.length} cases passed natively: ${fewest} should, at least`)
const onlyHere = named(reference, 'skipped').filter((name) => ours.get(name)?.outcome !== 'skipped')
for (const name of [...passing, ...onlyHere]) {
  const { outcome, reason } = ours.get(name) ?? { outcome: 'did not run', reason: '' }
  if (outcome === 'passed' ? expected.has(name) : !expected.has(name))
    problems.push(
      `${name}: ${outcome}${expected.has(name) ? ', but it is in http-expected-failures' : ` ${reason.slice(0, LONGEST_REASON)}`}`,
    )
}
for (const name of expected.keys())
  if (whole && !passing.includes(name) && !onlyHere.includes(name))
    problems.push(`${name} of http-expected-failures does not pass natively`)

const more = onlyHere.filter((name) => ours.get(name).outcome === 'passed').length
const both = passing.filter((name) => ours.get(name)?.outcome === 'passed').length
writeFileSync(
  `${work}/report.json`,
  JSON.stringify({ native: passing.length, passed: both, unexpected: problems.length, whole, fixed }, null, 2) + '\n',
)
console.log()
for (const name of passing)
  if (expected.has(name) && ours.get(name)?.outcome !== 'passed') console.log(`known: ${name} ${expected.get(name)}`)
for (const problem of problems) console.log(`unexpected: ${problem}`)
console.log(`${more} of ${onlyHere.length} cases pass that the native curl skips`)
console.log(`curl's tests/http: of ${passing.length} cases that pass natively, ${both} pass`)
process.exit(problems.length ? 1 : 0)
