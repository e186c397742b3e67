// What the programs among the examples do: they load the URL that they are given, and print it.
export async function load({ fetch }, [url]) {
  const response = await fetch(url)
  console.log(await response.text())
}
