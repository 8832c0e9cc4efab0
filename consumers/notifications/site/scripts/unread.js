// Says in the header of every page how much is new for who looks at it. Without it, or while the
// service is away, the page is as it always was.
"use strict";

(() => {
  const menu = document.querySelector('nav[aria-label="Main"] ul');
  if (!menu) return;
  const PAUSE_MS = 30_000;
  const item = document.createElement("li");
  const link = document.createElement("a");
  link.href = "/notifications/";
  item.append(link);

  function show(unread) {
    if (!unread) {
      item.remove();
      return;
    }
    link.textContent = `${unread} new`;
    link.setAttribute("aria-label", unread === 1 ? "1 new notification" : `${unread} new notifications`);
    if (!item.isConnected) menu.append(item);
  }

  async function ask() {
    // Who looks elsewhere asks nothing.
    if (document.hidden) return;
    try {
      const answer = await fetch("/notifications/feed", { headers: { Accept: "application/json" } });
      if (answer.ok) show((await answer.json()).unread);
    } catch {
      // It is asked again.
    }
  }

  ask();
  setInterval(ask, PAUSE_MS);
  document.addEventListener("visibilitychange", ask);
})();
