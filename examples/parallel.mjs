// Many transfers at a time with Easy and Multi, by two connections to each host: `node examples/parallel.mjs URL...`.
import init, { CurlError, Easy, Multi } from 'libcurl-wasm'

await init()
const multi = new Multi().setopt('MAX_HOST_CONNECTIONS', 2)

async function load(url) {
  const easy = new Easy()
  let bytes = 0
  easy.setopt('URL', url).setopt('FOLLOWLOCATION', true).setopt('FAILONERROR', true)
  easy.setopt('WRITEFUNCTION', (chunk) => void (bytes += chunk.length))
  try {
    await multi.perform(easy)
    console.log(`${url}: ${bytes} bytes from ${easy.getinfo('PRIMARY_IP')}`)
  } catch (error) {
    if (!(error instanceof CurlError)) throw error
    console.log(`${url}: ${error.code}: ${error.message}`)
  } finally {
    easy.close()
  }
}

await Promise.all(process.argv.slice(2).map(load))
multi.close()
