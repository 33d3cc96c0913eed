// What the browser tests share: a browser, signing in, filling forms as a person would, and saying what went wrong.
import { chromium } from 'playwright-core'
import assert from 'node:assert/strict'
import fs from 'node:fs'

export const password = 'Tussentijds-demo-1'
export const phone = { width: 390, height: 844 }
export const laptop = { width: 1280, height: 900 }

const flags = ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
  '--disable-component-update', '--disable-sync']

export async function launch() {
  const found = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find((p) => fs.existsSync(p))
  assert.ok(found, 'Chromium is not installed: run `make setup-test`')
  return chromium.launch({ executablePath: process.env.CHROMIUM || found, args: flags })
}

// person opens an own browser profile: nothing is shared between two people.
export async function person(browser, viewport, options = {}) {
  const context = await browser.newContext({ viewport, locale: 'nl-NL', timezoneId: 'Europe/Amsterdam', ...options })
  const page = await context.newPage()
  page.setDefaultTimeout(15000)
  page.faults = []
  page.on('console', (m) => { if (m.type() === 'error' && !/status of (401|403|404|409|412|422)/.test(m.text())) page.faults.push(m.text()) })
  page.on('pageerror', (e) => page.faults.push(String(e)))
  return page
}

export async function signIn(page, base, email) {
  await page.goto(base + '/')
  await page.fill('input[name=email]', email)
  await page.fill('input[name=password]', password)
  await send(page, page.locator('form[action="/sign-in"] button').last())
}

// send presses a button and waits for the page that follows.
export async function send(page, button) {
  await Promise.all([page.waitForNavigation(), button.click()])
}

// shot keeps a picture of the whole page in the folder that SHOTS names; without one nobody would look at it.
export async function shot(page, name) {
  if (process.env.SHOTS) await page.screenshot({ path: `${process.env.SHOTS}/${name}.png`, fullPage: true })
}

// read fetches a page as the browser would, without drawing it: the address that answered, the words of a part of it, and
// where it leads.
export async function read(page, url, part) {
  const answer = await page.request.get(url)
  assert.equal(answer.status(), 200, new URL(url).pathname)
  return page.evaluate(([html, url, part]) => {
    const found = new DOMParser().parseFromString(html, 'text/html').querySelector(part)
    return { url, text: found.textContent.replace(/\s+/g, ' '), links: [...found.querySelectorAll('a[href]')].map((a) => a.getAttribute('href')) }
  }, [await answer.text(), answer.url(), part])
}

// fillVisible answers every question that shows, with words in free text.
export async function fillVisible(page, words) {
  for (const q of await page.locator('.question').all()) {
    if (!(await q.isVisible())) continue
    if (await q.locator('.signature').count()) {
      await q.locator('input[name$=".name"]').fill('Getekend')
      await q.locator('input[name$=".agreed"]').check()
      continue
    }
    const radios = q.locator('.answer-part input[type=radio]')
    if (await radios.count()) {
      const n = await radios.count()
      await radios.nth((await q.locator('.scale').count()) ? Math.min(7, n - 1) : 0).check({ force: true })
      continue
    }
    const boxes = q.locator('.answer-part input[type=checkbox]')
    if (await boxes.count()) {
      await boxes.first().check({ force: true })
      continue
    }
    if (await q.locator('.rows').count()) {
      const row = q.locator('.rows-row').first()
      for (const s of await row.locator('select').all()) await s.selectOption({ index: 1 })
      for (const i of await row.locator('input, textarea').all()) {
        const type = await i.getAttribute('type')
        if (!(await i.inputValue())) await i.fill(type === 'date' ? soon(30) : type === 'time' ? '20:00' : (await i.getAttribute('inputmode')) === 'decimal' ? '3' : words)
      }
      continue
    }
    for (const i of await q.locator('.answer-part input, .answer-part textarea').all()) {
      const type = await i.getAttribute('type')
      if (await i.inputValue()) continue
      if (type === 'date') await i.fill(soon(30))
      else if (type === 'time') await i.fill('20:00')
      else if (type === 'number' || (await i.getAttribute('inputmode')) === 'decimal') {
        // What a number may be stands above it: from 10 to 60.
        const between = await q.locator('[id$="-between"]').allInnerTexts()
        await i.fill(/\d+/.exec(between[0] ?? '3')[0] === '0' ? '3' : /\d+/.exec(between[0] ?? '3')[0])
      }
      else if (await q.locator('[data-timer]').count()) await i.fill('10:00')
      else await i.fill(words)
    }
  }
}

