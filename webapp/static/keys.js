// Single keys: to the search box, through the hits, to the basket, to the exports.
// They can be switched off on the help page, and never act while somebody types.
(() => {
  "use strict";

  const OFF = "zhengsou.keys";
  const HITS = ".hit :is(h2, h3) > a, tr.hit a.open";

  const stored = () => {
    try {
      return localStorage.getItem(OFF);
    } catch {
      return null;
    }
  };

  const typing = (target) =>
    target instanceof Element &&
    target.closest("input:not([type=checkbox]), textarea, select, [contenteditable]");

  /** Turns to the next or previous mark of a document; on other pages focuses the title of the
   * next or previous hit, and stays at the ends. */
  function move(step) {
    // On a document's page the reading script turns from hit to hit.
    if (document.querySelector("[data-hits]")) {
      document.dispatchEvent(new CustomEvent("zhengsou:turn", { detail: step }));
      return;
    }
    const titles = [...document.querySelectorAll(HITS)];
    const here = document.activeElement?.closest(".hit");
    const at = here ? titles.findIndex((title) => here.contains(title)) : step > 0 ? -1 : 1;
    const next = titles[Math.min(Math.max(at + step, 0), titles.length - 1)];
    next?.focus();
    next?.closest(".hit").scrollIntoView({ block: "nearest" });
  }

  /** The hit that has the focus; on a record's page the record. */
  const current = () =>
    document.activeElement?.closest(".hit") ?? document.querySelector("article.record");

  const actions = {
    "/": () => {
      const box = document.querySelector("input.q");
      box?.focus();
      box?.select();
    },
    j: () => move(1),
    n: () => move(1),
    k: () => move(-1),
    p: () => move(-1),
    o: () => document.activeElement?.closest(".hit")?.querySelector(":is(h2, h3) > a, a.open")?.click(),
    s: () => current()?.querySelector("[data-pick]")?.click(),
    b: () => document.querySelector("[data-basket]")?.click(),
    e: () => document.querySelector(".exports a")?.focus(),
    "?": () => document.querySelector("[data-help]")?.click(),
  };

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (!Object.hasOwn(actions, event.key) || typing(event.target) || stored() === "off") return;
    event.preventDefault();
    actions[event.key]();
  });

  const choice = document.querySelector("[data-keys]");
  if (choice) {
    const box = choice.querySelector("input");
    choice.hidden = false;
    box.checked = stored() !== "off";
    box.addEventListener("change", () => {
      try {
        if (box.checked) localStorage.removeItem(OFF);
        else localStorage.setItem(OFF, "off");
      } catch {
        box.checked = true;
      }
    });
  }
})();
