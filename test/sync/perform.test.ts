// Easy.performSync(): that all of libcurl's callbacks and protocols work while the thread is blocked, and what a
// blocking call and asynchronous transfers of the same instance mean to each other.
import { once } from 'node:events'
import net from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  CURLSSH_AUTH_PUBLICKEY,
  CURLUSESSL_ALL,
  CURL_HTTP_VERSION_2_0,
  CURL_HTTP_VERSION_3,
  CURL_HTTP_VERSION_3ONLY,
  CURL_HTTP_VERSION_NONE,
  type EasyOptions,
} from 'libcurl-wasm'
import { afterAll, describe, expect, test } from 'vitest'
import { WebSocketServer } from 'ws'
import { BETWEEN } from '../servers/buffers.js'
import { caddy } from '../servers/caddy.js'
import { certificates } from '../servers/certificates.js'
import { answerTo, dnsServer } from '../servers/dns.js'
import { blackHole, rawServer, refusingPort } from '../servers/faults.js'
import { ftpServer } from '../servers/ftp.js'
import { bodyOf, httpServer, httpsServer, listen } from '../servers/listening.js'
import { scratch } from '../servers/scratch.js'
import { socks5 } from '../servers/socks5.js'
import { sshd } from '../servers/sshd.js'
import { tftpServer } from '../servers/tftp.js'
import { Thread } from './thread.js'

const CAINFO = certificates().ca.certFile
const MB = 1024 * 1024
const PIECE = Buffer.alloc(64 * 1024)
const thread = new Thread()
const folder = scratch()
const ssh = await sshd()
afterAll(() => ssh.close())

const server = await httpServer(async (request, response) => {
  const { pathname, searchParams } = new URL(request.url!, 'http://host')
  if (pathname === '/late') return void setTimeout(() => response.end('late'), Number(searchParams.get('ms')))
  if (pathname === '/big') return void response.end(Buffer.alloc(20 * MB, 'big '))
  if (pathname === '/never') return
  if (pathname === '/cookie') return void response.setHeader('Set-Cookie', 'a=b').end(request.headers.cookie ?? '')
  const { length } = await bodyOf(request)
  response.setHeader('X-Own', 'yes').end(`${request.method} ${request.url} ${length}`)
})
afterAll(() => server.close())

/** Performs one transfer in the thread, and returns what came. */
const load = (options: Partial<EasyOptions>) =>
  thread.run((curl, options) => {
    const easy = new curl.Easy()
    const chunks: Uint8Array[] = []
    easy.setopt('WRITEFUNCTION', (bytes) => void chunks.push(bytes))
    for (const [name, value] of Object.entries(options)) easy.setopt(name as 'URL', value as string)
    try {
      easy.performSync()
      return {
        text: new TextDecoder().decode(Buffer.concat(chunks)),
        status: easy.getinfo('RESPONSE_CODE'),
        connects: easy.getinfo('NUM_CONNECTS'),
        version: easy.getinfo('HTTP_VERSION'),
      }
    } finally {
      easy.close()
    }
  }, options)

/** The error of a transfer that has to fail. */
const failure = (options: Partial<EasyOptions>) =>
  thread.thrown((curl, options) => {
    const easy = new curl.Easy()
    for (const [name, value] of Object.entries(options)) easy.setopt(name as 'URL', value as string)
    try {
      easy.performSync()
    } finally {
      easy.close()
    }
  }, options)

