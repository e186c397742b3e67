// Values for each option of curl, for the tests that try them all.
import type { OptionTable } from '../../../ts/tool/javascript/curl-options.js'

/** Arguments for options whose kind of argument does not say enough. */
const VALUES: Readonly<Record<string, string>> = {
  ...{ config: '/config.txt', 'continue-at': '5', 'create-file-mode': '0600', form: 'a=b', 'form-string': 'a=b' },
  ...{ 'ftp-port': '-', 'ip-tos': '1', 'local-port': '2000', proto: '=http,ftp', 'proto-default': 'http' },
  ...{ 'proto-redir': '=http', rate: '1/s', 'ftp-ssl-ccc-mode': 'active', 'tls-max': '1.3', 'vlan-priority': '1' },
  ...{ 'upload-flags': 'answered' },
}

/** The option as it is on a command line, with an argument if it takes one: the file /in.txt, a number, or a text. */
export function withValue({ long, argument }: OptionTable['all'][number]): string[] {
  if (!argument) return [`--${long}`]
  const kind = `${argument} ${long}`
  const guessed = /file|path|cert|key/.test(kind)
    ? '/in.txt'
    : /second|num|int|byte|speed|ms|milli|size/.test(kind)
      ? '7'
      : 'x=y'
  return [`--${long}`, VALUES[long] ?? guessed]
}
