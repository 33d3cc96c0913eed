// Every page: found by following links as each kind of person, and held to the same few promises. It answers, says its
// language, scrolls in one direction only from 320 px up, leaves the console empty, and axe finds nothing wrong with it.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import axe from '@axe-core/playwright'
import { launch, laptop, password, person, phone, read, send, shot, signIn, sound } from './lib.mjs'

const base = process.env.BASE
// ROUTES is every address that answers to GET, as the program declares them: "/portal/tasks/:id".
const routes = process.env.ROUTES.split(' ')
const Axe = axe.default ?? axe

// Addresses that are no pages: they hand out a file or send the reader on.
const noPage = new Set(['/portal/reports/:id/pdf', '/desk/reports/:report/pdf', '/desk/reports/:report/revisions/:revision/pdf', '/desk/couples/:id/preparation/pdf', '/portal/paper', '/portal/tasks/:id/paper', '/desk/couples/:id/year',
  '/desk/couples/:id/partners/:partner/homework', '/desk/reports/progress', '/logo', '/quick-exit', '/', '/desk/library/assign', '/calendar/:token.ics', '/desk/library/:exercise/yaml'])
// How many of a kind are opened by one person. Tasks differ most: open, begun, done, opened to both.
const many = { '/portal/tasks/:id': 3, '/desk/library/:exercise': 2, '/desk/couples/:id': 2 }

const people = [
  { email: 'sam@client.example', lang: 'nl', start: '/portal' },
  { email: 'robin@client.example', lang: 'nl', start: '/portal' },
  { email: 'mo@client.example', lang: 'en', start: '/portal' },
  { email: 'noor@debrug.example', lang: 'nl', start: '/desk' },
  { email: 'balie@debrug.example', lang: 'nl', start: '/desk' },
  { email: 'els@oever.example', lang: 'en', start: '/desk' },
]

let browser
const seen = new Map() // route -> languages it was seen in.
const checked = new Set() // routes that axe has looked at.
const left = [] // pages that nobody opened because others of their kind were: [who, address].

before(async () => { browser = await launch() })
after(async () => { await browser.close() })

// routeOf finds the declared route of an address; where two fit, the one with fewer holes.
function routeOf(path) {
  const parts = path.split('/')
  let best = '', holes = 99
  for (const route of routes) {
    const want = route.split('/')
    if (want.length !== parts.length) continue
    const open = want.filter((w) => w.startsWith(':')).length
    if (open < holes && want.every((w, i) => w === parts[i] || (w.startsWith(':') && parts[i] !== ''))) [best, holes] = [route, open]
  }
  return best
}

async function scrolls(page, name) {
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)
  assert.ok(wide <= 0, `${name}: scrolls sideways by ${wide} px`)
}

// hold looks at the page that is open: on a phone and on a laptop, the first time with axe and a picture on the screen it is
// made for.
async function hold(page, route, lang, name, picture) {
  assert.equal(await page.getAttribute('html', 'lang'), lang, `${name}: language`)
  assert.equal(await page.locator('h1').count(), 1, `${name}: one main heading`)
  const first = !checked.has(route)
  checked.add(route)
  const keep = () => first && shot(page, picture)
  await sound(page, first && Axe, name)
  if (!route.startsWith('/desk')) await keep()
  await page.setViewportSize({ width: 320, height: 800 })
  await scrolls(page, `${name} at 320`)
  await page.setViewportSize(laptop)
  await scrolls(page, `${name} at 1280`)
  if (route.startsWith('/desk')) await keep()
  await page.setViewportSize(phone)
}

// open goes to an address; where a private thing asks for the password once more, it types it.
async function open(page, path, lang) {
  let answer = await page.goto(base + path)
  if (new URL(page.url()).pathname === '/sign-in/fresh') {
    await hold(page, '/sign-in/fresh', lang, `/sign-in/fresh (${lang})`, 'sign-in-fresh')
    note('/sign-in/fresh', lang)
    await page.fill('input[name=password]', password)
    await send(page, page.locator('form[action="/sign-in/fresh"] button'))
    answer = await page.goto(base + path)
  }
  return answer
}

function note(route, lang) {
  if (!seen.has(route)) seen.set(route, new Set())
  seen.get(route).add(lang)
}

// A choice that narrows a list ("nofollow") leads to the same page with less on it: following them all would never end.
async function links(page) {
  return page.evaluate(() => [...document.querySelectorAll('a[href]:not([rel~=nofollow])')].filter((a) => a.origin === location.origin && !a.hasAttribute('data-exit')).map((a) => a.pathname + a.search))
}

// makers have an exercise of their own, a copy of one that has all there is: only then are there links to its pages.
const makers = new Set(['noor@debrug.example', 'els@oever.example'])

async function make(page) {
  await page.goto(base + '/desk/library/relationship-checklist')
  await send(page, page.locator('form[action="/desk/library/relationship-checklist/copy"] button'))
}

