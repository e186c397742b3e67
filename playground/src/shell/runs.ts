// The list of past runs. The chosen one is shown in the panels.
import { visible } from '../command/tokens.js'
import { h } from '../dom.js'
import type { Run, Store } from '../model.js'
import { duration } from '../panels/format.js'

const SHOWN = 120

export function runPicker(store: Store): HTMLElement {
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
      const text = describe(run)
      if (option.textContent !== text) option.textContent = text
    }
    select.value = String(shown?.id ?? '')
  }
  store.on(['runs', 'shown'], update)
  update()
  return select
}

function describe({ id, status, duration: took, text }: Run): string {
  const command = visible(text.replace(/\s+/g, ' ')).slice(0, SHOWN)
  const state = status === null ? 'running' : status === 130 ? 'stopped' : status === 0 ? 'ok' : `exit ${status}`
  return `${id} · ${state}${took === null ? '' : ` · ${duration(took)}`} · ${command}`
}
