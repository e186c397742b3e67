// Standard input, output and error where there is no process: the input is empty, and lines go to the console.
import { SystemError } from './abi.js'
import { READABLE, WRITABLE, type Descriptor } from './descriptors.js'

class NoInput implements Descriptor {
  readiness(): number {
    return READABLE
  }
  read(): number {
    return 0
  }
  write(): number {
    throw new SystemError('EBADF')
  }
  close(): void {}
}

/** Collects bytes until a line is complete. close() writes an unfinished last line. */
class ConsoleOutput implements Descriptor {
  readonly #decoder = new TextDecoder()
  #line = ''

  constructor(private readonly tell: (line: string) => void) {}

  readiness(): number {
    return WRITABLE
  }

  read(): number {
    throw new SystemError('EBADF')
  }

  write(from: Uint8Array): number {
    const lines = (this.#line + this.#decoder.decode(from, { stream: true })).split('\n')
    this.#line = lines.pop()!
    for (const line of lines) this.tell(line)
    return from.length
  }

  close(): void {
    if (this.#line) this.tell(this.#line)
    this.#line = ''
  }
}

export function consoleStandard(): [Descriptor, Descriptor, Descriptor] {
  return [
    new NoInput(),
    new ConsoleOutput((line) => console.log(line)),
    new ConsoleOutput((line) => console.error(line)),
  ]
}
