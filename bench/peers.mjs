// A warm Chromium tab as a peer of our reports. It loads the HTML of the file named by its argument, prints it to PDF for
// each line it reads, and answers each with the milliseconds that took.
import { createRequire } from 'node:module'
import { createInterface } from 'node:readline'
import fs from 'node:fs'

const { chromium } = createRequire(new URL('../tests/browser/package.json', import.meta.url))('playwright-core')
const found = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find((path) => fs.existsSync(path))
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM || found, args: ['--headless', '--no-sandbox', '--disable-gpu'] })
const page = await browser.newPage()
const html = fs.readFileSync(process.argv[2], 'utf8')

async function print() {
  const start = performance.now()
  await page.setContent(html, { waitUntil: 'load' })
  const pdf = await page.pdf({ format: 'A4', printBackground: true })
  if (pdf.length < 1000) throw new Error('no PDF')
  return performance.now() - start
}

await print() // The first one makes the tab warm.
for await (const line of createInterface({ input: process.stdin })) {
  if (line === '') break
  console.log((await print()).toFixed(3))
}
await browser.close()
