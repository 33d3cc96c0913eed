// The whole library on a phone: a robot does every exercise, instrument and agreement as a partner would, in Dutch and in
// English, and reads back what it wrote. EXERCISES is the library as the program embeds it.
import assert from 'node:assert/strict'
import fs from 'node:fs'
import { test } from 'node:test'
import { accept, answer, laptop, launch, password, person, phone, read, send, shot, signIn } from './lib.mjs'

const base = process.env.BASE
const exercises = JSON.parse(fs.readFileSync(process.env.EXERCISES, 'utf8'))
const mark = Math.random().toString(36).slice(2, 8)

// wordsFor are concrete enough for an agreement, and name the exercise, so that a mix-up shows.
const wordsFor = (id) => `Elke zondag om 20.00 uur, ${mark} ${id}`

// api calls the interface as somebody and waits when it asks to slow down.
function api(request, token) {
  return async (method, path, data, status) => {
    for (;;) {
      const answer = await request.fetch(base + '/api/v1' + path, { method, data, headers: { authorization: `Bearer ${token}` } })
      if (answer.status() === 429) {
        await new Promise((r) => setTimeout(r, 1000 * Number(answer.headers()['retry-after'] || 1)))
        continue
      }
      assert.equal(answer.status(), status, `${method} ${path}: ${await answer.text()}`)
      return answer.status() === 204 ? null : answer.json()
    }
  }
}

async function signInAPI(request, email) {
  const answer = await request.post(base + '/api/v1/auth/tokens', { data: { email, password } })
  assert.equal(answer.status(), 201, await answer.text())
  return api(request, (await answer.json()).token)
}

async function all(call, path) {
  const out = []
  for (let cursor = ''; cursor !== null;) {
    const part = await call('GET', `${path}${path.includes('?') ? '&' : '?'}limit=100${cursor && '&cursor=' + encodeURIComponent(cursor)}`, undefined, 200)
    out.push(...part.data)
    cursor = part.next
  }
  return out
}

// couple opens a case in which the first partner reads Dutch with script and the second English without.
async function couple(browser, call, mailbox, roles) {
  const people = roles.map((role, i) => ({ name: `${['Alma', 'Bo'][i]} ${mark}${role[0]}`, email: `${['alma', 'bo'][i]}-${role}-${mark}@client.example`, role }))
  const made = await call('POST', '/couples', { partners: people.map((p, i) => ({ ...p, locale: ['nl', 'en'][i] })), invite: true }, 201)
  const pages = [
    await accept(base, mailbox, browser, people[0], 'nl'),
    await accept(base, mailbox, browser, people[1], 'en', { javaScriptEnabled: false, locale: 'en-GB' }),
  ]
  return {
    id: made.id,
    partners: await Promise.all(pages.map(async (page, i) => ({
      page, lang: ['nl', 'en'][i], role: roles[i],
      id: made.partners.find((p) => p.email === people[i].email).id,
      call: await signInAPI(mailbox.request, people[i].email),
    }))),
  }
}

// deferred is a promise that somebody else keeps.
function deferred() {
  let resolve
  const promise = new Promise((r) => { resolve = r })
  return { promise, resolve }
}

const today = new Intl.DateTimeFormat('sv-SE', { timeZone: 'Europe/Amsterdam' }).format(new Date())

// openTask opens a task, and gives the password once more where something private stands behind it.
async function openTask(page, task) {
  await page.goto(`${base}/portal/tasks/${task.id}`)
  if (new URL(page.url()).pathname !== '/sign-in/fresh') return
  await page.fill('input[name=password]', password)
  await send(page, page.locator('form[action="/sign-in/fresh"] button'))
  await page.goto(`${base}/portal/tasks/${task.id}`)
}

// readBack reads a task that was sent and wants every answer there, with the words that were typed.
async function readBack(page, task, typed, exercise, lang) {
  let { url, text } = await read(page, base + `/portal/tasks/${task.id}`, 'main')
  if (new URL(url).pathname === '/sign-in/fresh') {
    await openTask(page, task)
    text = (await page.locator('main').innerText()).replace(/\s+/g, ' ')
  }
  for (const label of typed.labels) assert.ok(text.includes(label.replace(/\s+/g, ' ')), `${exercise.id} (${lang}): the answer to “${label}” does not come back`)
  if (typed.words) assert.ok(text.includes(wordsFor(exercise.id)), `${exercise.id} (${lang}): the words do not come back`)
}

