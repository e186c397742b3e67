// The policy of a relay: which addresses are public, addresses inside others, spellings of hosts, and the lists.
import { networkInterfaces } from 'node:os'
import { describe, expect, it } from 'vitest'
import { limitKey, parseAddress, parseRange } from '../../relay/core/addresses.js'
import { clientAddress } from '../../relay/node/forwarded.js'
import { portRange } from '../../relay/core/relay-options.js'
import { settingsOf, type RelayOptions } from '../../relay/node/relay-options.js'
import { originAllowed, originPattern } from '../../relay/core/origins.js'
import * as policy from '../../relay/core/policy.js'
import { canonicalHost, checkTarget } from '../../relay/core/policy.js'
import { Refusal } from '../../relay/core/refusal.js'

const { lists } = settingsOf({})
const addressAllowed = (text: string, own: policy.Lists): boolean => {
  const address = parseAddress(text)
  return address !== null && policy.addressAllowed(address, own)
}
const withLists = (options: Parameters<typeof settingsOf>[0]) => settingsOf(options).lists

describe('by default an address is allowed', () => {
  it.each(['8.8.8.8', '1.1.1.1', '172.15.0.1', '172.32.0.1', '100.63.255.255', '100.128.0.0', '223.255.255.255'])(
    '%s',
    (address) => expect(addressAllowed(address, lists)).toBe(true),
  )
  it.each(['2606:4700::1111', '2a00:1450:4001::1', '2600::', '::ffff:8.8.8.8', '2001:4860:4860::8888'])(
    '%s',
    (address) => expect(addressAllowed(address, lists)).toBe(true),
  )
})

describe('by default an address is not allowed', () => {
  it.each([
    ['this network', '0.0.0.0', '0.1.2.3'],
    ['loopback', '127.0.0.1', '127.255.255.254', '::1'],
    ['private', '10.0.0.1', '172.16.0.1', '172.31.255.255', '192.168.1.1'],
    ['shared', '100.64.0.1', '100.127.255.255'],
    ['link-local, with metadata', '169.254.169.254', 'fe80::1', 'fe80::1%eth0', 'febf::1'],
    ['metadata elsewhere', '168.63.129.16', '100.100.100.200', 'fd00:ec2::254', '192.0.0.192'],
    [
      'IETF, tests, documentation',
      '192.0.0.1',
      '192.0.2.1',
      '198.18.0.1',
      '198.51.100.1',
      '203.0.113.1',
      '192.88.99.1',
    ],
    ['documentation, version 6', '2001:db8::1', '3fff::1'],
    ['multicast', '224.0.0.1', '239.255.255.255', 'ff02::1', 'ff0e::1'],
    ['reserved and broadcast', '240.0.0.1', '255.255.255.255'],
    ['unspecified', '::', '::0'],
    ['unique local', 'fc00::1', 'fd12:3456::1'],
    ['site-local', 'fec0::1'],
    ['discard and segment routing', '100::1', '5f00::1'],
    ['v4-mapped', '::ffff:127.0.0.1', '::ffff:10.0.0.1', '::ffff:a9fe:a9fe', '0:0:0:0:0:ffff:7f00:1'],
    ['v4-translated', '::ffff:0:127.0.0.1', '::ffff:0:8.8.8.8'],
    ['v4-compatible', '::127.0.0.1', '::8.8.8.8'],
    ['NAT64', '64:ff9b::7f00:1', '64:ff9b::8.8.8.8', '64:ff9b:1::a00:1'],
    ['6to4', '2002:7f00:1::', '2002:a00:1::1', '2002:808:808::1'],
    ['Teredo', '2001:0:4136:e378:8000:63bf:80ff:fffe', '2001::1'],
    ['ORCHID and benchmarking', '2001:10::1', '2001:20::1', '2001:2::1'],
    ['not handed out', '4000::1', 'e000::1', '1::1'],
    ['no address', '', 'localhost', '1.2.3', '0x7f.1', '017700000001', '8.8.8.8.8', '8.8.8.8%eth0'],
  ])('%s', (_what, ...addresses) => {
    for (const address of addresses) expect([address, addressAllowed(address, lists)]).toEqual([address, false])
  })

  it('those of this machine', () => {
    const own = Object.values(networkInterfaces()).flatMap((list) => list ?? [])
    expect(own.length).toBeGreaterThan(0)
    for (const { address } of own) expect(addressAllowed(address, lists)).toBe(false)
  })
})

