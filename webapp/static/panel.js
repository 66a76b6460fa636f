// The export panel: opens over the page, and its preview follows the chosen columns.
(() => {
  "use strict";

  let asked = 0;

  /** The panel that an address shows; fails where the page is another. */
  async function panelAt(address) {
    const response = await fetch(address, { headers: { Accept: "text/html" } });
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    const panel = page.getElementById("export-panel");
    if (!response.ok || !panel) throw new Error("no panel");
    return document.adoptNode(panel);
  }

  function show(panel, link) {
    const dialog = document.createElement("dialog");
    dialog.className = "over";
    dialog.setAttribute("aria-labelledby", "export-title");
    const close = document.createElement("button");
    close.type = "button";
    close.className = "close plain";
    close.textContent = link.dataset.close;
    close.addEventListener("click", () => dialog.close());
    panel.querySelector(".back")?.remove();
    dialog.append(close, panel);
    dialog.addEventListener("close", () => (dialog.remove(), link.focus()));
    // A click beside the panel is a click on the dialog itself.
    dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
    document.body.append(dialog);
    dialog.showModal();
    panel.querySelector("#export-title").focus();
  }

  async function open(link) {
    try {
      show(await panelAt(link.href), link);
    } catch {
      location.assign(link.href);
    }
  }

  const replace = (old, panel, part) => old.querySelector(part)?.replaceWith(panel.querySelector(part));

  /** Shows another choice in place; an answer that comes late is left. */
  async function again(here, address, parts) {
    const turn = ++asked;
    try {
      const panel = await panelAt(address);
      if (turn === asked) for (const part of parts) replace(here, panel, part);
    } catch {
      // The old preview stays; the button of the form still works.
    }
  }

  const plain = (event) =>
    event.button === 0 && !(event.ctrlKey || event.metaKey || event.shiftKey || event.altKey);

  document.addEventListener("click", (event) => {
    const target = event.target instanceof Element ? event.target : null;
    const link = target?.closest("a[data-panel], a[data-panel-again]");
    if (!link || !plain(event)) return;
    event.preventDefault();
    if ("panel" in link.dataset) open(link);
    else again(link.closest(".panel"), link.href, [".column-boxes", ".preview"]);
  });

  document.addEventListener("change", (event) => {
    const form = event.target.closest?.("form[data-preview]");
    if (!form || event.target.name !== "columns") return;
    const state = new URLSearchParams(new FormData(form));
    again(form.closest(".panel"), `${form.action}?${state}`, [".preview"]);
  });
})();
