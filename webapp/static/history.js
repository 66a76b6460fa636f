// Searches done in this browser: noted on the result page, listed on the start page.
(() => {
  "use strict";

  const KEY = "zhengsou.history";
  const MOST = 30;

  function read() {
    try {
      const found = JSON.parse(localStorage.getItem(KEY) ?? "[]");
      return Array.isArray(found) ? found.filter((one) => typeof one?.query === "string") : [];
    } catch {
      return [];
    }
  }

  function write(searches) {
    try {
      if (searches.length) localStorage.setItem(KEY, JSON.stringify(searches));
      else localStorage.removeItem(KEY);
    } catch {
      // No storage, no history.
    }
  }

  const searched = document.querySelector("[data-searched]");
  if (searched) {
    const state = new URLSearchParams(location.search);
    for (const name of ["page", "size", "group", "sort", "lang"]) state.delete(name);
    const query = state.toString();
    const { searched: text, chosen, total } = searched.dataset;
    const others = read().filter((one) => one.query !== query);
    write([{ query, text, chosen, total }, ...others].slice(0, MOST));
  }

  const list = document.querySelector("[data-history]");
  if (!list) return;
  const clear = list.querySelector(".clear");

  function show() {
    const searches = read();
    list.querySelector("ol").replaceChildren(
      ...searches.map(({ query, text, chosen, total }) => {
        const item = document.createElement("li");
        const link = document.createElement("a");
        const count = document.createElement("span");
        const address = list.dataset.history;
        link.href = `${address}${address.includes("?") ? "&" : "?"}${query}`;
        link.lang = "zh-Hans";
        link.textContent = [text, chosen].filter(Boolean).join(" · ");
        count.className = "n";
        count.textContent = total ?? "";
        item.append(link, " ", count);
        return item;
      }),
    );
    clear.hidden = !searches.length;
    list.querySelector(".none").hidden = searches.length > 0;
  }

  clear.addEventListener("click", () => {
    write([]);
    show();
    list.querySelector("summary").focus();
  });
  show();
})();
