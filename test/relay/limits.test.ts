// Token buckets and the table of addresses, with a fake clock.
import { expect, it } from 'vitest'
import { ClientChannel } from '../../relay/core/client-channel.js'
import type { ClientSocket } from '../../relay/core/client-socket.js'
import { LocalVisitors, TokenBucket } from '../../relay/core/limits.js'

it('a bucket gives the allowance of a second, and no more', () => {
  let now = 0
  const bucket = new TokenBucket(10, () => now)
  const taken = (): number => Array.from({ length: 50 }, () => bucket.tryTake()).filter(Boolean).length
  expect(taken()).toBe(10)
  now += 500
  expect(taken()).toBe(5)
  now += 60_000
  expect(taken()).toBe(10)
})

it('a debt takes time to pay', () => {
  let now = 0
  const bucket = new TokenBucket(1000, () => now)
  bucket.spend(3000)
  expect(bucket.debtMs).toBe(2000)
  now += 1500
  expect(bucket.debtMs).toBe(500)
  now += 500
  expect([bucket.debtMs, bucket.full]).toEqual([0, false])
  now += 1000
  expect(bucket.full).toBe(true)
})

it('a client goes on when the debts are paid that another one of its address has made', async () => {
  const bucket = new TokenBucket(1000)
  const later: (() => void)[] = []
  const nothing = (): void => {}
  const socket = { open: true, pause: nothing, resume: nothing, later: (work: () => void) => void later.push(work) }
  const channel = new ClientChannel(socket as unknown as ClientSocket, bucket, 1_000_000)
  let resumed = 0
  channel.wait({ resume: () => resumed++ })
  bucket.spend(1050)
  for (let work; (work = later.shift());) work()
  expect(resumed).toBe(0)
  while (resumed === 0) {
    await new Promise((resolve) => setTimeout(resolve, 10))
    for (let work; (work = later.shift());) work()
  }
  expect(bucket.debtMs).toBe(0)
})

it('0 means no limit', () => {
  const bucket = new TokenBucket(0)
  bucket.spend(1e9)
  expect([bucket.debtMs, bucket.tryTake(), bucket.full]).toEqual([0, true, true])
})

it('an address is forgotten once its clients have left and its allowance is full again', () => {
  const visitors = new LocalVisitors({ clientsPerAddress: 2, connectsPerSecond: 0, bytesPerSecond: 10 })
  const [one, two] = [visitors.enter('2a00::1')!, visitors.enter('2a00::2')!]
  expect(one).toBe(two)
  expect(visitors.enter('2a00::3')).toBe(null)
  expect(visitors.enter('2a00:0:0:1::1')).not.toBe(null)
  visitors.leave(one)
  expect(visitors.enter('2a00::3')).toBe(one)
  one.bytes.spend(1000)
  visitors.leave(one)
  visitors.leave(one)
  visitors.sweep()
  expect(visitors.enter('2a00::4')).toBe(one)
})
