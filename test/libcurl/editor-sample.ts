// Code that editor.test.ts opens in an editor. It is never run.
import { Easy, Multi, Share, CURL_LOCK_DATA_DNS } from 'libcurl-wasm'

export const easy = new Easy()
easy.setopt('TIMEOUT_MS', 500)
easy.setopt('CURLOPT_HTTPAUTH', 1)
easy.setopt('ENCODING', 'gzip')
easy.getinfo('TOTAL_TIME_T')
easy.getinfo('SIZE_DOWNLOAD')

export const multi = new Multi()
multi.setopt('MAX_TOTAL_CONNECTIONS', 4)
multi.getOffT('XFERS_RUNNING')

export const share = new Share()
share.setopt('SHARE', CURL_LOCK_DATA_DNS)
