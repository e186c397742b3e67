// Says that the run which is shown was not made here, but comes from a link, and offers to run its command here.
import { fill, h } from '../dom.js'
import type { Store } from '../model.js'
import { listed } from '../panels/format.js'

export function sharedNotice(store: Store, again: () => void): HTMLElement {
  const text = h('p')
  const notice = h(
    'div.shared-notice',
    { role: 'note', 'aria-label': 'Shared run', hidden: true },
    text,
    h('button', { type: 'button', onclick: again }, 'Run it here'),
  )
  store.on(['shown', 'runs'], () => {
    const shared = store.state.shown?.shared
    notice.hidden = !shared
    if (!shared) return
    const { recordedAt, omitted } = shared
    const when =
      recordedAt === null ? '' : ` on ${new Date(recordedAt).toISOString().slice(0, 16).replace('T', ' ')} UTC`
    fill(
      text,
      h('strong', null, 'Shared run.'),
      ` It was not made here: whoever made the link says that this was the result${when}.`,
      omitted.length > 0 && ` Not in the link: ${listed(omitted)}.`,
    )
  })
  return notice
}
