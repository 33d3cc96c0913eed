// The workspace by keyboard: rows, tabs, weeks. Every page works without this file; nothing here holds a rule.
(() => {
  "use strict";
  const all = (selector) => Array.from(document.querySelectorAll(selector));
  const typing = (e) => e.target.closest("input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable]");

  // Keys of one letter can be switched off (WCAG 2.1.4): whoever speaks to the computer would set them off by accident.
  const off = () => /(^|; )tt-keys=off/.test(document.cookie);
  addEventListener("keydown", (e) => {
    if (off() && e.key.length === 1 && !e.ctrlKey && !e.metaKey && !e.altKey && !typing(e)) e.stopImmediatePropagation();
  }, true);
  const toggle = document.querySelector("[data-keys]");
  if (toggle) {
    const show = () => { toggle.textContent = off() ? toggle.dataset.on : toggle.dataset.off; };
    toggle.addEventListener("click", () => { document.cookie = "tt-keys=" + (off() ? "on" : "off") + "; path=/desk; max-age=31536000; samesite=lax" + (location.protocol === "https:" ? "; secure" : ""); show(); });
    show();
  }

  // j and k walk over the rows of a page; Enter opens the link that then has the focus.
  const target = (row) => (row.matches("a, [tabindex]") ? row : row.querySelector(".row-link, a, button"));
  const walk = (by) => {
    const rows = all("[data-row]").filter((row) => row.offsetParent !== null || row.getClientRects().length);
    if (!rows.length) return;
    const now = rows.findIndex((row) => row.contains(document.activeElement));
    const next = rows[Math.min(rows.length - 1, Math.max(0, now < 0 ? (by > 0 ? 0 : rows.length - 1) : now + by))];
    const link = target(next);
    if (!link) return;
    link.focus({ preventScroll: true });
    next.scrollIntoView({ block: "nearest" });
  };

  const tabs = all(".couple-head + .tabs a");
  const here = tabs.find((tab) => tab.hasAttribute("aria-current")); // On a phone the tabs do not all fit: the present one is shown.
  if (here) here.parentElement.scrollLeft = here.offsetLeft - here.parentElement.offsetLeft - (here.parentElement.clientWidth - here.offsetWidth) / 2;
  let afterG = 0;
  document.addEventListener("keydown", (e) => {
    if ((e.ctrlKey || e.metaKey) && e.key === "Enter") {
      const form = e.target.closest("form[data-send]");
      if (form) { e.preventDefault(); form.requestSubmit(form.querySelector(".button-primary") || undefined); }
      return;
    }
    if (e.ctrlKey || e.metaKey || e.altKey || e.isComposing) return;
    if (typing(e)) {
      if (e.key === "Escape" && e.target.matches("#desk-search, [data-search]") && !e.target.value) e.target.blur();
      if (e.key === "ArrowDown" && e.target.matches("[data-search]")) { e.preventDefault(); e.target.blur(); walk(1); }
      return;
    }
    if (e.key === "g") { afterG = Date.now(); return; }
    if (Date.now() - afterG < 1500) { afterG = 0; return; } // The second letter of "g …" is not ours.
    if (e.key === "j" || e.key === "k") { e.preventDefault(); walk(e.key === "j" ? 1 : -1); return; }
    if (e.key === "x") { // Ticks the row one is in.
      const tick = document.activeElement.closest("[data-row]")?.querySelector("input[type=checkbox]");
      if (tick) { e.preventDefault(); tick.click(); return; }
    }
    if (/^[0-9]$/.test(e.key) && tabs.length) {
      const tab = tabs[(Number(e.key) + 9) % 10];
      if (tab) { e.preventDefault(); tab.click(); }
      return;
    }
    const hot = all("[data-hot]").find((el) => el.dataset.hot === e.key);
    if (hot) { e.preventDefault(); hot.click(); }
  });

  // Fields that only matter for some choices step back while they do not.
  const dim = (box, on) => { if (box) box.classList.toggle("is-dim", !on); };
  const kind = document.getElementById("f-schedule.kind");
  if (kind) {
    const times = document.getElementById("f-schedule.times").closest(".field");
    const show = () => dim(times, kind.value === "times_per_week");
    kind.addEventListener("change", () => { show(); if (kind.value === "rrule") kind.closest("form").querySelector("details").open = true; });
    show();
  }
  const later = document.querySelector(".when-later");
  if (later) {
    const show = () => dim(later, document.querySelector("input[name=when]:checked")?.value === "later");
    for (const radio of all("input[name=when]")) radio.addEventListener("change", show);
    for (const field of later.querySelectorAll("input")) field.addEventListener("input", () => { const r = document.querySelector("input[name=when][value=later]"); if (r) { r.checked = true; show(); } });
    show();
  }
  // Filters work as soon as something is chosen; the button is there for whoever has no script.
  for (const select of all(".filters select")) select.addEventListener("change", () => select.form.requestSubmit());

  // What is looked for is shown while one types. The address follows, so that going back comes back here.
  const live = document.querySelector("form[data-live]");
  if (live) {
    const box = live.querySelector("[data-search]");
    let timer = 0, last = 0;
    const look = async () => {
      const mine = ++last;
      const address = live.action + "?" + new URLSearchParams([...new FormData(live)].filter(([, value]) => value !== ""));
      try {
        const answer = await fetch(address, { headers: { Accept: "text/html" } });
        if (mine !== last) return;
        if (!answer.ok || answer.redirected) { live.requestSubmit(); return; }
        const found = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("found");
        if (!found || mine !== last) return;
        document.getElementById("found").replaceWith(found);
        const back = document.querySelector("#star input[name=back]");
        if (back) back.value = address.slice(location.origin.length);
        history.replaceState(null, "", address);
      } catch { /* The button still asks. */ }
    };
    box.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(look, 160); });
  }

  // How far long work is, while one looks on; without script its own page asks again by itself.
  const follow = async () => {
    const box = document.querySelector("[data-poll]");
    if (!box) return;
    try {
      const answer = await fetch(box.dataset.poll, { headers: { Accept: "text/html" } });
      const news = answer.ok && !answer.redirected && new DOMParser().parseFromString(await answer.text(), "text/html").getElementById(box.id);
      if (!news) return;
      box.replaceWith(news);
    } catch { /* Asked again in a while. */ }
    setTimeout(follow, 4000);
  };
  if (!document.querySelector("meta[http-equiv=refresh]")) setTimeout(follow, 4000);

  // A star turns at once and the page stays where it is; without script the form comes back to the row.
  document.addEventListener("click", async (e) => {
    const star = e.target.closest("button.star");
    if (!star) return;
    e.preventDefault();
    const on = star.name === "add";
    const turn = (to) => { for (const s of all("button.star")) if (s.value === star.value) { s.name = to ? "drop" : "add"; s.setAttribute("aria-pressed", String(to)); } };
    const fields = new URLSearchParams([...new FormData(star.form), [star.name, star.value]]);
    turn(on);
    try {
      const answer = await fetch(star.form.action, { method: "POST", body: fields });
      if (!answer.ok || new URL(answer.url).pathname.startsWith("/sign-in")) throw new Error("refused");
    } catch { turn(!on); star.form.requestSubmit(star); }
  });

  // What was typed and not saved is not lost by a stray click.
  for (const form of all("form[data-send]")) {
    const first = new URLSearchParams(new FormData(form)).toString();
    let sent = false;
    form.addEventListener("submit", () => { sent = true; });
    addEventListener("beforeunload", (e) => { if (!sent && new URLSearchParams(new FormData(form)).toString() !== first) e.preventDefault(); });
  }
})();
