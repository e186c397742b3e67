// The TLS panel: what was agreed on in the handshake, whether the certificate was verified, and all certificates from
// the leaf to the root.
import { fill, h, type Child } from '../dom.js'
import { HEADER_OUT, type Run, type Transfer } from '../model.js'
import { certificatesOf, handshakeOf, reasonOf, type Certificate, type Handshake } from './certificates.js'
import { howConnected } from './connections.js'
import { live, type PanelContext } from './context.js'
import { textsOf } from './exchanges.js'
import { harmless } from './file-names.js'
import { plural } from './format.js'
import { badge, button, callout, chosenTransfer, copyButton, empty, facts, transferPicker, urlOf } from './parts.js'
import { visible } from './text.js'

const DAY_MS = 86_400_000
const SOON_DAYS = 14
/** Signature algorithms that OpenSSL names after the key. */
const SIGNATURES: Readonly<Record<string, string>> = { 'id-ecPublicKey': 'ECDSA', rsaEncryption: 'RSA' }

export function tlsPanel(context: PanelContext): HTMLElement {
  const { store } = context
  const picker = transferPicker(() => store.changed('shown'))
  const content = h('div.content.scrolls', { tabindex: 0, role: 'group', 'aria-label': 'TLS details' })
  const panel = h('div.panel.tls', null, picker.element, content)
  let shown = ''

  function render(): void {
    const run = store.state.shown
    const transfer = run ? chosenTransfer(run) : undefined
    picker.element.hidden = true
    if (run) picker.update(run)
    // does not redraw what is already shown
    const key = `${run?.id} ${run?.status} ${transfer?.number} ${transfer?.result} ${transfer?.trace.length}`
    if (key === shown) return
    shown = key
    if (!run || !transfer) return fill(content, empty('No connection yet', 'Run a command with an https: URL.'))
    const handshake = handshakeOf(textsOf(transfer.trace)) ?? reusedHandshake(run, transfer)
    const chain = certificatesOf(transfer.infos?.['CERTINFO'])
    if (!handshake && chain.length === 0) return fill(content, withoutTls(run, transfer))
    fill(
      content,
      agreed(handshake, transfer),
      verification(handshake, transfer, run.shared !== undefined),
      run.shared && chain.length === 0
        ? empty('The certificates are not in the link')
        : chainView(context, chain, handshake),
    )
  }

  live(store, panel, ['shown', 'runs', 'trace'], render)
  return panel
}

/** The handshake of a reused connection, from the trace of the transfer that has opened it. */
function reusedHandshake(run: Run, transfer: Transfer): Handshake | null {
  const id = transfer.infos?.['CONN_ID']
  if (id === undefined || transfer.infos?.['NUM_CONNECTS'] !== 0) return null
  const opener = run.transfers.find(
    (other) => other !== transfer && other.infos?.['CONN_ID'] === id && other.infos['NUM_CONNECTS'] !== 0,
  )
  return opener ? handshakeOf(textsOf(opener.trace)) : null
}

function withoutTls(run: Run, transfer: Transfer): HTMLElement {
  if (run.status === null && transfer.result === null) return empty('No handshake yet')
  const scheme = /^\w+/.exec(urlOf(transfer))?.[0]
  if (scheme && !scheme.endsWith('s'))
    return empty(`No TLS: this is plain ${scheme}`, 'The relay, and everyone else on the way, can read and change it.')
  const reason = transfer.result ? reasonOf(textsOf(transfer.trace)) : null
  return empty('No handshake', reason ? visible(reason, 300) : 'The transfer ended before TLS began.')
}

function agreed(handshake: Handshake | null, transfer: Transfer): HTMLElement | null {
  if (!handshake) return null
  const { version, cipher, group, signature, accepted, offered } = handshake
  return h(
    'section.card',
    null,
    h('h3', null, 'Handshake'),
    facts([
      ['Version', version ? h('strong', null, version) : '\u2013'],
      ['Cipher', visible(cipher ?? '\u2013', 100)],
      [
        'Key exchange',
        visible(group ?? '\u2013', 100),
        /mlkem|kyber/i.test(group ?? '') && h('small', null, ' post-quantum hybrid'),
      ],
      ['Signature', visible(SIGNATURES[signature ?? ''] ?? signature ?? '\u2013', 100)],
      [
        'ALPN',
        accepted ? visible(accepted, 50) : accepted === '' ? 'none accepted' : '\u2013',
        offered.length > 0 && h('small', null, ' of ', visible(offered.join(', '), 100)),
      ],
      howConnected(transfer) === 'reused'
        ? ['Connection', 'reused: the handshake was made for an earlier transfer']
        : null,
    ]),
  )
}

