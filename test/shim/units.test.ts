// The small parts of the shim: addresses, the resolver's list of servers, names, the timer, pipes and assets.
import { describe, expect, it } from 'vitest'
import { AGAIN } from '../../shim/descriptors.js'
import { formatIPv4, formatIPv6, parseIPv4, parseIPv6 } from '../../shim/address.js'
import { withAssets } from '../../shim/files/assets.js'
import { nodeFileSystem } from '../../shim/files/node.js'
import { idnToAscii, idnToUnicode } from '../../shim/idn.js'
import { PipeReader, PipeWriter } from '../../shim/pipe.js'
import { punycodeToUnicode } from '../../shim/punycode.js'
import { Reactor } from '../../shim/reactor.js'
import { parseServers } from '../../shim/resolver.js'
import { makeNext } from '../../shim/clock.js'
import { Timer } from '../../shim/timer.js'

describe('addresses', () => {
  it.each([
    '::',
    '::1',
    'fe80::1',
    '2001:db8::1:0:0:1',
    '1:2:3:4:5:6:7:8',
    '2001:0:0:1::',
    '::ffff:192.0.2.1',
    'a:0:b:0:c:0:d:0',
  ])('%s is read and written', (text) => {
    expect(parseIPv6(text)).not.toBeNull()
    expect(new URL(`http://[${formatIPv6(parseIPv6(text)!)}]/`).hostname).toBe(new URL(`http://[${text}]/`).hostname)
  })

  it.each(['', ':', ':::', '1:2:3', '1::2::3', '12345::', 'g::', '1:2:3:4:5:6:7:8:9', '::1.2.3', '1.2.3.4'])(
    '%s is no IPv6 address',
    (text) => {
      expect(parseIPv6(text)).toBeNull()
    },
  )

  it('IPv4 is only dotted decimal', () => {
    expect(formatIPv4(parseIPv4('192.0.2.255')!)).toBe('192.0.2.255')
    for (const text of ['256.0.0.1', '1.2.3', '1.2.3.4.5', '0x7f.1', 'localhost']) expect(parseIPv4(text)).toBeNull()
  })
})

describe('servers of DNS_SERVERS', () => {
  it('may have a port, in brackets for IPv6', () => {
    expect(parseServers('192.0.2.1, 192.0.2.2:5353,2001:db8::1,[2001:db8::2]:53')).toEqual([
      '192.0.2.1',
      '192.0.2.2:5353',
      '2001:db8::1',
      '[2001:db8::2]:53',
    ])
  })
  it.each(['', 'dns.example', '192.0.2.1:99999', '192.0.2.1:x', '[192.0.2.1]:53', '192.0.2.1,,192.0.2.2'])(
    '%s is refused',
    (list) => {
      expect(parseServers(list)).toBeNull()
    },
  )
})

describe('internationalised names', () => {
  it('are converted in both directions', () => {
    expect(idnToAscii('bücher.example')).toBe('xn--bcher-kva.example')
    expect(idnToAscii('faß.example')).toBe('xn--fa-hia.example')
    expect(idnToUnicode('xn--bcher-kva.example')).toBe('bücher.example')
  })
  it.each(['a b', 'a/b', 'a@b', 'a#b', 'a:1', 'xn--a'])('%s is not a name', (name) => {
    expect(idnToAscii(name)).toBeNull()
  })
  it('Punycode that is not in its canonical form is refused', () => {
    expect(idnToUnicode('xn--999999999.example')).toBeNull()
  })
})

describe('Punycode', () => {
  it.each([
    ['egbpdaj6bu4bxfgehfvwxn', 'ليهمابتكلموشعربي؟'],
    ['ihqwcrb4cv8a8dqg056pqjye', '他们为什么不说中文'],
    ['MajiKoi5-783gue6qz075azm5e', 'MajiでKoiする5秒前'],
    ['-> $1.00 <--', '-> $1.00 <-'],
    ['zn8hgl', '🐈💻'],
    ['', ''],
  ])('%s is %s (RFC 3492, section 7.1, and others)', (encoded, text) => {
    expect(punycodeToUnicode(encoded)).toBe(text)
  })
  it.each(['-', '-ieji', 'a-!', '99999999999999', 'ü-abc'])('%s is invalid', (encoded) => {
    expect(punycodeToUnicode(encoded)).toBeNull()
  })
})

