// Rows of links and buttons above the hits: one Tab stop for each row, arrow keys within it.
// What a row opens (its tray) keeps its own stops.  Without this script every link is a stop.
(() => {
  "use strict";

  const STOPS = "a[href], button, summary";
  const STEPS = { ArrowRight: 1, ArrowLeft: -1 };

  const stopsOf = (row) =>
    [...row.querySelectorAll(STOPS)].filter((one) => !one.closest(".tray > div"));

  const seen = (one) => one.getClientRects().length > 0;

  function stand(row, here) {
    for (const one of stopsOf(row)) one.tabIndex = one === here ? 0 : -1;
  }

  /** The stop that a key leads to, if it leads anywhere. */
  function reached(stops, at, key) {
    if (key === "Home") return stops[0];
    if (key === "End") return stops.at(-1);
    return stops[at + STEPS[key]];
  }

  // Rows that fold without this script stand open with it.
  for (const fold of document.querySelectorAll("details.fold")) fold.open = true;

  for (const row of document.querySelectorAll("[data-rove]")) {
    const first = stopsOf(row).find(seen);
    if (!first) continue;
    if (row.dataset.rove) {
      row.setAttribute("role", "toolbar");
      row.setAttribute("aria-label", row.dataset.rove);
    }
    stand(row, first);
    row.addEventListener("focusin", (event) => {
      const stops = stopsOf(row);
      if (stops.includes(event.target)) stand(row, event.target);
    });
    row.addEventListener("keydown", (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
      if (!(event.key in STEPS || event.key === "Home" || event.key === "End")) return;
      const stops = stopsOf(row).filter(seen);
      const at = stops.indexOf(event.target);
      const next = at < 0 ? null : reached(stops, at, event.key);
      if (!next) return;
      event.preventDefault();
      next.focus();
    });
  }
})();
