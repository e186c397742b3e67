// The reactor alone: levels, queues, budgets, and descriptors that are reused.
import { describe, expect, it, test } from 'vitest'
import { Descriptors, FAILED, READABLE, WRITABLE, type Descriptor } from '../../shim/descriptors.js'
import { Reactor, Watchable } from '../../shim/reactor.js'

class Fake extends Watchable implements Descriptor {
  state = 0
  attended: boolean[] = []
  readiness = (): number => this.state
  attend(waited: boolean): void {
    this.attended.push(waited)
  }
  read = (): number => 0
  write = (): number => 0
  close(): void {}
}

const tick = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

test('while a socket listens, connections that come in the same turn are seen before other bytes', async () => {
  const reactor = new Reactor()
  const [control, listening] = [new Fake(), new Fake()]
  const seen: number[] = []
  reactor.watch(control, READABLE, () => {
    seen.push(listening.readiness())
    control.state = 0
  })
  const come = async (): Promise<void> => {
    listening.state = 0
    control.state = READABLE
    reactor.notify(control)
    await null // the host's next event
    listening.state = READABLE
    await tick()
  }
  await come()
  const end = reactor.listens()
  await come()
  end()
  await come()
  expect(seen).toEqual([0, READABLE, 0])
})

test('deliver() delivers what waits, although it is held, and keeps the rest if a listener throws', () => {
  const reactor = new Reactor()
  const fakes = [new Fake(), new Fake()]
  const seen: number[] = []
  for (const [i, fake] of fakes.entries()) {
    reactor.watch(fake, READABLE, () => {
      fake.state = 0
      seen.push(i)
      if (i === 0) throw new Error('the first one')
    })
    fake.state = READABLE
  }
  reactor.hold()
  for (const fake of fakes) reactor.notify(fake)
  expect(() => reactor.deliver()).toThrow('the first one')
  expect(reactor.deliver()).toBe(true)
  expect(reactor.deliver()).toBe(false)
  expect(seen).toEqual([0, 1])
})

describe('a watch', () => {
  it('is called for its interest, and for failures, in a task of its own', async () => {
    const reactor = new Reactor()
    const fake = new Fake()
    const seen: number[] = []
    reactor.watch(fake, READABLE, (ready) => {
      seen.push(ready)
      fake.state = 0
    })
    fake.state = WRITABLE
    reactor.notify(fake)
    await tick()
    expect(seen).toEqual([])
    fake.state = READABLE | WRITABLE
    reactor.notify(fake)
    expect(seen).toEqual([])
    await tick()
    fake.state = FAILED
    reactor.notify(fake)
    await tick()
    expect(seen).toEqual([READABLE, FAILED])
  })

  it('is called again while the level stays', async () => {
    const reactor = new Reactor()
    const fake = new Fake()
    let calls = 0
    fake.state = READABLE
    reactor.watch(fake, READABLE, () => {
      if (++calls === 5) fake.state = 0
    })
    await tick()
    expect(calls).toBe(5)
    await tick()
    expect(calls).toBe(5)
  })

  it('is not called after it has ended, not even for queued events', async () => {
    const reactor = new Reactor()
    const fake = new Fake()
    let calls = 0
    fake.state = READABLE
    reactor.watch(fake, READABLE, () => calls++)
    reactor.unwatch(fake)
    await tick()
    expect(calls).toBe(0)
  })

  it('keeps the process alive only while it exists', () => {
    const reactor = new Reactor()
    const fake = new Fake()
    reactor.watch(fake, READABLE, () => {})
    reactor.watch(fake, WRITABLE, () => {})
    reactor.unwatch(fake)
    reactor.unwatch(fake)
    expect(fake.attended).toEqual([true, false])
  })
})

