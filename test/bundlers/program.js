// The examples that are programs: load the URL in their argument, and print the response.
export async function load({ fetch }, [url]) {
  const response = await fetch(url)
  console.log(await response.text())
}