describe('the task queue', () => {
  it('runs before any event of the host, but not for ever', async () => {
    const next = makeNext()
    let turns = 0
    let host = 0
    const immediate = (): void => {
      host = turns
    }
    await new Promise<void>((resolve) => {
      setImmediate(immediate)
      const turn = (): void => {
        turns++
        if (host > 0) resolve()
        else next(turn)
      }
      next(turn)
      expect(turns).toBe(0)
    })
    // the sixteenth waits for the host
    expect(host).toBe(15)
  })
})

describe('the timer', () => {
  const after = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

  it('fires once, after its time', async () => {
    let rings = 0
    const timer = new Timer(() => rings++)
    timer.set(20)
    await after(5)
    expect(rings).toBe(0)
    await after(60)
    expect(rings).toBe(1)
    expect(timer.active).toBe(false)
  })

  it('0 fires without a timeout of the host, and -1 cancels it', async () => {
    let rings = 0
    const timer = new Timer(() => rings++)
    timer.set(0)
    timer.set(0)
    await new Promise((resolve) => setImmediate(resolve))
    expect(rings).toBe(1)
    timer.set(0)
    timer.set(-1)
    timer.set(5)
    timer.set(-1)
    expect(timer.active).toBe(false)
    await after(20)
    expect(rings).toBe(1)
  })

  it('a deadline that is moved later or earlier is used', async () => {
    const rings: number[] = []
    const start = performance.now()
    const timer = new Timer(() => rings.push(performance.now() - start))
    timer.set(10)
    timer.set(60)
    await after(30)
    expect(rings).toEqual([])
    timer.set(1)
    await after(15)
    expect(rings).toHaveLength(1)
    await after(60)
    expect(rings).toHaveLength(1)
  })
})

describe('a pipe', () => {
  it('delivers in order, returns EAGAIN when empty, and ends when its writer has closed', () => {
    const reader = new PipeReader(new Reactor())
    const writer = new PipeWriter(reader)
    const into = new Uint8Array(4)
    expect(reader.read(into)).toBe(AGAIN)
    writer.write(Uint8Array.of(1, 2, 3))
    writer.write(Uint8Array.of(4, 5))
    expect(reader.read(into)).toBe(4)
    expect([...into]).toEqual([1, 2, 3, 4])
    writer.close()
    expect(reader.read(into)).toBe(1)
    expect(reader.read(into)).toBe(0)
  })

  it('takes no more than it can hold, and fails when its reader has closed', () => {
    const reader = new PipeReader(new Reactor())
    const writer = new PipeWriter(reader)
    expect(writer.write(new Uint8Array(100_000))).toBe(65536)
    expect(writer.write(Uint8Array.of(1))).toBe(AGAIN)
    reader.close()
    expect(() => writer.write(Uint8Array.of(1))).toThrow('EPIPE')
  })
})

describe('assets', () => {
  it('are read like files, cannot be changed, and are created once', () => {
    let made = 0
    const files = withAssets(nodeFileSystem, { '/made.txt': () => (made++, Buffer.from('content')) })
    const flags = {
      read: true,
      write: false,
      append: false,
      create: false,
      exclusive: false,
      truncate: false,
      noFollow: false,
    }
    const into = new Uint8Array(4)
    for (let i = 0; i < 2; i++) {
      const file = files.open('/made.txt', flags, 0)
      expect([file.read(into, null), file.read(into, null), file.read(into, null)]).toEqual([4, 3, 0])
    }
    expect(files.stat('/made.txt', true)).toMatchObject({ type: 'file', size: 7 })
    expect(made).toBe(1)
    for (const change of [
      () => files.unlink('/made.txt'),
      () => files.rename('/made.txt', '/x'),
      () => files.open('/made.txt', { ...flags, write: true }, 0),
    ]) {
      expect(change).toThrow('EROFS')
    }
  })
})