// fillAtOnce answers every question that shows in one go within the page, by the same events that fingers cause. It is for
// whoever does hundreds of forms: the story fills them in by hand.
async function fillAtOnce(page, words) {
  await page.evaluate(([words, day]) => {
    const put = (i, value) => {
      i.focus()
      i.value = i.maxLength > 0 ? value.slice(0, i.maxLength) : value // as a keyboard does.
      for (const kind of ['input', 'change']) i.dispatchEvent(new Event(kind, { bubbles: true }))
    }
    const decimal = (i) => i.type === 'number' || i.inputMode === 'decimal'
    const choose = (i) => { if (!i.checked) i.click() }
    for (const q of document.querySelectorAll('.question')) {
      if (!q.checkVisibility()) continue
      if (q.querySelector('.signature')) {
        put(q.querySelector('input[name$=".name"]'), 'Getekend')
        choose(q.querySelector('input[name$=".agreed"]'))
        continue
      }
      const radios = q.querySelectorAll('.answer-part input[type=radio]')
      if (radios.length) {
        choose(radios[q.querySelector('.scale') ? Math.min(7, radios.length - 1) : 0])
        continue
      }
      const box = q.querySelector('.answer-part input[type=checkbox]')
      if (box) {
        choose(box)
        continue
      }
      const row = q.querySelector('.rows .rows-row')
      for (const s of row?.querySelectorAll('select') ?? []) {
        s.selectedIndex = 1
        s.dispatchEvent(new Event('change', { bubbles: true }))
      }
      // What a number may be stands above it: from 10 to 60.
      const least = /\d+/.exec(q.querySelector('[id$="-between"]')?.innerText ?? '')?.[0] ?? '0'
      for (const i of (row ?? q).querySelectorAll(row ? 'input, textarea' : '.answer-part input, .answer-part textarea')) {
        if (i.value || i.type === 'hidden') continue
        if (i.type === 'date') put(i, day)
        else if (i.type === 'time') put(i, '20:00')
        else if (decimal(i)) put(i, row || least === '0' ? '3' : least)
        else if (q.querySelector('[data-timer]')) put(i, '10:00')
        else put(i, words)
      }
    }
  }, [words, soon(30)])
}

// answer goes through a task, one question at a time where the page does so, and sends it.
export async function answer(page, words, fill = fillAtOnce) {
  for (let step = 0; step < 60; step++) {
    await fill(page, words)
    const next = page.locator('[data-next]')
    if ((await next.count()) && (await next.isVisible())) {
      await next.click()
      continue
    }
    await send(page, page.locator('button[name=do][value=send]'))
    return
  }
  assert.fail('the task has no end')
}

// mails lists what the demo's mailbox holds for somebody.
async function mails(base, page, to) {
  await page.goto(base + '/demo/mailbox')
  const out = []
  for (const li of await page.locator('.list-cards li').all()) {
    const text = await li.innerText()
    if (text.includes(to)) out.push({ text, url: await li.locator('a').getAttribute('href') })
  }
  return out
}

// openMail waits for a mail to somebody that fits, and gives its text.
export async function openMail(base, page, to, match) {
  return until(`a mail to ${to}`, 150, async () => {
    for (const m of await mails(base, page, to)) {
      await page.goto(base + m.url)
      const text = await page.locator('main').innerText()
      if (match.test(text)) return text
    }
  })
}

// accept takes a partner from the invitation in the mailbox to the own portal, and proves on the way that nobody gets in
// without saying yes in person.
export async function accept(base, page, browser, who, lang, options) {
  const link = /https?:\/\/\S+\/invitation\/\S+/.exec(await openMail(base, page, who.email, /\/invitation\//))[0]
  const p = await person(browser, phone, options)
  await p.goto(link)
  await p.fill('input[name=password]', password)
  await p.fill('input[name=password_again]', password)
  await p.check(`input[name=locale][value=${lang}]`)
  await send(p, p.locator('main form button').last())
  assert.equal(await p.locator('.error-summary').count(), 1, 'without consent there is an error')
  await p.fill('input[name=password]', password)
  await p.fill('input[name=password_again]', password)
  for (const name of ['accept_secrets_policy', 'consent_treatment', 'consent_report_line']) await p.check(`input[name=${name}]`)
  await send(p, p.locator('main form button').last())
  assert.match(p.url(), /\/portal/)
  // Reminders may come at any hour, so that this test can be run at any hour.
  await p.goto(base + '/portal/settings/reminders')
  await p.fill('input[name=quiet_from]', '03:00')
  await p.fill('input[name=quiet_until]', '03:01')
  await p.fill('input[name=cap_per_day]', '20')
  await send(p, p.locator('form[action="/portal/settings/reminders"] button').last())
  return p
}

export function soon(days) {
  return new Date(Date.now() + days * 86400000).toISOString().slice(0, 10)
}

// until asks again and again for a page that shows something, with a deadline.
export async function until(what, seconds, look) {
  const end = Date.now() + seconds * 1000
  for (;;) {
    const found = await look()
    if (found) return found
    if (Date.now() > end) assert.fail(`${what}: not within ${seconds} s`)
    await new Promise((r) => setTimeout(r, 500))
  }
}

// sound fails on script errors, sideways scrolling and anything axe calls serious.
export async function sound(page, axe, name) {
  assert.deepEqual(page.faults, [], `${name}: errors in the console`)
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)
  assert.ok(overflow <= 0, `${name}: scrolls sideways by ${overflow} px`)
  if (!axe) return
  const { violations } = await new axe({ page }).withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']).analyze()
  const said = violations.map((v) => `${v.id}: ${v.nodes.slice(0, 3).map((n) => n.target.join(' ')).join(', ')}`)
  assert.deepEqual(said, [], `${name}: accessibility`)
}
