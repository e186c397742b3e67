// Marks on which sides a row that scrolls goes on, so that the style can show it.
export function markOverflow(row: HTMLElement): void {
  const mark = (): void => {
    const { scrollLeft, scrollWidth, clientWidth } = row
    row.toggleAttribute('data-before', scrollLeft > 4)
    row.toggleAttribute('data-behind', scrollLeft + clientWidth < scrollWidth - 4)
  }
  row.addEventListener('scroll', mark, { passive: true })
  new ResizeObserver(mark).observe(row)
}