// walk follows every link once for each route and set of query names.
async function walk(who) {
  const page = await person(browser, phone, { locale: who.lang === 'en' ? 'en-GB' : 'nl-NL' })
  await signIn(page, base, who.email)
  const name = who.email.split('@')[0]
  if (makers.has(who.email)) await make(page)
  const waiting = [who.start], asked = new Set(waiting), times = new Map(), ids = new Map()
  while (waiting.length) {
    const path = waiting.shift()
    const at = new URL(path, base)
    const route = routeOf(at.pathname)
    assert.ok(route, `${name}: a link leads nowhere: ${path}`)
    if (noPage.has(route)) {
      if (!route.endsWith('/pdf') || seen.has(route)) continue // one file of each kind will do.
      const file = await page.request.get(base + path)
      assert.equal(file.status(), 200, `${name} ${route}`)
      assert.equal((await file.body()).subarray(0, 5).toString(), '%PDF-', `${name} ${route}`)
      note(route, who.lang)
      continue
    }
    const kind = route + ' ' + [...at.searchParams.keys()].sort().join(' ')
    const count = times.get(kind) ?? 0
    if (count >= (many[route] ?? 1)) {
      left.push([who, path])
      continue
    }
    times.set(kind, count + 1)
    const answer = await open(page, path, who.lang)
    assert.equal(answer.status(), 200, `${name} ${route}`)
    note(route, who.lang)
    if (!ids.has(route)) ids.set(route, at.pathname)
    const picture = (name + route).replace(/[^a-z0-9]+/gi, '-') + (at.search ? '-' + [...at.searchParams.keys()].join('-') : '')
    await hold(page, route, who.lang, `${name} ${route}${at.search && ' with ' + [...at.searchParams.keys()]}`, picture)
    for (const link of await links(page)) {
      if (asked.has(link) || /^\/(sign-out|demo)/.test(link)) continue
      asked.add(link)
      waiting.push(link)
    }
  }
  if (who.start === '/portal') await tasks(page, who, name, ids.get('/portal/tasks/:id'))
  await page.context().close()
}

// tasks opens the pages that only some tasks lead to: some open for every task, one for an answer that more may come to read.
async function tasks(page, who, name, task) {
  const wanted = ['/sign-in/fresh?to=/portal', ...['taking-back', 'skipping', 'sent'].map((end) => `${task}/${end}`)]
  await page.goto(base + '/portal/tasks')
  for (const path of (await links(page)).filter((l) => routeOf(l) === '/portal/tasks/:id').slice(0, 12)) {
    await open(page, path, who.lang)
    const wider = (await links(page)).find((l) => l.includes('/audience?'))
    if (wider) { wanted.push(wider); break }
  }
  for (const path of wanted) {
    const route = routeOf(new URL(path, base).pathname)
    assert.equal((await page.goto(base + path)).status(), 200, `${name} ${route}`)
    note(route, who.lang)
    await hold(page, route, who.lang, `${name} ${route}`, (name + route).replace(/[^a-z0-9]+/gi, '-'))
  }
}

describe('everybody', { concurrency: 3 }, () => {
  for (const who of people) test(`the pages of ${who.email}`, () => walk(who))
})

test('the public pages', async () => {
  for (const lang of ['nl', 'en']) {
    const page = await person(browser, phone, { locale: lang === 'en' ? 'en-GB' : 'nl-NL' })
    for (const [route, path] of [['/sign-in', '/'], ['/sign-in', '/sign-in'], ['/sign-in/reset', '/sign-in/reset'], ['/reset/:token', '/reset/none'], ['/reminders/stop/:token', '/reminders/stop/none'], ['/demo/mailbox', '/demo/mailbox']]) {
      const answer = await page.goto(base + path)
      assert.equal(answer.status(), 200, path)
      note(route, lang)
      await hold(page, route, lang, `${path} (${lang})`, 'public' + path.replace(/[^a-z0-9]+/gi, '-'))
    }
    // What is not there, and a link that is no longer good, have a page too.
    for (const path of ['/nothing-here', '/invitation/none']) {
      assert.equal((await page.goto(base + path)).status(), 404, path)
      await hold(page, path, lang, `${path} (${lang})`, 'public' + path.replace(/[^a-z0-9]+/gi, '-'))
    }
    await page.context().close()
  }
})

test('asking for a new password, and the mail about it', async () => {
  const page = await person(browser, phone)
  await page.goto(base + '/sign-in/reset')
  const words = []
  for (const email of ['robin@client.example', 'niemand@client.example']) {
    await page.goto(base + '/sign-in/reset')
    await page.fill('input[name=email]', email)
    await send(page, page.locator('form[action="/sign-in/reset"] button'))
    await hold(page, 'sent', 'nl', 'a mail was asked for', 'public-reset-sent')
    words.push(await page.locator('main').innerText())
  }
  assert.equal(words[0], words[1], 'the answer tells nobody who has an account')
  for (const end = Date.now() + 90000; ; await new Promise((r) => setTimeout(r, 500))) {
    await page.goto(base + '/demo/mailbox')
    const mail = page.locator('.list-cards li', { hasText: 'robin@client.example' }).first()
    if (await mail.count()) {
      await hold(page, '/demo/mailbox full', 'nl', 'the mailbox', 'public-mailbox')
      await page.goto(base + await mail.locator('a').getAttribute('href'))
      note('/demo/mailbox/:id', 'nl')
      await hold(page, '/demo/mailbox/:id', 'nl', 'a mail', 'public-mail')
      break
    }
    assert.ok(Date.now() < end, 'the mail did not come')
  }
  await page.context().close()
})