describe('callbacks, files and shares work as in other transfers', () => {
  test('all callbacks are called before it returns', async () => {
    const called = await thread.run((curl, url) => {
      const easy = new curl.Easy()
      const called = { header: '', body: '', debug: 0, progress: 0, opened: 0, closed: 0 }
      const sent = ['some ', 'bytes', null]
      easy
        .setopt('URL', url)
        .setopt('UPLOAD', true)
        .setopt('READFUNCTION', () => sent.shift() as never)
        .setopt('HEADERFUNCTION', (line) => void (called.header += new TextDecoder().decode(line)))
        .setopt('WRITEFUNCTION', (bytes) => void (called.body += new TextDecoder().decode(bytes)))
        .setopt('VERBOSE', true)
        .setopt('DEBUGFUNCTION', () => void called.debug++)
        .setopt('NOPROGRESS', false)
        .setopt('XFERINFOFUNCTION', () => void called.progress++)
        .setopt('FORBID_REUSE', true)
        .setopt('OPENSOCKETFUNCTION', (_data, _purpose, address) => {
          called.opened++
          return curl.sockets.open(address)
        })
        .setopt('CLOSESOCKETFUNCTION', (_data, s) => {
          called.closed++
          curl.sockets.close(s)
        })
      easy.performSync()
      easy.close()
      return called
    }, `${server.url}/callbacks`)
    expect(called.header).toMatch(/HTTP\/1\.1 200 OK\r\n[^]*X-Own: yes/)
    expect(called).toMatchObject({ body: 'PUT /callbacks 10', opened: 1, closed: 1 })
    expect(called.debug).toBeGreaterThan(3)
    expect(called.progress).toBeGreaterThan(1)
  })

  test('an exception of a callback is the cause of the error', async () => {
    const error = await thread.thrown((curl, url) => {
      const easy = new curl.Easy().setopt('URL', url)
      easy.setopt('WRITEFUNCTION', () => {
        throw new RangeError('not that')
      })
      easy.performSync()
    }, server.url)
    expect(error).toMatchObject({ code: 'CURLE_WRITE_ERROR', cause: { name: 'RangeError', message: 'not that' } })
  })

  test('files are read: of MIME, of file:, and of cookies', async () => {
    const [file, jar] = [join(folder, 'file'), join(folder, 'jar')]
    writeFileSync(file, 'x'.repeat(100_000))
    const mime = await load({ URL: server.url, MIMEPOST: [{ name: 'f', file }] })
    expect(Number(mime.text.split(' ')[2])).toBeGreaterThan(100_000)
    expect((await load({ URL: `file://${file}` })).text).toHaveLength(100_000)
    await load({ URL: `${server.url}/cookie`, COOKIEJAR: jar })
    expect((await load({ URL: `${server.url}/cookie`, COOKIEFILE: jar })).text).toBe('a=b')
  })

  test('handles share cookies with asynchronous transfers', async () => {
    const cookies = await thread.run(async (curl, url) => {
      const share = new curl.Share().setopt('SHARE', curl.CURL_LOCK_DATA_COOKIE)
      const [one, other] = [new curl.Easy(), new curl.Easy()]
      let text = ''
      for (const easy of [one, other]) {
        easy.setopt('URL', url).setopt('SHARE', share).setopt('COOKIEFILE', '')
        easy.setopt('WRITEFUNCTION', (bytes) => void (text += new TextDecoder().decode(bytes)))
      }
      const multi = new curl.Multi()
      await multi.perform(one)
      other.performSync()
      multi.close()
      return text
    }, `${server.url}/cookie`)
    expect(cookies).toBe('a=b')
  })

  test('Blobs of MIMEPOST are read, again for each transfer, and a stream is refused', async () => {
    const texts = await thread.run((curl, url) => {
      const easy = new curl.Easy().setopt('URL', url)
      easy.setopt('MIMEPOST', [
        { name: 'f', data: new Blob(['content '.repeat(100_000)]) },
        { name: 'g', data: 'text' },
      ])
      const texts: string[] = []
      easy.setopt('WRITEFUNCTION', (bytes) => void texts.push(new TextDecoder().decode(bytes)))
      easy.performSync()
      easy.performSync()
      easy.close()
      return texts
    }, `${server.url}/mime`)
    expect(Number(texts[0]!.split(' ')[2])).toBeGreaterThan(800_000)
    expect(texts).toEqual([texts[0], texts[0]])
    const error = await thread.thrown((curl, url) => {
      const easy = new curl.Easy().setopt('URL', url)
      easy.setopt('MIMEPOST', [{ name: 'f', data: new Blob(['x']).stream() }]).performSync()
    }, server.url)
    expect(error).toMatchObject({
      name: 'TypeError',
      message: expect.stringMatching(/^MIMEPOST\[0\].data is a stream/),
    })
  })
})

