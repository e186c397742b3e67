// The list of past runs, of which the chosen one is shown in the panels, and what can be done with it.
import { h } from '../dom.js'
import { failed, type Store } from '../model.js'
import { runLabel } from '../panels/parts.js'
import { icon } from './icons.js'
import { MODIFIER } from './platform.js'

export interface RunActions {
  /** Puts the command at the prompt again. */
  again: () => void
  /** Copies a link to the run. */
  share: () => void
}

export function runBar(store: Store, { again, share }: RunActions): HTMLElement {
  const retry = h(
    'button.retry',
    {
      ...{ type: 'button', 'aria-label': 'Retry' },
      title: `Put this command at the prompt again, to change and run it (${MODIFIER} A)`,
      onclick: again,
    },
    icon('retry'),
    h('span.text', null, 'Retry'),
  )
  const link = h(
    'button',
    {
      ...{ type: 'button', 'aria-label': 'Share run', onclick: share },
      title: 'Copy a link to this run: its command and its result, without their secrets',
    },
    icon('share'),
    h('span.text', null, 'Share run'),
  )
  const update = (): void => {
    const { shown } = store.state
    link.disabled = shown === null || shown.status === null
    retry.disabled = shown === null
    retry.classList.toggle('primary', failed(shown))
  }
  store.on(['runs', 'shown'], update)
  update()
  return h('div.run-bar', { role: 'group', 'aria-label': 'Run' }, runPicker(store), retry, link)
}

function runPicker(store: Store): HTMLSelectElement {
  const select = h('select.runs', {
    'aria-label': 'Run',
    title: 'The run that is shown',
    onchange: () => store.show(store.state.runs.find(({ id }) => String(id) === select.value) ?? null),
  })
  const options = new Map<number, HTMLOptionElement>()

  const update = (): void => {
    const { runs, shown } = store.state
    for (const [id, option] of options) {
      if (runs.some((run) => run.id === id)) continue
      option.remove()
      options.delete(id)
    }
    select.disabled = runs.length === 0
    if (runs.length === 0) return select.replaceChildren(h('option', null, 'Nothing has been run yet'))
    if (options.size === 0) select.replaceChildren()
    for (const run of runs) {
      let option = options.get(run.id)
      if (!option) {
        option = h('option', { value: run.id })
        options.set(run.id, option)
        select.prepend(option)
      }
      const text = runLabel(run)
      if (option.textContent !== text) option.textContent = text
    }
    select.value = String(shown?.id ?? '')
  }
  store.on(['runs', 'shown'], update)
  update()
  return select
}
