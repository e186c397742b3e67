// The token of HTTP, which names of headers, methods and subprotocols are. RFC 9110, 5.6.2

const TOKEN = /^[!#$%&'*+\-.^_`|~\w]+$/

export function isToken(text: string): boolean {
  return TOKEN.test(text)
}
