// What runtests.pl prints is read whole, also when a warning stands between a case's number and its result.
import { expect, test } from 'vitest'
import { Results } from './results.mjs'

function read(...lines: string[]): Results {
  const results = new Results()
  for (const line of lines) results.add(line)
  return results
}

const ok = (count: number) => `OK (${count}   out of 3  , remaining: 00:03, took 1.939s, duration: 09:01)`

test('cases that pass and fail, and the count of runtests.pl', () => {
  const results = read(
    `test 0001 ${ok(1)}`,
    'test 0002  2: stdout FAILED:',
    `test 1565 ${ok(3)}`,
    "test 3301  3301: IGNORED: The tool set in the test case for this: 'units' does not exist",
    'TESTDONE: 1993 tests were considered during 544 seconds.',
    'TESTDONE: 2 tests out of 3 reported OK: 66%',
    'TESTFAIL: These test cases failed: 2 ',
  )
  expect([...results.passed]).toEqual([1, 1565])
  expect([...results.failed]).toEqual([2])
  expect(results).toMatchObject({ total: 3, isWhole: true, tooFew: false })
})

test.each([
  ['after the number', ['test 0042 Warning: http server unexpectedly alive', ok(1)]],
  ['after the number, without a line feed', [`test 0042 Warning: the server is alive ${ok(1)}`]],
  ['before the number, without a line feed', [`startnew: failed to write the pid; test 0042 ${ok(1)}`]],
])('a warning %s', (_where, lines) => {
  const results = read(...lines, 'TESTDONE: 1 tests out of 1 reported OK: 100%')
  expect([...results.passed]).toEqual([42])
  expect(results.isWhole).toBe(true)
})

test('a case that was not seen', () => {
  expect(read(`test 0001 ${ok(1)}`, 'TESTDONE: 2 tests out of 2 reported OK: 100%').isWhole).toBe(false)
})
