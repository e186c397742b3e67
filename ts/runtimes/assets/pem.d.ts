// What an import of cacert.pem gives, where it can be imported: an address or the text, as the bundler is told.
declare const certificates: string
export default certificates
