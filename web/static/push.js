// The page of notifications and the calendar: turn them on for this browser, recognise it in the list, copy the address. Without
// this file the rest of the page works.
(() => {
  "use strict";
  const all = (selector) => Array.from(document.querySelectorAll(selector));

  for (const button of all("[data-copy]")) {
    const field = document.getElementById(button.dataset.copy), word = button.querySelector("[data-word]"), label = word.textContent;
    button.addEventListener("click", async () => {
      field.select();
      try { await navigator.clipboard.writeText(field.value); } catch { if (!document.execCommand("copy")) return; }
      word.textContent = button.dataset.copied;
      setTimeout(() => { word.textContent = label; }, 3000);
    });
  }
  for (const field of all("[data-select]")) field.addEventListener("focus", () => field.select());

  const form = document.querySelector("[data-push]");
  if (!form) return;
  const button = form.querySelector("button"), said = form.querySelector("[data-said]");
  const say = (text) => { said.textContent = text; button.disabled = false; };
  if (!("serviceWorker" in navigator) || !("PushManager" in window) || !("Notification" in window)) {
    button.hidden = true;
    said.textContent = form.dataset.missing;
    return;
  }
  const letters = (octets) => btoa(String.fromCharCode(...new Uint8Array(octets))).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
  const octets = (text) => Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (c) => c.charCodeAt(0));

  // The browser finds its own line by a hash of its address; a line of somebody else's is not in the list at all.
  const mark = async (subscription) => {
    if (!subscription) return;
    const hash = letters(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(subscription.endpoint)));
    for (const line of all("[data-device]")) {
      if (line.dataset.device !== hash) continue;
      line.querySelector("[data-this]").hidden = false;
      form.hidden = true;
      line.querySelector("form").addEventListener("submit", () => { subscription.unsubscribe(); });
    }
  };
  navigator.serviceWorker.getRegistration("/").then((known) => known && known.pushManager.getSubscription()).then(mark).catch(() => {});

  form.addEventListener("submit", async (e) => {
    if (form.elements.endpoint.value) return;
    e.preventDefault();
    e.stopImmediatePropagation();
    button.disabled = true;
    said.textContent = "";
    try {
      if (await Notification.requestPermission() !== "granted") { say(form.dataset.denied); return; }
      await navigator.serviceWorker.register("/push-worker.js", { scope: "/" });
      const worker = await navigator.serviceWorker.ready, key = octets(form.dataset.push);
      let subscription = await worker.pushManager.getSubscription();
      // One that was made with another key, of an installation that was here before, is of no use.
      if (subscription && subscription.options.applicationServerKey && letters(subscription.options.applicationServerKey) !== form.dataset.push) { await subscription.unsubscribe(); subscription = null; }
      if (!subscription) subscription = await worker.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: key });
      form.elements.endpoint.value = subscription.endpoint;
      form.elements.p256dh.value = letters(subscription.getKey("p256dh"));
      form.elements.auth.value = letters(subscription.getKey("auth"));
      button.disabled = false;
      form.requestSubmit();
    } catch { say(form.dataset.failed); }
  }, true);
})();
