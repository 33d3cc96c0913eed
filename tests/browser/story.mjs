// The story that must work: from a new couple to a downloaded report, in real browsers, one for each person.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { accept, answer, fillVisible, laptop, launch, openMail, person, send, shot, signIn, soon, until } from './lib.mjs'

const base = process.env.BASE
const mark = Math.random().toString(36).slice(2, 8)
const alma = { name: 'Alma ' + mark, email: `alma-${mark}@client.example` }
const joris = { name: 'Joris ' + mark, email: `joris-${mark}@client.example` }

// due is a minute or two from now on the practice's clock: the moment a reminder must go out.
function due() {
  const at = new Date(Date.now() + 75000)
  const parts = new Intl.DateTimeFormat('sv-SE', { timeZone: 'Europe/Amsterdam', dateStyle: 'short', timeStyle: 'short' }).format(at)
  return { day: parts.slice(0, 10), at: parts.slice(11, 16) }
}

async function assign(desk, couple, exercise, set) {
  await desk.goto(`${base}/desk/couples/${couple}/assign?exercise=${exercise}`)
  await set()
  await send(desk, desk.locator('button[name=step][value=confirm]'))
  assert.equal(await desk.locator('.error-summary').count(), 0, `${exercise}: ${await desk.locator('main').innerText()}`)
  await shot(desk, `assign-${exercise}-1280`)
  await send(desk, desk.locator('button[name=step][value=give]'))
}

async function task(page, title) {
  await page.goto(base + '/portal')
  const link = page.locator('main a', { hasText: title }).first()
  await Promise.all([page.waitForNavigation(), link.click()])
}

