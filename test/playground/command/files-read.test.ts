// The files that a command reads, as it names them.
import { expect, test } from 'vitest'
import { filesRead } from '../../../playground/src/command/files-read.js'
import { parse } from '../../../playground/src/command/shell.js'
import { readTable } from './table.js'

const table = await readTable()

test.each<[line: string, files: string[]]>([
  ['curl https://a.example/', []],
  ['curl -d @body.json https://a.example/', ['body.json']],
  ['curl -d a@b.example -d @- https://user@a.example/@x', []],
  ['curl --json @one --data-urlencode name@two -H @three a.example', ['one', 'two', 'three']],
  ['curl --data-raw @not-a-file a.example', []],
  ['curl -T up.bin -T - -T "{a,b}" ftp://a.example/', ['up.bin']],
  [
    `curl -F 'a=@x.txt;type=text/plain' -F 'b=<y.txt' -F 'c=@"z 1.txt"' -F d=plain a.example`,
    ['x.txt', 'y.txt', 'z 1.txt'],
  ],
  [
    'curl -K conf -E me.pem:geheim --key ./key.pem --cacert /ca.pem a.example',
    ['conf', 'me.pem', './key.pem', '/ca.pem'],
  ],
  ['curl -o out -D heads -c jar --trace t a.example', []],
  ['curl -T - ftp://a.example/ < in.txt > out.txt', ['in.txt']],
  ['curl -d @twice -d @twice a.example', ['twice']],
])('%s', (line, files) => {
  expect(filesRead(parse(line).commands[0]!, table)).toEqual(files)
})