describe('a drain', () => {
  it('lets the event loop turn when its budget is used up', async () => {
    const reactor = new Reactor()
    const fake = new Fake()
    let turned = false
    let calls = 0
    fake.state = READABLE
    reactor.watch(fake, READABLE, () => {
      calls++
      reactor.moved(fake)
      if (turned) fake.state = 0
    })
    setTimeout(() => (turned = true), 1)
    while (!turned || fake.state) await tick()
    expect(calls).toBeGreaterThan(1)
  })

  it('goes on for the others when a listener throws', async () => {
    const reactor = new Reactor()
    const [bad, good] = [new Fake(), new Fake()]
    bad.state = good.state = READABLE
    const failures: unknown[] = []
    const listener = (error: unknown): void => void failures.push(error)
    const previous = process.listeners('uncaughtException')
    process.removeAllListeners('uncaughtException').on('uncaughtException', listener)
    let reached = false
    reactor.watch(bad, READABLE, () => {
      bad.state = 0
      throw new Error('listener')
    })
    reactor.watch(good, READABLE, () => {
      reached = true
      good.state = 0
    })
    await tick()
    await tick()
    process.removeAllListeners('uncaughtException')
    for (const other of previous) process.on('uncaughtException', other as () => void)
    expect(reached).toBe(true)
    expect(failures).toHaveLength(1)
  })
})

describe('a level that a listener does not change', () => {
  /** How often a listener that does nothing is called, until it is not called any more. */
  const deaf = (during: (reactor: Reactor, fake: Fake) => void = () => {}) => {
    const reactor = new Reactor()
    const fake = new Fake()
    let calls = 0
    const listener = (): void => {
      calls++
      during(reactor, fake)
    }
    fake.state = READABLE
    reactor.watch(fake, READABLE, listener)
    const settled = async (): Promise<number> => {
      for (let before = -1; before !== calls; await tick()) before = calls
      return calls
    }
    return { reactor, fake, listener, settled }
  }

  it('is delivered a limited number of times, also when the interest changes back and forth', async () => {
    expect(await deaf().settled()).toBeLessThan(1000)
    const flapping = deaf((reactor, fake) => reactor.watch(fake, READABLE | (fake.interest ^ WRITABLE), fake.listener!))
    expect(await flapping.settled()).toBeLessThan(1000)
    const failing = deaf()
    failing.fake.state = FAILED
    expect(await failing.settled()).toBeLessThan(1000)
  })

  it('is delivered again after a change, after a byte has moved, and for another watch', async () => {
    const { reactor, fake, listener, settled } = deaf()
    const changes = [
      () => reactor.notify(fake),
      () => reactor.moved(fake),
      () => reactor.watch(fake, READABLE | WRITABLE, listener),
    ]
    for (const change of changes) {
      const before = await settled()
      change()
      expect(await settled()).toBeGreaterThan(before)
    }
  })

  it('is delivered for as long as bytes move', async () => {
    let left = 5000
    const { settled } = deaf((reactor, fake) => {
      reactor.moved(fake)
      if (--left === 0) fake.state = 0
    })
    expect(await settled()).toBe(5000)
  })
})

describe('descriptors', () => {
  it('take the lowest free number', () => {
    const table = new Descriptors()
    const fds = [new Fake(), new Fake(), new Fake()].map((fake) => table.add(fake))
    table.close(fds[1]!)
    table.close(fds[0]!)
    expect(table.add(new Fake())).toBe(fds[0])
    expect(table.add(new Fake())).toBe(fds[1])
    expect(table.size).toBe(3)
    expect(() => table.get(99)).toThrow('EBADF')
  })

  it('an event for a closed number does not reach its next owner', async () => {
    const reactor = new Reactor()
    const table = new Descriptors()
    const [old, next] = [new Fake(), new Fake()]
    const fd = table.add(old)
    let wrong = 0
    old.state = READABLE
    reactor.watch(old, READABLE, () => wrong++)
    reactor.unwatch(old)
    table.close(fd)
    expect(table.add(next)).toBe(fd)
    reactor.watch(next, READABLE, () => wrong++)
    await tick()
    expect(wrong).toBe(0)
  })
})
