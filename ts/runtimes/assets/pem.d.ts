// The value of an import of cacert.pem, with bundlers that allow it: a URL or the text, as the bundler is configured.
declare const certificates: string
export default certificates
