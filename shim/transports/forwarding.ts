// A stream in front of another one: passes every call on, except those in `calls`.
import type { Stream } from './transport.js'

export function forwarding(stream: Stream, calls: Partial<Pick<Stream, 'write' | 'close'>>): Stream {
  return {
    get writable() {
      return stream.writable
    },
    write: (bytes) => stream.write(bytes),
    end: () => stream.end(),
    close: () => stream.close(),
    pause: () => stream.pause(),
    resume: () => stream.resume(),
    release: (chunk) => stream.release(chunk),
    attend: (waited) => stream.attend(waited),
    ...(stream.look && { look: () => stream.look!() }),
    setNoDelay: (on) => stream.setNoDelay(on),
    setKeepAlive: (on, idleMs) => stream.setKeepAlive(on, idleMs),
    ...calls,
  }
}