describe('protocols', () => {
  test('names are resolved, by the host and by DNS_SERVERS', async () => {
    const { text } = await load({ URL: `http://localhost:${server.port}/name` })
    expect(text).toBe('GET /name 0')
    const dns = await dnsServer((name) => (name === 'sync.test' ? '127.0.0.1' : undefined))
    const asked = { URL: `http://sync.test:${server.port}/dns`, DNS_SERVERS: dns.address }
    expect((await load(asked)).text).toBe('GET /dns 0')
    dns.close()
    expect(await failure({ URL: 'http://nowhere.invalid/' })).toMatchObject({ code: 'CURLE_COULDNT_RESOLVE_HOST' })
  })

  test('DNS over HTTPS', async () => {
    const doh = await httpsServer(async (request, response) => {
      const { answer } = answerTo(await bodyOf(request), (name) => (name === 'doh.test' ? '127.0.0.1' : undefined))
      response.setHeader('Content-Type', 'application/dns-message').end(answer)
    })
    const { text } = await load({ URL: `http://doh.test:${server.port}/doh`, DOH_URL: `${doh.url}/`, CAINFO })
    expect(text).toBe('GET /doh 0')
    await doh.close()
  })

  test('connections are kept, and one that its server has closed is not used', async () => {
    const own = await httpServer((_request, response) => void response.end('kept'))
    expect(await load({ URL: own.url })).toMatchObject({ text: 'kept', connects: 1 })
    expect(await load({ URL: own.url })).toMatchObject({ text: 'kept', connects: 0 })
    own.server.closeIdleConnections()
    expect(await load({ URL: own.url })).toMatchObject({ text: 'kept', connects: 1 })
    await own.close()
  })

  test('TLS, HTTP/2 and HTTP/3', async () => {
    const web = await caddy((_request, response) => void response.end(Buffer.alloc(3 * MB, 'x')))
    for (const [asked, version] of [
      [CURL_HTTP_VERSION_3ONLY, CURL_HTTP_VERSION_3],
      [CURL_HTTP_VERSION_NONE, CURL_HTTP_VERSION_2_0],
    ] as const) {
      const { text, ...rest } = await load({ URL: `${web.url}/`, CAINFO, HTTP_VERSION: asked, FRESH_CONNECT: true })
      expect([text.length, rest.version]).toEqual([3 * MB, version])
    }
    expect(await failure({ URL: `${web.url}/` })).toMatchObject({ code: 'CURLE_PEER_FAILED_VERIFICATION' })
    await web.close()
  })

  test.each(['passive', 'active'])('FTP, %s', async (mode) => {
    const ftp = await ftpServer()
    await ftp.put('/file', 'from ftp')
    const active = mode === 'active' ? { FTPPORT: '127.0.0.1' } : {}
    expect((await load({ URL: `${ftp.url}/file`, ...active })).text).toBe('from ftp')
    await ftp.close()
  })

  test('TFTP', async () => {
    const tftp = await tftpServer()
    tftp.files.set('file', Buffer.from('from tftp'))
    expect((await load({ URL: `${tftp.url}/file` })).text).toBe('from tftp')
    await tftp.close()
  })

  test('SFTP, with a key from a file', async () => {
    writeFileSync(join(ssh.folder, 'file'), 'from sftp'.repeat(50_000))
    const { text } = await load({
      URL: `sftp://${ssh.authority}${ssh.folder}/file`,
      SSH_PRIVATE_KEYFILE: ssh.keys.ed25519,
      SSH_AUTH_TYPES: CURLSSH_AUTH_PUBLICKEY,
    })
    expect(text).toHaveLength(450_000)
  })

  test('FTP over TLS, whose handshake blocks in libcurl', async () => {
    const { key, cert } = certificates().good
    const ftp = await ftpServer({ tls: { key, cert } })
    await ftp.put('/file', 'from ftps')
    expect((await load({ URL: `${ftp.url}/file`, USE_SSL: CURLUSESSL_ALL, CAINFO })).text).toBe('from ftps')
    await ftp.close()
  })

  test('unix sockets and proxies', async () => {
    const path = join(folder, 'socket')
    const unix = await httpServer((_request, response) => void response.end('by a path'), { path })
    expect((await load({ URL: 'http://localhost/', UNIX_SOCKET_PATH: path })).text).toBe('by a path')
    const socks = await socks5()
    const { text } = await load({ URL: `${server.url}/proxied`, PROXY: `socks5h://127.0.0.1:${socks.port}` })
    expect(text).toBe('GET /proxied 0')
    await Promise.all([unix.close(), socks.close()])
  })

  test('long bodies in both directions, more than the ring holds', async () => {
    expect((await load({ URL: `${server.url}/big` })).text).toHaveLength(20 * MB)
    const { text } = await load({ URL: `${server.url}/up`, POSTFIELDS: Buffer.alloc(20 * MB) })
    expect(text).toBe(`POST /up ${20 * MB}`)
  })
})