describe('ranges', () => {
  it('allow addresses that are not public, and only those', () => {
    const own = withLists({ allowRanges: ['127.0.0.0/8', 'fd00:1::/32', '10.1.2.3'] })
    for (const address of ['127.0.0.1', '::ffff:127.9.9.9', 'fd00:1::5', '10.1.2.3', '8.8.8.8'])
      expect(addressAllowed(address, own)).toBe(true)
    for (const address of ['10.1.2.4', 'fd00:2::5', '::1']) expect(addressAllowed(address, own)).toBe(false)
  })

  it('deny public and allowed addresses, in every form', () => {
    const own = withLists({
      allowRanges: ['10.0.0.0/8', '64:ff9b::/96', '2002::/16'],
      denyRanges: ['10.1.0.0/16', '8.8.8.0/24'],
    })
    for (const address of ['10.1.0.1', '8.8.8.8', '::ffff:8.8.8.8', '64:ff9b::8.8.8.8', '2002:808:808::1'])
      expect(addressAllowed(address, own)).toBe(false)
    for (const address of ['10.2.0.1', '8.8.4.4', '64:ff9b::8.8.4.4']) expect(addressAllowed(address, own)).toBe(true)
  })

  it('do not allow a private address inside of an allowed one', () => {
    const own = withLists({ allowRanges: ['64:ff9b::/96', '2002::/16', '2001::/32'] })
    expect(addressAllowed('64:ff9b::8.8.8.8', own)).toBe(true)
    expect(addressAllowed('64:ff9b::127.0.0.1', own)).toBe(false)
    expect(addressAllowed('2002:7f00:1::', own)).toBe(false)
    expect(addressAllowed('2002:808:808::', own)).toBe(true)
    // Teredo: the server 8.8.8.8, the client 10.0.0.1, and then 9.9.9.9
    expect(addressAllowed('2001:0:808:808::f5ff:fffe', own)).toBe(false)
    expect(addressAllowed('2001:0:808:808::f6f6:f6f6', own)).toBe(true)
  })

  it.each([
    '1.2.3',
    '1.2.3.4/33',
    '::/129',
    '1.2.3.4/-1',
    '1.2.3.4/',
    'fe80::1%eth0',
    '',
    '1.2.3.4/8/8',
    '0x7f.1',
    'a.org',
  ])('"%s" is none', (text) => expect(() => parseRange(text)).toThrow(`"${text}"`))
})

describe('a host has one spelling', () => {
  it.each([
    ['Example.ORG', 'example.org'],
    ['example.org.', 'example.org'],
    ['bücher.example', 'xn--bcher-kva.example'],
    ['2130706433', '127.0.0.1'],
    ['0x7f000001', '127.0.0.1'],
    ['017700000001', '127.0.0.1'],
    ['0177.0.0.1', '127.0.0.1'],
    ['0x7f.1', '127.0.0.1'],
    ['127.1', '127.0.0.1'],
    ['127.0.0.1.', '127.0.0.1'],
    ['１２７．０．０．１', '127.0.0.1'],
    ['127。0。0。1', '127.0.0.1'],
    ['[::1]', '::1'],
    ['::0001', '::1'],
    ['::FFFF:127.0.0.1', '127.0.0.1'],
    ['[::ffff:7f00:1]', '127.0.0.1'],
    ['2001:DB8:0:0::1', '2001:db8::1'],
    ['a_b.example', 'a_b.example'],
  ])('%s is %s', (host, canonical) => expect(canonicalHost(host)).toBe(canonical))

  it.each([
    '',
    '.',
    'a..b',
    'a b',
    'a/b',
    'a@b',
    'a:80',
    'a?b',
    'a#b',
    'a\\b',
    '%31.2.3.4',
    'a\0b',
    '[::1',
    '::g',
    '[a.org]',
    '1.2.3.256',
    '1.2.3.4.5',
    'x'.repeat(64),
    'a.'.repeat(200) + 'b',
    'ü'.repeat(100_000),
  ])('%j is none', (host) => expect(() => canonicalHost(host)).toThrow(Refusal))

  it.each(['fe80::1%eth0', 'fe80::1%25eth0', '[fe80::1%1]', '::1%lo'])('%s is blocked for its zone', (host) => {
    expect(() => canonicalHost(host)).toThrow(expect.objectContaining({ reason: 0x48 }))
  })
})

describe('lists of hosts and ports', () => {
  const reason = (host: string, port: number, own: typeof lists): number => {
    try {
      checkTarget(canonicalHost(host), port, own)
      return 0
    } catch (error) {
      return (error as Refusal).reason
    }
  }

  it('by default every name, and every port except that of mail', () => {
    expect([1, 80, 443, 587, 65535].map((port) => reason('a.org', port, lists))).toEqual([0, 0, 0, 0, 0])
    expect(reason('a.org', 25, lists)).toBe(0x48)
    expect([0, 65536, 1.5].map((port) => reason('a.org', port, lists))).toEqual([0x41, 0x41, 0x41])
  })

  it('hosts', () => {
    const own = withLists({ allowHosts: ['A.org', '*.b.org', '1.2.3.4'], denyHosts: ['bad.b.org', '*.worse.b.org'] })
    for (const host of ['a.org', 'A.ORG.', 'x.b.org', 'x.y.b.org', '0x01020304']) expect(reason(host, 80, own)).toBe(0)
    for (const host of ['b.org', 'xb.org', 'x.a.org', 'bad.b.org', 'BAD.b.org.', 'x.worse.b.org', '1.2.3.5'])
      expect([host, reason(host, 80, own)]).toEqual([host, 0x48])
  })

  it('ports', () => {
    const own = withLists({ allowPorts: ['25', '8000-8999'], denyPorts: ['8080'] })
    expect([25, 8000, 8999].map((port) => reason('a', port, own))).toEqual([0, 0, 0])
    expect([24, 26, 7999, 9000, 8080, 443].map((port) => reason('a', port, own))).toEqual(Array(6).fill(0x48))
    expect(reason('a', 25, withLists({ denyPorts: ['80'] }))).toBe(0)
  })

  it.each(['', '0', '65536', '80-', '90-80', '-80', 'http', '1-2-3'])('"%s" is no port', (text) => {
    expect(() => portRange(text)).toThrow(`"${text}"`)
  })
})