test('in the dark, and without script', async () => {
  for (const [email, paths] of [['-', ['/', '/sign-in/reset']], ['sam@client.example', ['/portal', '/portal/progress', '/portal/privacy', '/portal/agreements']], ['noor@debrug.example', ['/desk', '/desk/calendar', '/desk/reports', '/desk/library', '/desk/library?q=ruzie&goal=conflict', '/desk/library/words']]]) {
    const dark = await person(browser, phone, { colorScheme: 'dark' })
    const plain = await person(browser, phone, { javaScriptEnabled: false })
    for (const page of [dark, plain]) if (email !== '-') await signIn(page, base, email)
    for (const path of paths) {
      assert.equal((await dark.goto(base + path)).status(), 200, path)
      await sound(dark, Axe, `${path} in the dark`)
      await shot(dark, 'dark' + path.replace(/[^a-z0-9]+/gi, '-'))
      assert.equal((await plain.goto(base + path)).status(), 200, path)
      await scrolls(plain, `${path} without script`)
      assert.ok((await plain.locator('main').innerText()).length > 40, `${path} says something without script`)
    }
    await dark.context().close()
    await plain.context().close()
  }
})

// No push service can be reached from here, so the push is handed to the browser; what shows it is our script.
test('a push shows what it says, opens a start page, and nothing is kept', async () => {
  const page = await person(browser, phone)
  await page.context().grantPermissions(['notifications'], { origin: base })
  await signIn(page, base, 'kim@client.example')
  await page.goto(base + '/portal/settings/devices')
  await page.click('[data-push] button')
  await page.waitForFunction(() => document.querySelector('[data-said]').textContent, null, { timeout: 20000 })
  await page.waitForFunction(async () => (await navigator.serviceWorker.getRegistration('/'))?.active)
  const browserOf = await page.context().newCDPSession(page)
  const id = await new Promise((found) => {
    browserOf.on('ServiceWorker.workerRegistrationUpdated', (e) => { for (const r of e.registrations) if (!r.isDeleted) found(r.registrationId) })
    browserOf.send('ServiceWorker.enable')
  })
  const shown = [['De Praktijk', 'Er staat iets voor je klaar', '/portal'], ['Tussentijds', '', '/'], ['x', '', '/']]
  const sent = [JSON.stringify({ t: 'De Praktijk', b: 'Er staat iets voor je klaar', l: 'nl', u: '/portal' }), 'no words', JSON.stringify({ t: 'x', u: 'https://elsewhere.example/' })]
  for (const [i, data] of sent.entries()) {
    await browserOf.send('ServiceWorker.deliverPushMessage', { origin: base, registrationId: id, data })
    await page.waitForFunction(async (want) => {
      const notes = await (await navigator.serviceWorker.getRegistration('/')).getNotifications()
      return notes.length === 1 && JSON.stringify(notes.map((n) => [n.title, n.body, n.data.open])) === JSON.stringify([want])
    }, shown[i])
  }
  assert.equal(await page.evaluate(async () => (await caches.keys()).length), 0, 'nothing is kept')
  assert.equal(await page.evaluate(() => localStorage.length + sessionStorage.length), 0, 'nothing is kept')
  await page.context().close()
})

// Which of a kind comes first depends on the day: on a Monday evening that may be a session that nobody can move any more. A
// page that no link led to is looked for on the others of their kind.
test('no page was left out', async () => {
  const missing = () => routes.filter((r) => !seen.has(r) && !noPage.has(r) && r !== '/invitation/:token')
  for (const who of missing().length ? people : []) {
    const page = await person(browser, phone, { locale: who.lang === 'en' ? 'en-GB' : 'nl-NL' })
    await signIn(page, base, who.email)
    for (const [, path] of left.filter(([w]) => w === who)) {
      if (!missing().length) break
      const found = (await read(page, base + path, 'body')).links.find((l) => missing().includes(routeOf(new URL(l, base).pathname)))
      if (!found) continue
      const route = routeOf(new URL(found, base).pathname)
      assert.equal((await open(page, found, who.lang)).status(), 200, route)
      note(route, who.lang)
      await hold(page, route, who.lang, `${who.email} ${route}`, (who.email.split('@')[0] + route).replace(/[^a-z0-9]+/gi, '-'))
    }
    await page.context().close()
  }
  const missed = missing()
  assert.deepEqual(missed, [], 'pages that no link led to')
})
