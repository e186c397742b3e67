// Subresource integrity: https://w3c.github.io/webappsec-subresource-integrity/

const STRONGEST_FIRST = ['sha512', 'sha384', 'sha256']
const METADATUM = /^(sha256|sha384|sha512)-([A-Za-z0-9+/_-]+={0,2})(?:\?.*)?$/

/** The digests of the strongest algorithm that is named. null if there are none: then every body matches. */
function strongest(metadata: string): { algorithm: string; digests: string[] } | null {
  const parsed = metadata
    .split(/[\t\n\f\r ]+/)
    .map((item) => METADATUM.exec(item))
    .filter((match) => match !== null)
  if (parsed.length === 0) return null
  const algorithm = STRONGEST_FIRST.find((name) => parsed.some((match) => match[1] === name))!
  return { algorithm, digests: parsed.filter((match) => match[1] === algorithm).map((match) => match[2]!) }
}

function toBase64(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes))
}

/** Makes digests comparable: base64url is accepted too, and padding is optional. */
function canonical(digest: string): string {
  return digest.replaceAll('-', '+').replaceAll('_', '/').replace(/=+$/, '')
}

/** https://w3c.github.io/webappsec-subresource-integrity/#does-response-match-metadatalist */
export async function matchesIntegrity(bytes: Uint8Array<ArrayBuffer>, metadata: string): Promise<boolean> {
  const wanted = strongest(metadata)
  if (!wanted) return true
  const algorithm = wanted.algorithm.replace('sha', 'SHA-')
  const actual = canonical(toBase64(new Uint8Array(await crypto.subtle.digest(algorithm, bytes))))
  return wanted.digests.some((digest) => canonical(digest) === actual)
}
