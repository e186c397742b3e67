// The part of WASI (snapshot preview 1) that musl's stdio and environment need. Its calls return a positive errno. As
// with the other imports, no exception passes through them, except the one that ends the program.
// @see https://github.com/WebAssembly/WASI/blob/main/legacy/preview1/docs.md
import { SystemError } from './abi.js'
import { AGAIN, type Descriptor } from './descriptors.js'
import { FileDescriptor } from './files/descriptors.js'
import type { Machine } from './machine.js'

/**
 * Thrown when the program ends itself, by exit(), abort() or a failed assertion. The instance cannot be used
 * afterwards.
 */
export class ExitError extends Error {
  constructor(readonly status: number) {
    super(`the WebAssembly module exited with status ${status}`)
    this.name = 'ExitError'
  }
}

const IOVEC_SIZE = 8
const FDSTAT_SIZE = 24
const CHARACTER_DEVICE = 2

export function wasiImports(
  machine: Machine,
  environment: Record<string, string | undefined>,
): Record<string, (...args: never[]) => unknown> {
  const guarded = (body: () => void): number => {
    try {
      body()
      return 0
    } catch (error) {
      return -machine.failures.answer(error)
    }
  }
  const encoder = new TextEncoder()
  const variables = Object.entries(environment)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => encoder.encode(`${name}=${value}\0`))

  /** Calls `move` with each buffer of an iovec until one is not filled or emptied, and writes the total to `out`. */
  const vectored = (
    fd: number,
    iovs: number,
    count: number,
    out: number,
    move: (d: Descriptor, buffer: Uint8Array) => number,
  ): number =>
    guarded(() => {
      const descriptor = machine.descriptors.get(fd)
      const memory = machine.memory()
      let total = 0
      for (let i = 0; i < count; i++) {
        const at = iovs + i * IOVEC_SIZE
        const length = memory.u32(at + 4)
        if (length === 0) continue
        let moved
        try {
          moved = move(descriptor, memory.slice(memory.u32(at), length))
          if (moved === AGAIN) throw new SystemError('EAGAIN')
        } catch (error) {
          if (total > 0 && error instanceof SystemError) break
          throw error
        }
        total += moved
        if (moved < length) break
      }
      memory.setU32(out, total)
    })

  return {
    fd_read: (fd: number, iovs: number, count: number, out: number) =>
      vectored(fd, iovs, count, out, (d, buffer) => d.read(buffer)),
    fd_write: (fd: number, iovs: number, count: number, out: number) =>
      vectored(fd, iovs, count, out, (d, buffer) => d.write(buffer)),
    fd_close: (fd: number) => guarded(() => machine.descriptors.close(fd)),

    fd_seek: (fd: number, offset: bigint, whence: number, out: number) =>
      guarded(() => {
        const descriptor = machine.descriptors.get(fd)
        if (!(descriptor instanceof FileDescriptor)) throw new SystemError('ESPIPE')
        machine.memory().view.setBigUint64(out, BigInt(descriptor.seek(Number(offset), whence)), true)
      }),

    fd_sync: () => 0,
    /** Only isatty(3) calls this, to learn whether it is a character device that cannot seek. */
    fd_fdstat_get: (fd: number, out: number) =>
      guarded(() => {
        const descriptor = machine.descriptors.get(fd)
        machine.memory().slice(out, FDSTAT_SIZE).fill(0)
        if (descriptor.terminal?.()) machine.memory().bytes[out] = CHARACTER_DEVICE
      }),

    environ_sizes_get: (count: number, size: number) => {
      machine.memory().setU32(count, variables.length)
      machine.memory().setU32(
        size,
        variables.reduce((sum, variable) => sum + variable.length, 0),
      )
      return 0
    },

    environ_get: (pointers: number, buffer: number) => {
      const memory = machine.memory()
      variables.forEach((variable, i) => {
        memory.setU32(pointers + i * 4, buffer)
        memory.bytes.set(variable, buffer)
        buffer += variable.length
      })
      return 0
    },

    proc_exit: (status: number) => {
      throw new ExitError(status)
    },
  }
}
