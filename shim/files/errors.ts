// Errors of the file system in memory, in the words of node:fs.
const MESSAGES = {
  EBADF: 'bad file descriptor',
  EBUSY: 'resource busy or locked',
  EEXIST: 'file already exists',
  EFBIG: 'file too large',
  EINVAL: 'invalid argument',
  EISDIR: 'illegal operation on a directory',
  ELOOP: 'too many symbolic links encountered',
  ENAMETOOLONG: 'name too long',
  ENOENT: 'no such file or directory',
  ENOSPC: 'no space left on device',
  ENOTDIR: 'not a directory',
  ENOTEMPTY: 'directory not empty',
}

/** `call` is the system call and its paths, as node:fs words it. */
export function fileError(code: keyof typeof MESSAGES, call: string): Error & { code: string } {
  return Object.assign(new Error(`${code}: ${MESSAGES[code]}, ${call}`), { code })
}