// doTask fills in one task and reads it back.
async function doTask(who, task, exercise) {
  const { page, lang } = who
  const name = `${exercise.id} (${lang})`
  await openTask(page, task)
  assert.equal((await page.locator('h1').innerText()).trim(), exercise.title[lang], name)
  const seen = await page.evaluate(() => ({
    wide: document.documentElement.scrollWidth - window.innerWidth,
    labels: [...document.querySelectorAll('.question')].map((q) => q.querySelector('legend, label').firstChild.textContent.trim()),
    words: !!document.querySelector('.question textarea, .question input[maxlength]'),
    text: document.querySelector('main').innerText,
  }))
  assert.ok(seen.wide <= 0, `${name}: scrolls sideways by ${seen.wide} px`)
  assert.ok(seen.labels.length > 0, `${name}: asks nothing`)
  assert.doesNotMatch(seen.text, /\b(library|portal|web)\.[a-z_]+\.|\{\{|undefined/, `${name}: a text is missing`)
  await shot(page, `library-${exercise.id}-${lang}`)
  await answer(page, wordsFor(exercise.id))
  const said = async () => (await page.locator('.error-summary').count()) ? await page.locator('.error-summary').innerText() : page.url()
  assert.match(page.url(), /\/sent$/, `${name}: was not taken: ${await said()}`)
  await readBack(page, task, seen, exercise, lang)
}

test('a robot does the whole library', { timeout: 900000 }, async (t) => {
  const browser = await launch()
  t.after(() => browser.close())
  const mailbox = await person(browser, laptop)
  const desk = await person(browser, phone)
  await signIn(desk, base, 'noor@debrug.example')
  const therapist = await signInAPI(mailbox.request, 'noor@debrug.example')
  const first = await couple(browser, therapist, mailbox, ['hurt', 'repairing'])
  const second = await couple(browser, therapist, mailbox, ['repairing', 'hurt'])

  // Drawn in Dutch on a phone; the English words are read, and drawn where they are answered.
  await t.test('every page of the library in both languages', async () => {
    for (const e of exercises) {
      for (const lang of ['nl', 'en']) {
        const path = e.card ? `/desk/library/${e.id}` : `/desk/library/${e.id}/preview?lang=${lang}`
        let text
        if (lang === 'nl') {
          assert.equal((await desk.goto(base + path)).status(), 200, path)
          const page = await desk.evaluate(() => ({ wide: document.documentElement.scrollWidth - window.innerWidth, text: document.body.innerText.replace(/\s+/g, ' ') }))
          assert.ok(page.wide <= 0, `${path}: scrolls sideways by ${page.wide} px`)
          text = page.text
        } else {
          text = (await read(desk, base + path, 'body')).text
        }
        if (!e.card) for (const q of e.questions) assert.ok(text.includes(q.label[lang].replace(/\s+/g, ' ')), `${path}: does not show “${q.label[lang]}”`)
      }
    }
  })

  // What is for one role goes to whoever has it, in both couples, so that it is done in both languages as well.
  const given = { [first.id]: 0, [second.id]: 0 }
  await t.test('the therapist gives all of it', async () => {
    const give = async (c, e, who, status) => {
      await therapist('POST', `/couples/${c.id}/assignments`, { exercise_id: e.id, for: who, schedule: { kind: 'once', at: '23:00' }, starts_on: today }, status)
      if (status === 201) given[c.id]++
    }
    for (const e of exercises) {
      if (e.card) await give(first, e, first.partners[0].id, 422)
      else if (e.roles?.length === 1 && e.kind !== 'agreement') {
        for (const c of [first, second]) await give(c, e, c.partners.find((p) => p.role === e.roles[0]).id, 201)
      } else await give(first, e, 'both', 201)
    }
  })

  // The two couples side by side: whoever waits for ten minutes has to sign in again.
  const done = {}
  await t.test('both partners of both couples do it and read it back', async () => {
    const wrong = []
    await Promise.all([first, second].map((c) => work(c, wrong)))
    assert.deepEqual(wrong, [])
  })

  // One partner after the other within an exercise, because an agreement is filled in by one and confirmed by the other;
  // two exercises of a couple never wait for each other.
  async function work(c, wrong) {
    const todo = c.partners.map(() => [])
    for (const [i, who] of c.partners.entries()) {
      const tasks = await all(who.call, '/tasks?status=open')
      for (const e of exercises) {
        const task = tasks.find((x) => x.exercise.id === e.id)
        if (task) todo[i].push([e, task])
      }
    }
    const signedBy = new Map()
    for (const [e] of todo[0]) if (e.kind === 'agreement') signedBy.set(e.id, deferred())
    await Promise.all(todo.map(async (list, i) => {
      for (const [e, task] of list) {
        if (e.kind === 'agreement' && i === 1 && todo[0].some(([x]) => x.id === e.id)) await signedBy.get(e.id)?.promise
        // One that fails is told with the others at the end; nobody waits for it.
        await doTask(c.partners[i], task, e).then(
          () => { done[e.id] = [...(done[e.id] ?? []), c.partners[i].lang] },
          (err) => { wrong.push(err.message) })
        signedBy.get(e.id)?.resolve()
      }
    }))
  }

  await t.test('nothing was left out', () => {
    for (const e of exercises.filter((x) => !x.card)) {
      const langs = e.kind === 'agreement' && e.signers ? ['en'] : ['nl', 'en']
      for (const lang of langs) assert.ok(done[e.id]?.includes(lang), `${e.id} was not done in ${lang}`)
    }
    for (const p of [desk, ...first.partners.map((x) => x.page), ...second.partners.map((x) => x.page)]) assert.deepEqual(p.faults, [], 'no errors in the console')
  })

  await t.test('the therapist reads the answers', async () => {
    const responses = await all(therapist, `/couples/${first.id}/responses`)
    assert.ok(responses.length >= given[first.id], `${responses.length} responses to ${given[first.id]} assignments`)
  })
})
