// Making an exercise: small comforts. Every page works without this file; nothing here holds a rule.
(() => {
  "use strict";
  const all = (selector) => Array.from(document.querySelectorAll(selector));

  // On a phone the parts stand in a line that scrolls: the present one is in sight.
  const step = document.querySelector(".builder-steps [aria-current]"), line = step?.closest("ol");
  if (line) line.scrollLeft = step.offsetLeft - (line.clientWidth - step.offsetWidth) / 2;

  // What is asked about following an answer only matters once it is followed.
  for (const box of all("fieldset.follow")) {
    const tick = box.querySelector("input[name=follow]"), more = box.querySelector(".follow-more");
    if (!tick || !more) continue;
    const show = () => { more.hidden = !tick.checked && !more.querySelector(".has-error"); };
    tick.addEventListener("change", show);
    show();
  }

  // A clock time is only asked for when the answers wait for one.
  const clock = document.getElementById("f-reveal_at")?.closest(".field");
  if (clock) {
    const show = () => { clock.hidden = document.querySelector("input[name=reveal]:checked")?.value !== "clock" && !clock.classList.contains("has-error"); };
    for (const radio of all("input[name=reveal]")) radio.addEventListener("change", show);
    show();
  }

  // The type of a question changes as soon as another is chosen; the button is there for whoever has no script.
  const type = document.getElementById("f-type"), button = type?.closest(".with-button")?.querySelector("button");
  if (button) {
    button.hidden = true;
    type.addEventListener("change", () => button.form.requestSubmit(button));
  }

  // After a row was added, moved or taken out, one goes on where one was.
  const row = location.hash.length > 1 && document.getElementById(decodeURIComponent(location.hash.slice(1)));
  const field = row && (row.matches("input, textarea, select") ? row : row.querySelector("input:not([type=hidden]), textarea, select"));
  if (field && !document.querySelector(".error-summary")) field.focus();
})();