function verification(handshake: Handshake | null, transfer: Transfer, shared: boolean): HTMLElement {
  const failed = transfer.result === 60 || handshake?.verified === false
  if (failed) {
    const how =
      transfer.result === 60
        ? 'The certificate was not accepted'
        : 'The certificate is not trusted, but was accepted because of -k'
    return callout(
      'bad',
      h('p', null, h('strong', null, how)),
      h('p', null, visible(handshake?.verdict ?? reasonOf(textsOf(transfer.trace)) ?? '', 300)),
    )
  }
  if (transfer.result && !transfer.trace.some(({ kind }) => kind === HEADER_OUT)) {
    const how = handshake?.version ? 'curl did not accept the connection' : 'The handshake was not completed'
    return callout(
      'bad',
      h('p', null, h('strong', null, how)),
      h('p', null, visible(reasonOf(textsOf(transfer.trace)) ?? '', 300)),
    )
  }
  if (handshake?.verified) {
    return callout(
      shared ? 'muted' : 'good',
      h('p', null, h('strong', null, shared ? 'Verified where it was recorded, as the link says' : 'Verified')),
      handshake.match && h('p', null, visible(handshake.match, 300)),
    )
  }
  return callout('muted', h('p', null, 'It is not known whether the certificate was verified.'))
}

// --- the chain ---

function chainView(context: PanelContext, chain: readonly Certificate[], handshake: Handshake | null): HTMLElement {
  if (chain.length === 0)
    return h('section', null, empty('No certificates', 'None were received, or the transfer is not finished.'))
  const now = Date.now()
  const starts = chain.map(({ from }) => from).filter(Number.isFinite)
  const ends = chain.map(({ until }) => until).filter(Number.isFinite)
  const span = { from: Math.min(now, ...starts), to: Math.max(now, ...ends) }
  const last = chain.at(-1)!
  return h(
    'section',
    null,
    h('h3', null, `Chain of ${plural(chain.length, 'certificate')}, as the server sent it`),
    h(
      'ol.chain',
      null,
      chain.map((certificate, level) =>
        h('li', null, certificateView(context, certificate, roleOf(chain, level), span, now, handshake?.keys[level])),
      ),
      !last.root &&
        h(
          'li',
          null,
          h(
            'div.certificate.absent',
            null,
            h('header', null, badge('muted', 'root'), h('h4', null, visible(last.issuerName, 200))),
            h('p.note', null, 'Not sent by the server: it must be among those that curl trusts.'),
          ),
        ),
    ),
  )
}

function roleOf(chain: readonly Certificate[], level: number): string {
  if (level === 0) return 'leaf'
  return chain[level]!.root ? 'root' : 'intermediate'
}

function certificateView(
  context: PanelContext,
  certificate: Certificate,
  role: string,
  span: { from: number; to: number },
  now: number,
  key: string | undefined,
): HTMLElement {
  const { name, issuerName, names, subject, issuer, pem, fields, signature } = certificate
  return h(
    'article.certificate',
    null,
    h(
      'header',
      null,
      badge(role === 'leaf' ? 'plain' : 'muted', role),
      h('h4', null, visible(name, 200)),
      pem &&
        h(
          'div.actions',
          null,
          copyButton('Copy PEM', () => pem),
          button('Download', () =>
            context.download(`${harmless(name)}.pem`, new Blob([pem], { type: 'application/x-pem-file' })),
          ),
        ),
    ),
    validity(certificate, span, now),
    facts([
      ['Subject', visible(subject, 400)],
      ['Issued by', visible(issuer || issuerName, 400)],
      names.length > 0 ? ['For', namesView(names)] : null,
      ['Key', visible(key || certificate.key || '\u2013', 120)],
      ['Signed with', visible(signature || '\u2013', 120)],
    ]),
    h(
      'details',
      null,
      h('summary', null, 'All fields'),
      h(
        'div.table-scroll',
        { tabindex: 0, role: 'group', 'aria-label': 'Fields' },
        h(
          'table.data.fields',
          null,
          h(
            'tbody',
            null,
            fields.map(([field, value]) =>
              h('tr', null, h('th', { scope: 'row' }, visible(field, 100)), h('td', null, visible(value, 1000))),
            ),
          ),
        ),
      ),
    ),
  )
}

const NAMES = 12

function namesView(names: readonly string[]): Child {
  const shown = names.slice(0, NAMES).join(', ')
  return [...visible(shown, 1000), names.length > NAMES && h('small', null, ` and ${names.length - NAMES} more`)]
}

/** Shows when a certificate is valid, on a scale for the whole chain, and for how many more days. */
function validity({ from, until }: Certificate, span: { from: number; to: number }, now: number): HTMLElement | null {
  if (!Number.isFinite(from) || !Number.isFinite(until)) return null
  const days = Math.floor((until - now) / DAY_MS)
  const [tone, said] =
    now < from
      ? (['bad', 'not valid yet'] as const)
      : days < 0
        ? (['bad', `expired ${plural(-days, 'day')} ago`] as const)
        : ([days < SOON_DAYS ? 'warn' : 'good', `${plural(days, 'day')} left`] as const)
  const length = span.to - span.from || 1
  const bar = h('span.validity-span', { 'data-tone': tone })
  bar.style.left = `${((from - span.from) / length) * 100}%`
  bar.style.width = `${((until - from) / length) * 100}%`
  const today = h('span.validity-now')
  today.style.left = `${((now - span.from) / length) * 100}%`
  return h(
    'div.validity',
    null,
    h('div.validity-bar', { 'aria-hidden': 'true' }, bar, today),
    h('p', null, h('span', null, dateOf(from)), badge(tone, said), h('span', null, dateOf(until))),
  )
}

const dateOf = (time: number): string => new Date(time).toISOString().slice(0, 10)
