// A program as one writes it for node-libcurl, with the types of its callbacks, enums and results. It does not run: `make
// check` compiles it.
import { Readable } from 'node:stream'
import nodeLibcurl, {
  Curl,
  CurlAuth,
  CurlChunk,
  CurlCode,
  CurlEasyError,
  CurlFeature,
  CurlHttpVersion,
  CurlMime,
  CurlPause,
  CurlProgressFunc,
  CurlPush,
  CurlReadFunc,
  CurlShareLock,
  CurlShareOption,
  CurlSslVersion,
  CurlSslVersionMax,
  curly,
  Easy,
  Multi,
  Share,
  SocketState,
  type CurlOptionValueType,
  type CurlyOptions,
  type CurlyResult,
  type HeaderInfo,
} from 'libcurl-wasm/node-libcurl'

interface Item {
  id: number
}

const defaults: CurlyOptions = {
  sslVerifyPeer: false,
  SSL_VERIFYHOST: 0,
  httpHeader: ['Accept: application/json'],
  httpVersion: CurlHttpVersion.V2Tls,
  sslversion: CurlSslVersion.TlsV1_2,
  curlyResponseBodyParsers: { 'application/*': (data: Buffer, headers: HeaderInfo[]) => [data.length, headers] },
  curlyProgressCallback: (dltotal, dlnow) => (dltotal > dlnow ? 0 : CurlProgressFunc.Continue),
}

export async function requests(): Promise<number> {
  const api = curly.create(defaults)
  const { data, statusCode, headers }: CurlyResult<Item> = await api.get<Item>('https://example.org/')
  const { data: stream } = await nodeLibcurl.curly.put<Readable>('https://example.org/', {
    curlyStreamResponse: true,
    curlyStreamUpload: Readable.from(['x']),
    curlyMimePost: [{ type: 'file', name: 'file', file: '/path', mimeType: 'image/png' }],
  })
  stream.resume()
  const cookies: string[] | undefined = headers[0]?.['Set-Cookie']
  const status: number | undefined = headers[0]?.result?.code
  return data.id + statusCode + (cookies?.length ?? 0) + (status ?? 0)
}

export function events(): void {
  const curl = new Curl()
  curl.setOpt(Curl.option.URL, 'https://example.org/').setOpt('FOLLOWLOCATION', true).setOpt('TIMEOUT', 10)
  curl.setOpt('HTTPAUTH', CurlAuth.Basic | CurlAuth.Digest)
  curl.setOpt('SSLVERSION', CurlSslVersion.TlsV1_2 | CurlSslVersionMax.TlsV1_3)
  curl.setOpt('HTTPPOST', [
    { name: 'a', contents: 'b' },
    { name: 'c', file: '/path', type: 'text/plain' },
  ])
  curl.setOpt('MIMEPOST', new CurlMime(curl)).setOpt('SHARE', new Share()).setOpt('WRITEFUNCTION', null)
  curl.setOpt('CHUNK_BGN_FUNCTION', (info) => (info.size > 10 ? CurlChunk.BgnFuncSkip : CurlChunk.BgnFuncOk))
  curl.enable(CurlFeature.Raw | CurlFeature.NoStorage)
  curl.on('end', function (status, data, headers, self) {
    const total: number | string | null = this.getInfo(Curl.info.TOTAL_TIME)
    const certificates: string[] = self.getInfo('CERTINFO')
    console.log(status.toFixed(), data.length, headers.length, total, certificates)
    this.close()
  })
  curl.on('error', (error: Error, code: CurlCode) => {
    if (error instanceof CurlEasyError && error.code === CurlCode.CURLE_OPERATION_TIMEDOUT) console.log(code)
  })
  curl.on('data', (chunk) => chunk.readUInt8(0)).on('stream', (stream) => stream.pipe(process.stdout))
  curl.perform()
  // @ts-expect-error a list is an array
  curl.setOpt('HTTPHEADER', 'A: b')
  // @ts-expect-error there is no such option
  curl.setOpt('NOPE', 1)
  // @ts-expect-error a callback returns a number
  curl.setOpt('WRITEFUNCTION', () => 'x')
}

export async function handles(): Promise<void> {
  const easy = new Easy()
  const write: CurlOptionValueType['writeFunction'] = function (buffer, size, nmemb) {
    this.pause(this.pauseFlags | CurlPause.Recv)
    return buffer.length === size * nmemb ? buffer.length : 0
  }
  const code: CurlCode = easy.setOpt('WRITEFUNCTION', write)
  easy.setOpt('READFUNCTION', (target) => (target.length > 0 ? target.write('x') : CurlReadFunc.Pause))
  const { data }: { data: number | string | null } = easy.getInfo('RESPONSE_CODE')
  const { bytesReceived, meta } = easy.wsRecv(Buffer.alloc(10))
  easy.onSocketEvent((error, events) => void (error ?? events & SocketState.Readable)).monitorSocketEvents()
  const multi = new Multi({ shouldUseNotificationsApi: true })
  multi.setOpt('MAX_HOST_CONNECTIONS', 5)
  multi.setOpt('PUSHFUNCTION', (_parent, _pushed, headers) =>
    headers.getByName(':path') ? CurlPush.Ok : CurlPush.Deny,
  )
  multi.onMessage((error, handle, result) => console.log(error, handle.id, result === CurlCode.CURLE_OK))
  const same: Easy = await multi.perform(easy)
  const share = new Share()
  share.setOpt(CurlShareOption.SHARE, CurlShareLock.DataDns)
  console.log(code, data, bytesReceived, meta?.flags, same.private, Easy.strError(code))
}
