// The benchmark of bin/curl and Debian's curl: `node bench/tool.mjs [ROW...]`, which `make bench` calls too. It runs
// the same command line with both in turns, and prints medians of the wall time of the whole process, and their ratio.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { chosen, columns, median, startServers } from './shared.mjs'
import { startSshd } from './sshd.mjs'

const path = (name) => fileURLToPath(new URL(name, import.meta.url))
const TOOLS = { 'node -e 0': [process.execPath, '-e', '0'], curl: ['/usr/bin/curl'], this: [path('../bin/curl')] }
/** The goal for a start: how much longer than Node's own it may take, in milliseconds. */
const START_GOAL_MS = 40
/** The goal for 1 GB to a file and from one: how many times native curl's time it may take. */
const FILE_GOAL = 1.2
const SSH_BYTES = 300_000_000

function rowsFor({ ports, sizes }, ssh, directory) {
  const http = (name) => `http://127.0.0.1:${ports.http}/${name}`
  const out = join(directory, 'out')
  const upload = join(directory, 'upload')
  writeFileSync(upload, '')
  truncateSync(upload, sizes.big)
  const sent = join(directory, 'sent')
  writeFileSync(sent, '')
  truncateSync(sent, SSH_BYTES)
  const sftp = (...args) => [...ssh.login, ...args]
  return [
    { name: 'start', title: 'start (-V)', rounds: 15, args: ['-V'] },
    { name: 'get', title: 'one small GET', rounds: 15, args: [http('small')] },
    {
      name: 'hundred',
      title: '100 small GETs, one invocation',
      rounds: 9,
      args: ['-o', out, `${http('small')}?[1-100]`],
    },
    {
      name: 'parallel',
      title: '100 small GETs, -Z',
      rounds: 9,
      args: ['--no-progress-meter', '-Z', '-o', out, `${http('small')}?[1-100]`],
    },
    {
      ...{ name: 'download', title: '1 GB to -o', rounds: 3, goal: FILE_GOAL, bytes: sizes.big, out },
      args: ['-o', out, http('big')],
    },
    {
      ...{ name: 'upload', title: '1 GB from -T', rounds: 3, goal: FILE_GOAL },
      args: ['-T', upload, `http://127.0.0.1:${ports.sink}/`],
    },
    ...(ssh
      ? [
          {
            ...{ name: 'sftp-download', title: '300 MB by SFTP to -o', rounds: 5, bytes: SSH_BYTES, out },
            args: sftp('-o', out, ssh.url(sent)),
          },
          {
            ...{ name: 'sftp-upload', title: '300 MB by SFTP from -T', rounds: 5, bytes: SSH_BYTES, out: `${sent}2` },
            args: sftp('-T', sent, ssh.url(`${sent}2`)),
          },
        ]
      : []),
  ]
}

function runOnce(tool, { name, args, bytes, out }) {
  const [program, ...first] = TOOLS[tool]
  const start = performance.now()
  const { status, stderr } = spawnSync(program, tool === 'node -e 0' ? first : ['-q', '-sS', '-f', ...args], {
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  const wall = performance.now() - start
  if (status !== 0) throw new Error(`${name}: ${tool} ended with status ${status}: ${stderr}`)
  if (bytes !== undefined && statSync(out).size !== bytes)
    throw new Error(`${name}: ${tool} wrote a wrong number of bytes`)
  return wall
}

const line = (cells) => columns(cells, { label: 34, width: 12 })

function measure(row) {
  const tools = row.name === 'start' || row.name === 'get' ? ['node -e 0', 'curl', 'this'] : ['curl', 'this']
  const walls = Object.fromEntries(tools.map((tool) => [tool, []]))
  for (let i = 0; i < row.rounds; i++) for (const tool of tools) walls[tool].push(runOnce(tool, row))
  const medians = Object.fromEntries(tools.map((tool) => [tool, median(walls[tool])]))
  const ms = (tool) => (medians[tool] === undefined ? '-' : medians[tool].toFixed(0))
  const ratio = medians.this / medians.curl
  const verdict = row.goal ? `  goal: at most ${row.goal}: ${ratio <= row.goal ? 'met' : 'MISSED'}` : ''
  console.log(line([row.title, ms('node -e 0'), ms('curl'), ms('this'), ratio.toFixed(2)]) + verdict)
  if (row.name !== 'start') return
  const extra = medians.this - medians['node -e 0']
  console.log(
    `  beyond Node's own start: ${extra.toFixed(0)} ms; goal: at most ${START_GOAL_MS}: ${extra <= START_GOAL_MS ? 'met' : 'MISSED'}`,
  )
}

const servers = await startServers()
const directory = mkdtempSync(join(tmpdir(), 'libcurl-wasm-'))
const ssh = await startSshd(directory)
try {
  console.log(line(['wall time in ms, whole processes', 'node -e 0', 'curl', 'this', 'this/curl']))
  for (const row of chosen(rowsFor(servers, ssh, directory), process.argv.slice(2))) measure(row)
} finally {
  servers.stop()
  ssh?.stop()
  rmSync(directory, { recursive: true })
}
