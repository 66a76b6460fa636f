// Documents among the results: the hits that a card leaves out are fetched and stand in their place.
(() => {
  "use strict";

  const plain = (event) =>
    event.button === 0 && !(event.ctrlKey || event.metaKey || event.shiftKey || event.altKey);

  /** The cards of the records that an address lists. */
  async function hitsAt(address) {
    const response = await fetch(address, { headers: { Accept: "text/html" } });
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    const hits = [...page.querySelectorAll("#results > .hit[id^='r-']")];
    if (!response.ok || !hits.length) throw new Error("no hits");
    const next = page.querySelector(".pager a[rel='next']");
    return { hits, next };
  }

  async function unfold(link) {
    link.setAttribute("aria-busy", "true");
    try {
      const { hits, next } = await hitsAt(link.href);
      const box = document.createElement("div");
      box.className = "unfolded";
      box.tabIndex = -1;
      for (const hit of hits.slice(Number(link.dataset.rest))) {
        const title = hit.querySelector("h2");
        const smaller = document.createElement("h3");
        smaller.lang = title.lang;
        smaller.append(...title.childNodes);
        title.replaceWith(smaller);
        box.append(document.adoptNode(hit));
      }
      const line = link.parentElement;
      line.before(box);
      if (next) {
        link.href = next.href;
        link.dataset.rest = "0";
        link.textContent = next.textContent;
        link.removeAttribute("aria-busy");
      } else line.remove();
      box.focus({ preventScroll: true });
    } catch {
      location.assign(link.href);
    }
  }

  document.addEventListener("click", (event) => {
    const link = event.target instanceof Element ? event.target.closest("a[data-rest]") : null;
    if (!link || !plain(event)) return;
    event.preventDefault();
    if (!link.hasAttribute("aria-busy")) unfold(link);
  });
})();
