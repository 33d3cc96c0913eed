// Tussentijds: small comforts. Every page works without this file; nothing here holds a rule.
(() => {
  "use strict";
  const root = document.documentElement;
  root.classList.add("script");
  const all = (selector, within = document) => Array.from(within.querySelectorAll(selector));
  const said = (el, text) => { if (el) el.textContent = text; };

  // Quick exit: blank the page at once, then leave through the server, which ends the sign-in.
  const exit = document.querySelector("[data-exit]");
  const leave = () => { root.hidden = true; document.title = ""; location.replace(exit.href); };
  if (exit) {
    exit.addEventListener("click", (e) => { e.preventDefault(); leave(); });
    let presses = [];
    document.addEventListener("keydown", (e) => {
      if (e.key !== "Escape") { presses = []; return; }
      const now = Date.now();
      presses = presses.filter((t) => now - t < 2000).concat(now);
      if (presses.length === 3) leave();
    });
  }
  // A page that comes back from the browser's memory is asked for again: a signed-out device shows nothing.
  addEventListener("pageshow", (e) => { if (e.persisted) { root.hidden = true; location.reload(); } });

  // The error summary takes the focus, so that it is read first.
  const summary = document.querySelector(".error-summary");
  if (summary) summary.focus();

  // Acts that cannot be undone ask once more, on the button itself: no dialog to get lost in.
  for (const button of all("button[data-confirm]")) {
    let armed = false;
    const label = button.innerHTML;
    button.addEventListener("click", (e) => {
      if (armed) return;
      e.preventDefault();
      armed = true;
      button.textContent = button.dataset.confirm;
      setTimeout(() => { armed = false; button.innerHTML = label; }, 6000);
    });
  }

  // Drafts save themselves: two seconds after the last key, and when the page is put away.
  for (const form of all("form[data-autosave]")) {
    const state = form.querySelector("[data-draft-state]");
    let timer = 0, last = new URLSearchParams(new FormData(form)).toString(), gone = false, busy = false;
    const body = () => new URLSearchParams(new FormData(form));
    const save = async (keepalive) => {
      clearTimeout(timer);
      const now = body();
      if (gone || busy || now.toString() === last) return;
      busy = true;
      try {
        const answer = await fetch(form.dataset.autosave, { method: "POST", body: now, keepalive: keepalive && now.toString().length < 60000, headers: { Accept: "application/json" }, redirect: "error" });
        if (answer.ok) {
          last = now.toString();
          const got = await answer.json().catch(() => ({}));
          const version = form.querySelector("input[name=version]");
          if (version && got.version) { version.value = got.version; last = body().toString(); }
          said(state, got.said || form.dataset.saved);
        } else {
          const got = await answer.json().catch(() => ({}));
          said(state, got.said || form.dataset.unsaved);
        }
      } catch { said(state, form.dataset.unsaved); }
      busy = false;
    };
    form.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(save, 2000); });
    form.addEventListener("change", () => { clearTimeout(timer); timer = setTimeout(save, 600); });
    form.addEventListener("submit", () => { gone = true; clearTimeout(timer); });
    document.addEventListener("visibilitychange", () => { if (document.visibilityState === "hidden") save(true); });
    addEventListener("online", () => save());
  }

  // A form is sent once.
  for (const form of all("form[method=post]")) {
    form.addEventListener("submit", (e) => {
      if (e.defaultPrevented) return;
      if (form.dataset.sent) { e.preventDefault(); return; }
      form.dataset.sent = "1";
      setTimeout(() => { delete form.dataset.sent; }, 4000);
    });
  }

  // Counters: a plain number field with two round buttons beside it.
  for (const box of all("[data-counter]")) {
    const input = box.querySelector("input");
    const step = (by) => {
      const low = input.min === "" ? 0 : Number(input.min), high = input.max === "" ? Infinity : Number(input.max);
      input.value = Math.min(high, Math.max(low, (Number(input.value) || 0) + by));
      input.dispatchEvent(new Event("input", { bubbles: true }));
    };
    for (const b of all("[data-step]", box)) b.addEventListener("click", () => step(Number(b.dataset.step)));
  }

  // Timers count down from the exercise's time and write the seconds that passed into the field.
  for (const box of all("[data-timer]")) {
    const input = box.querySelector("input"), face = box.querySelector("[data-face]"), button = box.querySelector("[data-run]");
    const goal = Number(box.dataset.timer) || 0;
    let passed = 0, since = 0, tick = 0;
    const parts = input.value.split(":");
    if (parts.length === 2) passed = Number(parts[0]) * 60 + Number(parts[1]) || 0;
    const clock = (s) => `${Math.floor(s / 60)}:${String(Math.floor(s % 60)).padStart(2, "0")}`;
    const total = () => passed + (since ? (Date.now() - since) / 1000 : 0);
    const show = () => { const t = total(); said(face, clock(goal && t < goal ? goal - t : t)); };
    const stop = () => {
      passed = total(); since = 0; clearInterval(tick);
      said(button.querySelector("[data-word]"), button.dataset.start);
      input.value = clock(passed); input.dispatchEvent(new Event("input", { bubbles: true })); show();
    };
    button.addEventListener("click", () => {
      if (since) { stop(); return; }
      since = Date.now();
      said(button.querySelector("[data-word]"), button.dataset.stop);
      tick = setInterval(() => { show(); if (goal && total() >= goal && total() - goal < 1) { if (navigator.vibrate) navigator.vibrate(200); stop(); } }, 500);
    });
    box.querySelector("[data-reset]")?.addEventListener("click", () => { since = 0; passed = 0; clearInterval(tick); input.value = ""; said(button.querySelector("[data-word]"), button.dataset.start); input.dispatchEvent(new Event("input", { bubbles: true })); show(); });
    input.closest("form")?.addEventListener("submit", () => { if (since) stop(); });
    show();
  }

  // "I would rather not answer" empties nothing: the answer stays, but is not sent while the box is ticked.
  // Choosing an answer afterwards unticks it, which is what people mean.
  for (const question of all(".question")) {
    const decline = question.querySelector(".decline input");
    if (!decline) continue;
    question.querySelector(".answer-part")?.addEventListener("input", () => { if (decline.checked) decline.checked = false; });
  }

  // Letters left in a long text, said only when it gets close.
  for (const area of all("textarea[maxlength]")) {
    const note = document.createElement("p");
    note.className = "hint";
    note.setAttribute("aria-live", "polite");
    area.after(note);
    const max = Number(area.getAttribute("maxlength"));
    const tell = () => { const left = max - area.value.length; note.textContent = left < max / 10 && area.dataset.left ? area.dataset.left.replace("#", left) : ""; };
    area.addEventListener("input", tell);
  }

  // One question at a time on a phone. The whole form stays in the page; the others are only put out of sight.
  const form = document.querySelector("form[data-one-by-one]");
  const words = form && form.querySelector("[data-steps]");
  if (words && matchMedia("(max-width: 40rem)").matches && !summary) {
    const questions = all(".question", form);
    if (questions.length > 1) {
      let at = Math.max(0, questions.findIndex((q) => q.querySelector("[data-resume]")));
      const bar = words.querySelector("progress"), text = words.querySelector("[data-step-text]");
      const back = words.querySelector("[data-back]"), next = words.querySelector("[data-next]");
      const end = form.querySelector("[data-end]");
      const show = (focus) => {
        questions.forEach((q, i) => { q.hidden = i !== at; });
        for (const group of all(".audience-group", form)) group.hidden = !all(".question", group).some((q) => !q.hidden);
        const last = at === questions.length - 1;
        bar.max = questions.length; bar.value = at + 1;
        text.textContent = text.dataset.text.replace("#", at + 1).replace("#", questions.length);
        back.hidden = at === 0; next.hidden = last; end.hidden = !last;
        if (focus) { const group = questions[at].closest(".audience-group"); group.setAttribute("tabindex", "-1"); group.focus({ preventScroll: true }); scrollTo(0, Math.max(0, form.offsetTop - 90)); }
      };
      form.classList.add("one-by-one");
      words.hidden = false;
      back.addEventListener("click", () => { at -= 1; show(true); });
      next.addEventListener("click", () => { at += 1; show(true); });
      // A required field that is out of sight cannot be pointed at by the browser: the server checks instead.
      form.noValidate = true;
      show(false);
    }
  }

  // Desk: "/" goes to search, "g" and a letter goes to a page, "?" to the list of keys.
  if (document.body.classList.contains("desk")) {
    const places = {};
    for (const a of all("[data-key]")) places[a.dataset.key] = a.href;
    let g = 0;
    document.addEventListener("keydown", (e) => {
      if (e.ctrlKey || e.metaKey || e.altKey || e.target.closest("input, textarea, select, [contenteditable]")) return;
      if (e.key === "/") { const box = document.querySelector("[data-search]") || document.querySelector("#desk-search"); if (box) { e.preventDefault(); box.focus(); box.select(); } return; }
      if (e.key === "?") { const help = document.querySelector("[data-help]"); if (help) location.href = help.href; return; }
      if (e.key === "g") { g = Date.now(); return; }
      if (Date.now() - g < 1500 && places[e.key]) { e.preventDefault(); location.href = places[e.key]; }
      g = 0;
    });
  }
})();
