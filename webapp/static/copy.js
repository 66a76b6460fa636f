// Buttons that copy: data-copy names elements by id, data-copy-address an address.
(() => {
  "use strict";

  const parts = (button) =>
    (button.dataset.copy ?? "").split(" ").filter(Boolean).map((id) => document.getElementById(id));

  const wanted = (button) =>
    button.dataset.copyAddress
      ? new URL(button.dataset.copyAddress, location.href).href
      : parts(button)
          .map((part) => part.textContent.trim())
          .join("\n");

  /** Copies; where there is no clipboard the text is selected instead. */
  async function copy(button) {
    try {
      await navigator.clipboard.writeText(wanted(button));
    } catch {
      const [source] = parts(button);
      if (source) getSelection().selectAllChildren(source);
      else location.assign(button.dataset.copyAddress);
      return;
    }
    const label = button.dataset.label ?? button.textContent;
    button.dataset.label = label;
    button.textContent = button.dataset.done;
    setTimeout(() => (button.textContent = label), 2000);
  }

  for (const button of document.querySelectorAll("[data-copy], [data-copy-address]")) {
    button.hidden = false;
    button.addEventListener("click", () => copy(button));
  }
})();
