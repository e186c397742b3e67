// The page of every example: loads the URL in ?url=... through the relay in ?relay=..., and shows the response.
export async function load({ init, fetch, wispTransport }) {
  const { relay, url } = Object.fromEntries(new URLSearchParams(location.search))
  await init({ transport: wispTransport({ url: relay }) })
  const response = await fetch(url)
  document.body.textContent = await response.text()
}
