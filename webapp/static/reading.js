// A document's page: from hit to hit beginning where one is, the place in the outline, printing.
(() => {
  "use strict";

  for (const button of document.querySelectorAll("[data-print]")) {
    button.hidden = false;
    button.addEventListener("click", () => print());
  }

  /** The index of the first element for which `test` holds; `all` are in the order of the page. */
  function firstOf(all, test) {
    let low = 0;
    let high = all.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (test(all[middle])) high = middle;
      else low = middle + 1;
    }
    return low;
  }

  /** Calls `act` once a frame while somebody scrolls. */
  function whileScrolling(act) {
    let waits = false;
    const frame = () => {
      waits = false;
      act();
    };
    addEventListener(
      "scroll",
      () => {
        if (!waits) requestAnimationFrame(frame);
        waits = true;
      },
      { passive: true },
    );
  }

  // What stands above this line is under the bar of a small screen.
  const EDGE = 60;
  const below = (mark) => mark.getBoundingClientRect().bottom > EDGE;
  const seen = (mark) => below(mark) && mark.getBoundingClientRect().top < innerHeight;

  const bar = document.querySelector("[data-hits]");
  if (bar) {
    const marks = [...document.querySelectorAll("mark[id^='hit-']")];
    const first = Number(bar.dataset.first);
    const counter = bar.querySelector("[data-at]");
    const [back, on] = [bar.querySelector("[data-back]"), bar.querySelector("[data-on]")];
    let current = -1;

    const addressed = () => {
      const number = Number(/^#hit-(\d+)$/.exec(location.hash)?.[1] ?? 0);
      return number >= first && number < first + marks.length ? number - first : -1;
    };

    /** The hit one is at: the one jumped to while it is in view, else none. */
    const held = () => (current >= 0 && seen(marks[current]) ? current : -1);

    /** The hit that a step leads to, from where one is; beyond the ends where there is none. */
    function target(step) {
      const at = held();
      if (at >= 0) return at + step;
      const next = firstOf(marks, below);
      return step > 0 ? next : next - 1;
    }

    function show() {
      const at = held();
      const next = at >= 0 ? at : Math.min(firstOf(marks, below), marks.length - 1);
      counter.textContent = first + next;
    }

    function mark(at) {
      if (current >= 0) marks[current].removeAttribute("aria-current");
      current = at;
      if (at >= 0) marks[at].setAttribute("aria-current", "true");
      show();
    }

    /** Turns to a hit; beyond the ends to the part before or after, or round. */
    function turn(step) {
      let at = target(step);
      const beyond = at < 0 ? bar.dataset.before : at >= marks.length ? bar.dataset.after : "";
      if (beyond) return location.assign(beyond);
      at = (at + marks.length) % marks.length;
      location.replace(`#hit-${first + at}`);
      mark(at);
      // Pieces above that are laid out only now may have moved it.
      requestAnimationFrame(() => seen(marks[at]) || marks[at].scrollIntoView({ block: "center" }));
    }

    for (const [link, step] of [
      [back, -1],
      [on, 1],
    ]) {
      link.addEventListener("click", (event) => {
        if (event.ctrlKey || event.metaKey || event.shiftKey) return;
        event.preventDefault();
        turn(step);
      });
    }
    document.addEventListener("zhengsou:turn", (event) => turn(event.detail));
    addEventListener("hashchange", () => addressed() >= 0 && mark(addressed()));
    whileScrolling(show);
    mark(addressed());
  }

  const outline = document.querySelector("[data-outline]");
  if (outline) {
    const links = [...outline.querySelectorAll("a[href^='#']")];
    const entries = links
      .map((link) => [link, document.getElementById(decodeURIComponent(link.hash.slice(1)))])
      .filter(([, heading]) => heading);
    let current = null;

    /** Marks the entry one reads in; where its chapter is folded, the chapter. */
    function show() {
      const next = firstOf(entries, ([, heading]) => heading.getBoundingClientRect().top > 120);
      let link = entries[next - 1]?.[0] ?? null;
      const folded = link?.closest("li details:not([open])");
      if (folded) link = folded.querySelector("summary a");
      if (link === current) return;
      current?.removeAttribute("aria-current");
      link?.setAttribute("aria-current", "location");
      current = link;
    }

    whileScrolling(show);
    show();
    // On a small screen the drawer closes when something has been chosen.
    outline.addEventListener("click", (event) => {
      if (event.target.closest("a")) outline.open = false;
    });
    document.addEventListener("keydown", (event) => {
      if (event.key === "Escape") outline.open = false;
    });
  }
})();