describe('the address of a client', () => {
  const proxies = ['10.0.0.0/8', '2001:db8::/32'].map(parseRange)
  it.each([
    ['without a proxy, whatever it says', '1.2.3.4', '9.9.9.9', '1.2.3.4'],
    ['behind a proxy', '10.0.0.1', '1.2.3.4', '1.2.3.4'],
    ['the rightmost that is no proxy', '10.0.0.1', '9.9.9.9, 1.2.3.4, 10.0.0.2', '1.2.3.4'],
    ['with ports', '10.0.0.1', '1.2.3.4:5678', '1.2.3.4'],
    ['version 6 with a port', '10.0.0.1', '[2a00::1]:443', '2a00::1'],
    ['version 6', '2001:db8::1', '2a00::1', '2a00::1'],
    ['v4-mapped peers', '::ffff:10.0.0.1', '::ffff:1.2.3.4', '1.2.3.4'],
    ['rubbish ends it', '10.0.0.1', '1.2.3.4, unknown', '10.0.0.1'],
    ['rubbish further left does not matter', '10.0.0.1', 'unknown, 1.2.3.4', '1.2.3.4'],
    ['only proxies', '10.0.0.1', '10.0.0.3, 10.0.0.2', '10.0.0.3'],
    ['no header', '10.0.0.1', undefined, '10.0.0.1'],
    ['a unix socket', undefined, '1.2.3.4', 'unix'],
  ])('%s', (_what, peer, header, expected) => expect(clientAddress(peer, header, proxies)).toBe(expected))

  it('is an IPv4 address or an IPv6 /64', () => {
    expect(limitKey('1.2.3.4')).toBe('1.2.3.4')
    expect(limitKey('::ffff:1.2.3.4')).toBe('1.2.3.4')
    expect(limitKey('2a00:1:2:3:4:5:6:7')).toBe(limitKey('2a00:1:2:3::1'))
    expect(limitKey('2a00:1:2:4::1')).not.toBe(limitKey('2a00:1:2:3::1'))
  })
})

describe('origins of pages', () => {
  const patterns = ['https://a.org', 'https://*.b.org', 'http://localhost:8080/'].map(originPattern)
  it.each(['https://a.org', 'https://A.org', 'https://x.b.org', 'https://x.y.b.org', 'http://localhost:8080'])(
    '%s may connect',
    (origin) => expect(originAllowed(origin, patterns)).toBe(true),
  )
  it.each([
    'http://a.org',
    'https://a.org:8443',
    'https://b.org',
    'https://xb.org',
    'https://a.org.evil',
    'null',
    'none',
    undefined,
  ])('%s may not', (origin) => expect(originAllowed(origin, patterns)).toBe(false))
  it("'none' means no header, and no list means all", () => {
    expect(originAllowed(undefined, ['none'])).toBe(true)
    expect(originAllowed('none', ['none'])).toBe(false)
    expect(originAllowed('https://anything', null)).toBe(true)
  })
  it.each(['a.org', 'https://', 'https://a.org/path', '*', 'https://a.*'])('"%s" is none', (text) => {
    expect(() => originPattern(text)).toThrow(`"${text}"`)
  })
})

it.each([
  [{ allowRanges: ['x'] }, /^allowRanges: "x"/],
  [{ denyHosts: ['a b'] }, /^denyHosts: "a b"/],
  [{ streams: 0 }, /^streams: 0 is not/],
  [{ idleTimeout: 1.5 }, /^idleTimeout: 1.5/],
  [{ bytesPerSecond: -1 }, /^bytesPerSecond: -1/],
  [{ connectTimeout: Infinity }, /^connectTimeout/],
  [{ passwords: { anna: 'secret' } }, /^credentials: the hash of the password of "anna"/],
  [{ keys: { anna: 'AAAA' } }, /^credentials: the key of "anna"/],
  [{ tokens: [''] }, /^tokens: an empty token/],
  [{ dnsServers: ['x'] }, /^dnsServers: /],
  [{ origin: ['https://a.org'] }, /^origin: no such option/],
  [{ origins: 'https://a.org' }, /^origins: not a list of strings/],
  [{ passwords: ['anna'], udp: 'yes' }, /^udp: not true or false/],
  [{ tokens: [1] }, /^tokens: not a list of strings/],
  [{ resolve: '127.0.0.1' }, /^resolve: not a function/],
])('a wrong option is named: %j', (wrong, message) => {
  const options = wrong as RelayOptions
  expect(() => settingsOf(options)).toThrow(message)
  expect(() => settingsOf(options)).toThrow(RangeError)
})
