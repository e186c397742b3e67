// The files of relay/deploy: that the relay takes their options, and that what has to agree in them does. They are not run
// here, because their base images are on the network.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { parseCommandLine, type CommandLine } from '../../relay/node/command-line.js'
import { scratch } from '../servers/scratch.js'

const root = join(import.meta.dirname, '../..')
const read = (file: string): string => readFileSync(join(root, file), 'utf8')
const tokens = join(scratch(), 'tokens')
writeFileSync(tokens, 't0ken\n')

/** What the relay makes of the options in a list of YAML. */
function commandIn(text: string): CommandLine {
  const args = [...text.matchAll(/^ +- (--\S+)$/gm)].map(([, arg]) => arg!.replace('/etc/relay/tokens', tokens))
  expect(args.length).toBeGreaterThan(3)
  return parseCommandLine(args) as CommandLine
}

const number = (text: string, pattern: RegExp): number => Number(pattern.exec(text)![1])

test('the image: not root, a command that exists, and nothing but what it needs', () => {
  const dockerfile = read('relay/deploy/Dockerfile')
  expect(number(dockerfile, /^USER (\d+):\d+$/m)).toBeGreaterThan(0)
  const [, entry] = /^ENTRYPOINT \["\/nodejs\/bin\/node", "\/app\/(.*)"\]$/m.exec(dockerfile)!
  const copied = [...dockerfile.matchAll(/^COPY (?!--from)(.*) \S+$/gm)].flatMap(([, sources]) => sources!.split(' '))
  expect(copied).toContain(entry)
  for (const source of copied) if (source !== 'relay/dist') expect(read(source)).not.toBe('')
  const kept = [...read('relay/deploy/Dockerfile.dockerignore').matchAll(/^!(.*)$/gm)].map(([, name]) => name)
  expect(kept.sort()).toEqual([...copied].sort())
  const { listen } = parseCommandLine([]) as CommandLine
  expect(number(dockerfile, /^EXPOSE (\d+)$/m)).toBe(listen.port)
  expect(number(dockerfile, /fetch\('http:\/\/127\.0\.0\.1:(\d+)\/healthz'\)/)).toBe(listen.port)
})

test('compose: closed by default, the addresses of docs/haproxy.cfg, and time to drain', () => {
  const compose = read('relay/deploy/compose.yaml')
  const { relay, drainTimeout } = commandIn(compose)
  expect(relay.tokens).toEqual(['t0ken'])
  const [proxy, ...relays] = [...compose.matchAll(/ipv4_address: (\S+) }/g)].map(([, address]) => address!)
  expect(relay.trustedProxies).toEqual([proxy])
  const servers = [...read('docs/haproxy.cfg').matchAll(/^ +server \S+ (\S+):9001$/gm)].map(([, address]) => address!)
  expect(servers).toEqual(relays)
  expect(number(compose, /stop_grace_period: (\d+)s/) * 1000).toBeGreaterThan(drainTimeout)
})

test('Kubernetes: closed by default, scraped where the metrics are, and time to drain', () => {
  const manifest = read('relay/deploy/kubernetes.yaml')
  const { relay, drainTimeout, metrics, listen } = commandIn(manifest)
  expect([relay.tokens, relay.origins]).toEqual([['t0ken'], ['https://app.example']])
  const port = number(manifest, /name: metrics, containerPort: (\d+)/)
  expect(metrics).toEqual({ host: '0.0.0.0', port })
  expect(number(manifest, /prometheus\.io\/port: '(\d+)'/)).toBe(port)
  expect(number(manifest, /name: websocket, containerPort: (\d+)/)).toBe(listen.port)
  const before = number(manifest, /sleep: { seconds: (\d+) }/)
  expect(number(manifest, /terminationGracePeriodSeconds: (\d+)/)).toBeGreaterThan(before + drainTimeout / 1000)
  expect(number(manifest, /runAsUser: (\d+)/)).toBe(number(read('relay/deploy/Dockerfile'), /^USER (\d+):/m))
})