test('the story', { timeout: 600000 }, async (t) => {
  const browser = await launch()
  t.after(() => browser.close())
  const desk = await person(browser, laptop)
  const mailbox = await person(browser, laptop)
  let couple, a, b, contract

  await t.test('the therapist sees the day and opens a case', async () => {
    await signIn(desk, base, 'noor@debrug.example')
    assert.match(desk.url(), /\/desk$/)
    await shot(desk, 'desk-today-1280')
    await desk.goto(base + '/desk/couples/new')
    // Wrong first: the errors stand at the fields and nothing typed is lost.
    await desk.fill('input[name="partners.0.name"]', alma.name)
    await desk.fill('input[name="partners.0.email"]', alma.email)
    await desk.fill('input[name="partners.1.name"]', joris.name)
    await desk.fill('input[name="partners.1.email"]', alma.email)
    await send(desk, desk.locator('form[action="/desk/couples"] button').last())
    assert.equal(await desk.locator('.error-summary').count(), 1)
    assert.equal(await desk.inputValue('input[name="partners.0.name"]'), alma.name)
    await desk.fill('input[name="partners.1.email"]', joris.email)
    await desk.check('input[name=invite]')
    await send(desk, desk.locator('form[action="/desk/couples"] button').last())
    couple = /couples\/([0-9a-f-]{36})/.exec(desk.url())[1]
  })

  await t.test('each partner accepts an own invitation in person', async () => {
    a = await accept(base, mailbox, browser, alma, 'nl')
    b = await accept(base, mailbox, browser, joris, 'en', { javaScriptEnabled: false })
  })

  const when = due()
  await t.test('the therapist previews and assigns five exercises', async () => {
    await desk.goto(base + '/desk/library/daily-checkin/preview')
    assert.match(await desk.locator('main').innerText(), /Eerst niemand|Wie leest/)
    const start = async (kind, who = 'both') => {
      await desk.locator(`input[name=for][value="${who}"]`).check({ force: true })
      const select = desk.locator('select[name="schedule.kind"]')
      if (await select.count()) await select.selectOption(kind)
      else await desk.locator(`input[name="schedule.kind"][value=${kind}]`).check({ force: true })
      await desk.fill('input[name="schedule.at"]', when.at)
      await desk.fill('input[name=starts_on]', when.day)
    }
    await assign(desk, couple, 'daily-checkin', () => start('daily'))
    await assign(desk, couple, 'relationship-checklist', () => start('weekly'))
    await assign(desk, couple, 'appreciation', async () => { await start('times_per_week'); await desk.locator('[name="schedule.times"]').first().fill('2').catch(() => desk.locator('select[name="schedule.times"]').selectOption('2')) })
    await assign(desk, couple, 'trust-contract', () => start('once'))
    await desk.goto(`${base}/desk/couples/${couple}/assign?exercise=responsibility-letter`)
    const writer = await desk.locator('input[name=for]').evaluateAll((all) => all.map((i) => i.value).find((v) => v !== 'both'))
    await assign(desk, couple, 'responsibility-letter', () => start('once', writer))
  })

  await t.test('a neutral reminder reaches each partner in the own language', async () => {
    const dutch = await openMail(base, mailbox, alma.email, /klaar|herinnering/i)
    const english = await openMail(base, mailbox, joris.email, /ready|reminder/i)
    for (const text of [dutch, english]) {
      for (const secret of [alma.name, joris.name, 'Noor', 'check-in', 'Checklist', 'Waardering', 'Apprec', 'Brief', 'Letter', 'contract']) {
        const body = text.split('\n').filter((l) => !l.includes('@')).join('\n')
        assert.ok(!body.toLowerCase().includes(secret.toLowerCase()), `a reminder says ${secret}`)
      }
    }
    await shot(mailbox, 'mail-1280')
  })

  await t.test('both do the check-in; what is hidden opens for both', async () => {
    await a.goto(base + '/portal')
    await shot(a, 'portal-today-390')
    await task(a, 'Dagelijkse check-in')
    await a.locator('details[open] summary').first().click().catch(() => {})
    await shot(a, 'portal-task-390')
    // A draft saves itself.
    await fillVisible(a, 'Geheim woord ' + mark)
    await until('the draft', 20, async () => /bewaard|opgeslagen|saved/i.test(await a.locator('[data-draft-state]').innerText()))
    await a.reload()
    assert.equal(await a.locator('.question input[type=radio]:checked').count(), 1, 'what was typed came back')
    await answer(a, 'Geheim woord ' + mark, fillVisible)
    const sentA = (await a.locator('main').innerText()).trim()

    await task(b, 'Daily check-in')
    assert.ok(!(await b.content()).includes('Geheim woord'), 'hidden until both have answered')
    await answer(b, 'Grateful ' + mark, fillVisible)
    const sentB = (await b.locator('main').innerText()).trim()
    assert.equal(sentA.split('\n').length, sentB.split('\n').length, 'the page after a submit is the same either way')
    for (const [p, words] of [[a, 'Grateful ' + mark], [b, 'Geheim woord ' + mark]]) {
      const url = p.url().replace(/\/sent$/, '')
      await p.goto(url)
      assert.ok((await p.content()).includes(words), 'both read each other now')
    }
    await shot(a, 'portal-revealed-390')
  })

  await t.test('the other tasks, with and without script', async () => {
    for (const [p, titles] of [[a, ['Relatiechecklist', 'Waarderingslijst', 'Vertrouwenscontract', 'Brief van verantwoordelijkheid']], [b, ['Relationship checklist', 'Appreciation', 'Trust contract']]]) {
      for (const title of titles) {
        await task(p, title)
        await answer(p, title.startsWith('Brief') ? 'Alleen in de sessie ' + mark : 'Elke avond ' + mark, fillVisible)
        assert.match(p.url(), /\/sent$/, title)
      }
    }
    // The contract is signed by both; if the second changed the text the first signs again.
    for (const p of [a, b]) {
      await p.goto(base + '/portal/agreements')
      const link = p.locator('main a[href^="/portal/agreements/"]').first()
      await Promise.all([p.waitForNavigation(), link.click()])
      contract = p.url()
      const sign = p.locator('form[action$="/signature"]')
      if (await sign.count()) {
        await sign.locator('input[name=name]').fill('Getekend')
        await sign.locator('input[name=agreed]').check()
        await send(p, sign.locator('button').last())
      }
    }
    await a.goto(contract)
    await shot(a, 'portal-agreement-390')
    assert.match(await a.locator('main').innerText(), /Geldt|actief|loopt|van kracht/i)
  })

  await t.test('the therapist reads, reveals the letter in session and plans the next one', async () => {
    assert.ok(!(await (await b.goto(base + '/portal/tasks')).text()).includes('Alleen in de sessie'))
    await desk.goto(`${base}/desk/couples/${couple}/answers`)
    assert.ok((await desk.content()).includes('Alleen in de sessie ' + mark))
    await shot(desk, 'desk-answers-1280')
    await Promise.all([desk.waitForNavigation(), desk.locator('a[href$="/reveal"]').first().click()])
    await shot(desk, 'desk-reveal-1280')
    await send(desk, desk.locator('form[action$="/reveal"] button').first())
    await desk.goto(`${base}/desk/couples/${couple}`)
    await shot(desk, 'desk-couple-1280')

    const plan = async () => {
      await desk.goto(`${base}/desk/calendar/new?couple=${couple}`)
      await desk.fill('input[name=date], input[name=on]', soon(200))
      await desk.fill('input[name=start], input[name=at]', '07:30')
      await send(desk, desk.locator('form[action="/desk/calendar"] button').last())
    }
    await plan()
    assert.equal(await desk.locator('.error-summary').count(), 0, 'the first booking is taken')
    await plan()
    assert.equal(await desk.locator('.error-summary, .notice-danger, .notice-warn').count() > 0, true, 'the second is refused')
    await shot(desk, 'desk-double-booking-1280')
  })

  await t.test('a report is built, noted, approved and downloaded', async () => {
    await desk.goto(`${base}/desk/couples/${couple}/reports`)
    const form = desk.locator(`form[action="/desk/couples/${couple}/reports"]`)
    const months = await form.locator('select[name=month] option').evaluateAll((all) => all.map((o) => o.value))
    await form.locator('select[name=month]').selectOption(months.includes(when.day.slice(0, 7)) ? when.day.slice(0, 7) : months[0])
    await form.locator('select[name=for]').selectOption({ index: 0 })
    await send(desk, form.locator('button').last())
    if (!/desk\/reports\//.test(desk.url())) {
      await Promise.all([desk.waitForNavigation(), desk.locator('a[href^="/desk/reports/"]').first().click()])
    }
    const page = desk.url()
    await until('the report is a draft', 90, async () => { await desk.goto(page); return desk.locator('form[action$="/approval"]').count() })
    await desk.locator('form[action$="/note"] textarea[name=note]').fill('Mooi werk, ga zo door. 🌱 ' + mark)
    await send(desk, desk.locator('form[action$="/note"] button').last())
    await until('the note stands in the draft', 90, async () => { await desk.goto(page + '?page=all'); return (await desk.locator('form[action$="/approval"]').count()) && (await desk.locator('.report-read').innerText()).includes(mark) })
    await shot(desk, 'desk-report-1280')
    await send(desk, desk.locator('form[action$="/approval"] button').last())

    await openMail(base, mailbox, alma.email, /klaar|verslag|ready/i)
    await a.goto(base + '/portal/reports')
    await shot(a, 'portal-reports-390')
    const pdf = a.locator('a[href$="/pdf"]').first()
    const got = await a.request.get(base + (await pdf.getAttribute('href')))
    assert.equal(got.status(), 200)
    assert.equal((await got.body()).subarray(0, 5).toString(), '%PDF-')
    assert.match(got.headers()['cache-control'], /no-store/)
    await a.goto(base + '/portal/privacy')
    await shot(a, 'portal-privacy-390')
  })

  for (const p of [desk, a, mailbox]) assert.deepEqual(p.faults, [], 'no errors in the console')
})
