// Reads what runtests.pl prints with -s and -a, line by line: which cases passed and failed, and its own count of them.

export class Results {
  passed = new Set()
  failed = new Set()
  /** How many cases runtests.pl says that it ran; -1 until it has said so. */
  total = -1
  /** Its words, if it ran fewer cases than it should. */
  tooFew = false
  #current

  /** Takes a line; true if it says that a case has passed. */
  add(line) {
    // A case's number and its result are two messages: a server that has to be stopped or started between them puts a
    // warning there, and its line feed.
    this.#current = /(?:^|\W)test (\d{4,}) /.exec(line)?.[1] ?? this.#current
    if (/(?:^|\s)OK \(\d+ +out of/.test(line)) {
      this.passed.add(Number(this.#current))
      return true
    }
    const summary = /^TESTDONE: \d+ tests out of (\d+) reported OK/.exec(line)
    if (summary) this.total = Number(summary[1])
    else if (/^TESTFAIL: These test cases failed: /.test(line)) {
      for (const number of line.match(/\d+/g)) this.#fail(Number(number))
    } else if (/^TESTFAIL: (number of tests|No tests)/.test(line)) this.tooFew = line
    return false
  }

  /** If false, runtests.pl has crashed, or its output has changed. */
  get isWhole() {
    return this.total > 0 && this.total === this.passed.size + this.failed.size
  }

  // runtests.pl itself may retry a test, and its last result counts
  #fail(number) {
    this.failed.add(number)
    this.passed.delete(number)
  }
}
