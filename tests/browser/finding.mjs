// Looking for an exercise: while one types, with the keyboard, with stars, and all of it without script.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import axe from '@axe-core/playwright'
import { laptop, launch, person, phone, send, signIn, sound } from './lib.mjs'

const base = process.env.BASE
const Axe = axe.default ?? axe

let browser
before(async () => { browser = await launch() })
after(async () => { await browser.close() })

const star = (page, id) => page.locator(`#x-${id} > button.star`)

test('what one types is found while one types, slips and all', async () => {
  const page = await person(browser, laptop)
  await signIn(page, base, 'noor@debrug.example')
  await page.goto(base + '/desk/library')
  assert.equal(await page.evaluate(() => document.activeElement.id), 'lib-q', 'the search box has the focus')
  await page.keyboard.type('waardring')
  await page.waitForFunction(() => document.querySelector('#x-appreciation') && location.search === '?q=waardring')
  assert.match(await page.locator('#found').innerText(), /“waardring” staat nergens/)
  await sound(page, Axe, 'the library while one types')
  // A choice beside it keeps the words, and other words keep the choice.
  await page.locator('.chip', { hasText: 'tot 5 minuten' }).first().click()
  await page.waitForURL((url) => url.searchParams.get('length') === '5' && url.searchParams.get('q') === 'waardring')
  await page.fill('#lib-q', 'gesprek')
  await page.waitForFunction(() => location.search.includes('q=gesprek') && location.search.includes('length=5'))
  await page.waitForFunction(() => [...document.querySelectorAll('.ex-min')].every((el) => parseInt(el.textContent) <= 5))
  // The arrow goes from the box to what was found, and the slash back.
  await page.focus('#lib-q')
  await page.keyboard.press('ArrowDown')
  assert.ok(await page.evaluate(() => document.activeElement.matches('.ex .row-link')), 'the first exercise has the focus')
  await page.keyboard.press('/')
  assert.equal(await page.evaluate(() => document.activeElement.id), 'lib-q')
  await page.fill('#lib-q', 'xyzzyplugh')
  await page.waitForSelector('#found .empty')
  assert.ok(await page.locator('#found .empty a').count() > 0, 'an empty page leads on')
  await page.context().close()
})

for (const script of [true, false]) {
  test(`a star stays, ${script ? 'with' : 'without'} script`, async () => {
    const page = await person(browser, phone, { javaScriptEnabled: script })
    await signIn(page, base, 'joost@debrug.example')
    await page.goto(base + '/desk/library')
    await page.fill('#lib-q', 'vertrouwen')
    await page.locator('#lib-q').press('Enter')
    await page.waitForURL(/q=vertrouwen/)
    const id = (await page.locator('#found .ex[id]').first().getAttribute('id')).slice(2)
    assert.equal(await star(page, id).getAttribute('aria-pressed'), 'false')
    const press = async () => {
      if (!script) { await send(page, star(page, id)); return }
      await Promise.all([page.waitForResponse((r) => r.url().endsWith('/favourites')), star(page, id).click()])
    }
    await press()
    assert.equal(await star(page, id).getAttribute('aria-pressed'), 'true')
    assert.match(page.url(), /q=vertrouwen/, 'one stays where one was')
    await page.goto(base + '/desk/library?mark=favourite')
    assert.deepEqual(await page.locator('#found .ex[id]').evaluateAll((rows) => rows.map((r) => r.id.slice(2))), [id])
    await press()
    await page.goto(base + '/desk/library?mark=favourite')
    assert.equal(await page.locator('#found .ex').count(), 0)
    await page.context().close()
  })
}

test('everything that narrows the list works without script', async () => {
  const page = await person(browser, phone, { javaScriptEnabled: false })
  await signIn(page, base, 'els@oever.example')
  await page.goto(base + '/desk/library')
  const all = await page.locator('#lib-count').innerText()
  await page.locator('.facets > summary').click()
  await send(page, page.locator('.facet a', { hasText: 'trust' }).first())
  assert.match(page.url(), /goal=trust/)
  assert.notEqual(await page.locator('#lib-count').innerText(), all)
  await page.fill('#lib-q', 'promise')
  await send(page, page.locator('.lib-search button'))
  assert.match(page.url(), /goal=trust/)
  assert.match(page.url(), /q=promise/)
  assert.ok(await page.locator('#found .ex').count() > 0)
  await send(page, page.locator('.lib-told .chip').first())
  assert.doesNotMatch(page.url(), /goal=trust/)
  await page.context().close()
})
