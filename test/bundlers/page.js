// What the page of every example does: it loads what its address names, ?url=..., through the relay of ?relay=..., and shows it.
export async function load({ default: init, fetch, wispTransport }) {
  const { relay, url } = Object.fromEntries(new URLSearchParams(location.search))
  await init({ transport: wispTransport({ url: relay }) })
  const response = await fetch(url)
  document.body.textContent = await response.text()
}
