// Upload: libcurl reads a stream while it sends, and the host's events are still handled, however fast both ends are.
import { expect, it } from 'vitest'
import { iterableChunks } from '../../ts/common/chunks.js'
import { CURL_READFUNC_PAUSE } from '../../ts/libcurl/constants.gen.js'
import { Upload } from '../../ts/libcurl/upload.js'

const CHUNK = 64 * 1024
const buffer = new Uint8Array(CHUNK)

/**
 * Reads everything available, as libcurl does while the kernel accepts it. Returns how many bytes, and the last result.
 */
function takeAll(upload: Upload): { taken: number; last: number } {
  let taken = 0
  let last = upload.read(buffer)
  for (; last !== 0 && last !== CURL_READFUNC_PAUSE; last = upload.read(buffer)) taken += last
  return { taken, last }
}

it.each([CHUNK, 16 * CHUNK])(
  'lets the host have its events between chunks of %i bytes that never wait',
  async (size) => {
    const chunk = new Uint8Array(size)
    const most = (256 * 1024 * 1024) / size
    let given = 0
    let givenBeforeTask = -1
    async function* endless() {
      for (; given < most; given++) yield chunk
    }
    let taken = 0
    await new Promise<void>((resolve) => {
      const resume = () => {
        const all = takeAll(upload)
        taken += all.taken
        if (all.last === 0) resolve()
      }
      const upload = new Upload(iterableChunks(endless()), { resume })
      setImmediate(() => (givenBeforeTask = given))
      expect(takeAll(upload)).toEqual({ taken: 0, last: CURL_READFUNC_PAUSE })
    })
    expect(taken).toBe(most * size)
    expect(givenBeforeTask).toBeGreaterThanOrEqual(0)
    expect(givenBeforeTask).toBeLessThan(most / 4)
  },
)
