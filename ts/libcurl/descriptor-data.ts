// READDATA and WRITEDATA as numbers: without a READFUNCTION or WRITEFUNCTION of the application, libcurl reads from and
// writes to what is open under that number of the host. In C these options take a FILE.
import type { Host } from '../../shim/host.js'
import type { CallbackName, EasyCallbacks } from './callback-types.js'
import { CURL_SEEKFUNC_CANTSEEK, CURL_SEEKFUNC_OK } from './constants.gen.js'
import { CURLOPT_READFUNCTION, CURLOPT_SEEKFUNCTION, CURLOPT_WRITEFUNCTION } from './numbers.gen.js'

type Name = 'READFUNCTION' | 'SEEKFUNCTION' | 'WRITEFUNCTION'

/** The callbacks of descriptors. Those that are undefined are not used. */
export type DescriptorCallbacks = { [N in Name]?: EasyCallbacks[N] | undefined }

/** Them, with the numbers of their options. */
export const DESCRIPTOR_CALLBACKS = [
  ['READFUNCTION', CURLOPT_READFUNCTION],
  ['SEEKFUNCTION', CURLOPT_SEEKFUNCTION],
  ['WRITEFUNCTION', CURLOPT_WRITEFUNCTION],
] as const

export function isOfDescriptors(name: CallbackName): name is Name {
  return name === 'READFUNCTION' || name === 'SEEKFUNCTION' || name === 'WRITEFUNCTION'
}

/** SEEK_SET of lseek(2): from the beginning of the file. */
const FROM_BEGINNING = 0

/** The callbacks that read a descriptor, or none. The host keeps the position, until libcurl seeks. */
export function reading(host: Host, number: number | null): DescriptorCallbacks {
  if (number === null) return { READFUNCTION: undefined, SEEKFUNCTION: undefined }
  let position: number | null = null
  return {
    READFUNCTION(size) {
      const bytes = new Uint8Array(size)
      const length = host.hostFile(number).read(bytes, position)
      if (position !== null) position += length
      return bytes.subarray(0, length)
    },
    SEEKFUNCTION(_userdata, offset, origin) {
      if (origin !== FROM_BEGINNING) return CURL_SEEKFUNC_CANTSEEK
      position = offset
      return CURL_SEEKFUNC_OK
    },
  }
}

/** The callback that writes to a descriptor, or none. */
export function writing(host: Host, number: number | null): DescriptorCallbacks {
  if (number === null) return { WRITEFUNCTION: undefined }
  return {
    WRITEFUNCTION(chunk) {
      const file = host.hostFile(number)
      for (let at = 0; at < chunk.length;) at += file.write(chunk.subarray(at), null)
    },
  }
}
