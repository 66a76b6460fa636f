// 已选记录: ids of records, kept in this browser and shown by the server.
(() => {
  "use strict";

  const link = document.querySelector("[data-basket]");
  const address = link.dataset.basket;
  const key = `zhengsou.basket:${new URL(address, location.href).pathname}`;
  const status = document.querySelector("[data-status]");
  const MOST = 500;
  const LONGEST_ADDRESS = 60000;
  let kept = [];

  function read() {
    try {
      const found = JSON.parse(localStorage.getItem(key) ?? "[]");
      kept = Array.isArray(found) ? found.filter((id) => typeof id === "string" && id) : [];
    } catch {
      // No storage, or nothing of ours in it: what is chosen lasts as long as the page.
    }
  }

  const addressOf = (ids) => {
    const query = ids.map((id) => `id=${encodeURIComponent(id)}`).join("&");
    return query ? `${address}${address.includes("?") ? "&" : "?"}${query}` : address;
  };

  const fits = (ids) => ids.length <= MOST && addressOf(ids).length <= LONGEST_ADDRESS;

  /** Keeps the ids, unless they are too many; tells whether it did. */
  function keep(ids) {
    const unique = [...new Set(ids)];
    if (unique.length > kept.length && !fits(unique)) {
      status.textContent = link.dataset.full;
      return false;
    }
    kept = unique;
    try {
      localStorage.setItem(key, JSON.stringify(kept));
    } catch {
      // As above.
    }
    show();
    status.textContent = link.dataset.said.replace("{n}", kept.length);
    return true;
  }

  const without = (id) => kept.filter((other) => other !== id);

  function show() {
    link.href = addressOf(kept);
    link.querySelector("[data-count]").textContent = kept.length || "";
    for (const box of document.querySelectorAll("[data-pick]")) {
      box.checked = kept.includes(box.value);
    }
    const listed = [...document.querySelectorAll("[data-id]")].map((one) => one.dataset.id);
    const all = listed.every((id) => kept.includes(id));
    const keepAll = document.querySelector("[data-keep-all]");
    if (keepAll) keepAll.hidden = all;
    const empty = document.querySelector("[data-empty]");
    if (empty) empty.hidden = !kept.length;
  }

  document.addEventListener("change", (event) => {
    const box = event.target;
    if (!(box instanceof HTMLInputElement) || !("pick" in box.dataset)) return;
    read();
    if (!keep(box.checked ? [...kept, box.value] : without(box.value))) box.checked = false;
  });

  document.addEventListener("click", (event) => {
    const target = event.target instanceof Element ? event.target : null;
    const drop = target?.closest("[data-drop]");
    const choice = target?.closest("[data-keep]");
    if (choice) {
      event.preventDefault();
      read();
      keep([...kept, ...new URL(choice.href).searchParams.getAll("id")]);
    } else if (drop) {
      read();
      if (kept.includes(drop.dataset.drop)) keep(without(drop.dataset.drop));
    } else if (target?.closest("[data-keep-all]")) {
      read();
      keep([...kept, ...[...document.querySelectorAll("[data-id]")].map((one) => one.dataset.id)]);
    } else if (target?.closest("[data-empty]")) {
      keep([]);
      location.assign(address);
    }
  });

  addEventListener("storage", (event) => {
    if (event.key === key) (read(), show());
  });
  // A page that the browser shows again from memory has the boxes of that time.
  addEventListener("pageshow", () => (read(), show()));

  for (const form of document.querySelectorAll("[data-nojs]")) form.hidden = true;
  read();
  show();
  const here = new URL(location.href);
  const bare = here.pathname === new URL(address, location.href).pathname;
  if (bare && !here.searchParams.has("id") && kept.length) location.replace(addressOf(kept));
})();