describe('ends', () => {
  test('errors are those of other transfers', async () => {
    expect(await failure({ URL: `http://127.0.0.1:${await refusingPort()}/` })).toMatchObject({
      name: 'CurlError',
      code: 'CURLE_COULDNT_CONNECT',
    })
    const cut = await rawServer((socket) => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nshort'))
    expect(await failure({ URL: `http://127.0.0.1:${cut.port}/` })).toMatchObject({ code: 'CURLE_PARTIAL_FILE' })
    const reset = await rawServer((socket) => socket.resetAndDestroy())
    expect(await failure({ URL: `http://127.0.0.1:${reset.port}/` })).toMatchObject({ code: 'CURLE_RECV_ERROR' })
    await Promise.all([cut.close(), reset.close()])
  })

  test('a timeout ends it, while it connects and while it waits', async () => {
    const hole = await blackHole()
    const timedOut = { code: 'CURLE_OPERATION_TIMEDOUT' }
    expect(await failure({ URL: `http://127.0.0.1:${hole.port}/`, CONNECTTIMEOUT_MS: 100 })).toMatchObject(timedOut)
    expect(await failure({ URL: `${server.url}/never`, TIMEOUT_MS: 100 })).toMatchObject(timedOut)
    await hole.close()
  })

  test('XFERINFOFUNCTION is called while nothing happens, and can end it', async () => {
    const error = await thread.thrown((curl, url) => {
      const easy = new curl.Easy().setopt('URL', url).setopt('NOPROGRESS', false)
      const start = performance.now()
      easy.setopt('XFERINFOFUNCTION', () => (performance.now() - start > 500 ? 1 : 0))
      easy.performSync()
    }, `${server.url}/never`)
    expect(error).toMatchObject({ code: 'CURLE_ABORTED_BY_CALLBACK' })
  })

  test('a reader that pauses goes on when it says so', async () => {
    const { length, pauses } = await thread.run((curl, url) => {
      const easy = new curl.Easy().setopt('URL', url).setopt('NOPROGRESS', false)
      let [length, pauses] = [0, 0]
      easy.setopt('WRITEFUNCTION', (bytes) => {
        if (pauses < 3 && length > pauses * 5e6) {
          pauses++
          return curl.CURL_WRITEFUNC_PAUSE
        }
        length += bytes.length
      })
      easy.setopt('XFERINFOFUNCTION', () => easy.pause(curl.CURLPAUSE_CONT))
      easy.performSync()
      easy.close()
      return { length, pauses }
    }, `${server.url}/big`)
    expect([length, pauses]).toEqual([20 * MB, 3])
  })
})

describe('asynchronous transfers of the same instance', () => {
  test('stand still while a call blocks, and go on afterwards', async () => {
    const events = await thread.run(async (curl, url) => {
      const events: string[] = []
      const early = curl.fetch(`${url}/late?ms=1`).then(async (response) => events.push(await response.text()))
      const big = curl
        .fetch(`${url}/big`)
        .then(async (response) => events.push(`big ${(await response.bytes()).length}`))
      await new Promise((resolve) => setTimeout(resolve, 1))
      const easy = new curl.Easy().setopt('URL', `${url}/late?ms=300`)
      easy.setopt('WRITEFUNCTION', () => void events.push('blocking'))
      easy.performSync()
      events.push('returned')
      await Promise.all([early, big])
      easy.close()
      return events
    }, server.url)
    expect(events.slice(0, 2)).toEqual(['blocking', 'returned'])
    expect(events.slice(2).sort()).toEqual([`big ${20 * MB}`, 'late'])
  })

  test('a handle in a Multi, and a call inside a callback, are refused', async () => {
    const errors = await thread.run(async (curl, url) => {
      const codes: unknown[] = []
      const tried = (easy: InstanceType<typeof curl.Easy>): void => {
        try {
          easy.performSync()
        } catch (error) {
          codes.push((error as { code: string }).code)
        }
      }
      const [easy, other] = [new curl.Easy(), new curl.Easy()]
      for (const each of [easy, other]) each.setopt('URL', url)
      const multi = new curl.Multi()
      easy.setopt('WRITEFUNCTION', () => tried(other))
      const performed = multi.perform(easy)
      tried(easy)
      await performed
      easy.performSync()
      multi.close()
      return codes
    }, server.url)
    const recursive = 'CURLE_RECURSIVE_API_CALL'
    expect(errors).toEqual(['CURLE_FAILED_INIT', recursive, recursive])
  })

  test('share connections with a blocking call only in one direction', async () => {
    const outcome = await thread.run(async (curl, url) => {
      const shared = (): InstanceType<typeof curl.Share> =>
        new curl.Share().setopt('SHARE', curl.CURL_LOCK_DATA_CONNECT)
      const multi = new curl.Multi()
      const easyOf = (share: InstanceType<typeof curl.Share>) =>
        new curl.Easy()
          .setopt('URL', url)
          .setopt('SHARE', share)
          .setopt('WRITEFUNCTION', () => {})
      const first = shared()
      easyOf(first).performSync()
      const later = easyOf(first)
      await multi.perform(later)
      const second = shared()
      await multi.perform(easyOf(second))
      try {
        easyOf(second).performSync()
        return 'no error'
      } catch (error) {
        return [later.getinfo('NUM_CONNECTS'), String((error as Error).cause ?? error)]
      }
    }, `${server.url}/shared`)
    expect(outcome).toEqual([0, expect.stringContaining('that an asynchronous transfer has made')])
  })
})

test('a connection that nobody reads holds its server back', async () => {
  let sent = 0
  const flood = net.createServer((socket) => {
    const send = (): void => {
      while (socket.write(PIECE)) sent += PIECE.length
      sent += PIECE.length
    }
    socket.on('drain', send).on('error', () => {})
    send()
  })
  const flooding = await listen(flood, 'http')
  const before = await thread.run((curl, url) => {
    const easy = new curl.Easy().setopt('URL', url).setopt('CONNECT_ONLY', 1)
    easy.performSync()
    Object.assign(globalThis, { flooded: easy })
    // while the thread does something else, and while it waits
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 300)
    easy.waitSync(curl.CURL_POLL_IN, 1000)
  }, flooding.url)
  expect(before).toBeUndefined()
  await sleep(300)
  const settled = sent
  await sleep(300)
  expect(sent).toBe(settled)
  expect(sent).toBeLessThan(BETWEEN + 4 * MB)
  await thread.run(() => (globalThis as unknown as { flooded: { close(): void } }).flooded.close())
  await flooding.close()
})

