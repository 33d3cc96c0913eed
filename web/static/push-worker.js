// Shows what a push says: neutral words, which the server wrote. It answers no request of a page and keeps nothing, so that a
// shared device holds nothing of anybody.
"use strict";

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (e) => e.waitUntil(self.clients.claim()));

const places = ["/portal", "/desk"];

self.addEventListener("push", (e) => {
  let said = {};
  try { said = e.data.json(); } catch { /* A push without words is shown as the name of the site alone. */ }
  const open = places.includes(said.u) ? said.u : "/";
  e.waitUntil(self.registration.showNotification(String(said.t || "Tussentijds"), {
    body: String(said.b || ""), lang: String(said.l || ""), tag: "ready", icon: "/favicon.ico", badge: "/favicon.ico", data: { open },
  }));
});

// One page of ours that is open already is brought to the front; it says itself whether one has to sign in again.
self.addEventListener("notificationclick", (e) => {
  e.notification.close();
  const open = places.includes(e.notification.data && e.notification.data.open) ? e.notification.data.open : "/";
  e.waitUntil((async () => {
    for (const page of await self.clients.matchAll({ type: "window", includeUncontrolled: true })) {
      if (new URL(page.url).pathname.startsWith(open)) { await page.focus(); return; }
    }
    await self.clients.openWindow(open);
  })());
});
