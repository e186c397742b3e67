// Finds the files that a curl command reads, as they are written in it, so that the page can say which of them are gone.
import { splitOptions, type OptionTable } from '../../../dist/ts/tool/javascript/curl-options.js'
import type { Command } from './shell.js'
import { fileIn } from './values.js'

const WHOLE = /^(?:upload-file|config|netrc-file|knownhosts|pubkey|(?:proxy-)?(?:cacert|crlfile|cert|key))$/
const AFTER_SIGN =
  /^(?:data|data-ascii|data-binary|data-urlencode|json|header|proxy-header|url|url-query|write-out|variable|form)$/

/** The names, each once. Standard input, patterns and names that curl expands are not among them. */
export function filesRead({ argv, redirects }: Pick<Command, 'argv' | 'redirects'>, table: OptionTable): string[] {
  const found = redirects.flatMap((redirect) => (redirect.fd === 0 && 'file' in redirect ? [redirect.file] : []))
  for (const { option, value } of splitOptions(argv, table)) {
    if (!option || !value) continue
    const { long } = option
    if (WHOLE.test(long)) found.push(/cert$|key$/.test(long) ? beforePassword(value) : value)
    else if (long === 'form') found.push(...formFiles(value))
    else if (AFTER_SIGN.test(long) && value.includes('@')) {
      const at = fileIn(long, option.argument ?? '', value)
      if (at > 0) found.push(value.slice(at))
    }
  }
  return [...new Set(found)].filter((name) => name !== '' && !/^[-.]$|^\/dev\/|^pkcs11:|[[\]{}]/.test(name))
}

/** The file of "file:password". */
function beforePassword(value: string): string {
  return /^pkcs11:/i.test(value) ? '' : value.split(':')[0]!
}

/** The files of "name=@one,two;type=text/plain". */
function formFiles(value: string): string[] {
  const list = /^[^=]*=[@<](?!")([^;]+)/.exec(value)?.[1] ?? /^[^=]*=[@<]"([^"]+)"/.exec(value)?.[1]
  return list?.split(',') ?? []
}