test('a trap in a callback ends the call, and init() makes another instance', async () => {
  const got = await thread.run((curl, url) => {
    const { current } = curl._internals
    const easy = new curl.Easy().setopt('URL', url)
    easy.setopt('WRITEFUNCTION', () => {
      try {
        current().exports.curl_easy_pause(-16 as never, 0)
      } catch {
        // as a bug in libcurl or in our code could
      }
    })
    const codes = [0, 1].map((again) => {
      try {
        if (again) curl.fetchSync(url)
        else easy.performSync()
        return 'no error'
      } catch (error) {
        return (error as { code?: string }).code
      }
    })
    return codes
  }, server.url)
  expect(got).toEqual(['CURLE_FAILED_INIT', 'no error'])
})

test('CONNECT_ONLY: the connection stays, and can be waited for', async () => {
  const ws = new WebSocketServer({ port: 0, host: '127.0.0.1' })
  ws.on('connection', (socket) => socket.on('message', (data) => setTimeout(() => socket.send(`echo ${data}`), 50)))
  await once(ws, 'listening')
  const echoes = await thread.run(
    (curl, url) => {
      const easy = new curl.Easy().setopt('URL', url).setopt('CONNECT_ONLY', 2)
      const echoes: string[] = []
      for (let turn = 0; turn < 2; turn++) {
        easy.performSync()
        easy.wsSend('hello', curl.CURLWS_TEXT)
        if (easy.waitSync(curl.CURL_POLL_IN, 0) !== curl.CURL_POLL_NONE) echoes.push('too early')
        for (;;) {
          try {
            echoes.push(new TextDecoder().decode(easy.wsRecv().data))
            break
          } catch (error) {
            if ((error as { code: string }).code !== 'CURLE_AGAIN') throw error
            if (easy.waitSync(curl.CURL_POLL_IN, 10_000) === curl.CURL_POLL_NONE) throw error
          }
        }
      }
      easy.close()
      return echoes
    },
    `ws://127.0.0.1:${(ws.address() as { port: number }).port}/`,
  )
  expect(echoes).toEqual(['echo hello', 'echo hello'])
  for (const client of ws.clients) client.terminate()
  ws.close()
})
