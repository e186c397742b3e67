// Marks a scrolling row with the sides on which it has more to show, for the style sheet.
export function markOverflow(row: HTMLElement): void {
  const mark = (): void => {
    const { scrollLeft, scrollWidth, clientWidth } = row
    row.toggleAttribute('data-before', scrollLeft > 4)
    row.toggleAttribute('data-behind', scrollLeft + clientWidth < scrollWidth - 4)
  }
  row.addEventListener('scroll', mark, { passive: true })
  new ResizeObserver(mark).observe(row)
}
