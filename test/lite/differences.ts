// What the light module does differently, so that tests of the default one do not apply. The keys are files in test/,
// and names of tests.

const WORDS = 'the words are those of OpenSSL; test/lite/tls.test.ts has those of Mbed TLS'
const NO_UNIX_SOCKETS = 'it has no unix sockets'
const OTHER_MODULE = 'the other process has the default module, and so another format of sessions'
const NO_CURVES = 'Mbed TLS has no choice of curves, and neither P-521 nor X448'

export const differences: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'fetch/curl.test.ts': { 'response.curl > TLS, also of a reused connection': WORDS },
  'protocols/addresses.test.ts': {
    'a unix socket': NO_UNIX_SOCKETS,
    'a unix socket that is not there': NO_UNIX_SOCKETS,
  },
  'protocols/tls.test.ts': {
    'a certificate is refused: wrongHost': WORDS,
    'a certificate is refused: expired': WORDS,
    'a certificate is refused: selfSigned': WORDS,
    'a certificate is refused: unknownIssuer': WORDS,
    'a certificate for another name is only valid for that name': WORDS,
    'a CA that Node does not know is refused by default': WORDS,
    'nginx: TLS 1.2': WORDS,
    'nginx: TLS 1.3': WORDS,
    'a server that is too old is refused': WORDS,
    'CERTINFO has the certificates': WORDS,
    'many connections: the file of CA certificates is read once': 'only the default file is read once',
    "many connections: Node's CA certificates are parsed once": WORDS,
    'a client certificate, from bytes and from files': 'Mbed TLS has no Ed25519',
    'a key exchange with X25519': NO_CURVES,
    'a key exchange with P-256': NO_CURVES,
    'a key exchange with P-384': NO_CURVES,
    'a key exchange with P-521': NO_CURVES,
    'a key exchange with X448': NO_CURVES,
  },
  'session/tls-sessions.test.ts': {
    'TLSv1.2 of Node > another session resumes it': 'with TLS 1.2, Mbed TLS keeps the name of the protocol, too',
    'TLSv1.2 of Node > another process resumes it': OTHER_MODULE,
    'TLSv1.3 of Node > another process resumes it': OTHER_MODULE,
  },
}
