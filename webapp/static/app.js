// What the pages gain with JavaScript: keys, and a button that copies.
// Everything else works without it.
(() => {
  "use strict";

  const typing = (target) =>
    target instanceof Element && target.closest("input, textarea, select, [contenteditable]");

  /** Jumps to the next or previous marked hit of a policy, round the ends. */
  function jump(step) {
    const marks = document.querySelectorAll("mark[id^='hit-']");
    if (!marks.length) return;
    const at = Number(/^#hit-(\d+)$/.exec(location.hash)?.[1] ?? (step > 0 ? 0 : 1));
    location.hash = `hit-${((at - 1 + step + marks.length) % marks.length) + 1}`;
  }

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (typing(event.target)) return;
    if (event.key === "/") {
      const box = document.querySelector("input.q");
      if (!box) return;
      event.preventDefault();
      box.focus();
      box.select();
    } else if (event.key === "n") jump(1);
    else if (event.key === "p") jump(-1);
  });

  /** Copies an element's text; where there is no clipboard it is selected instead. */
  async function copy(button) {
    const source = document.getElementById(button.dataset.copy);
    try {
      await navigator.clipboard.writeText(source.textContent.trim());
    } catch {
      getSelection().selectAllChildren(source);
      return;
    }
    const label = button.textContent;
    button.textContent = button.dataset.done;
    setTimeout(() => (button.textContent = label), 2000);
  }

  for (const button of document.querySelectorAll("button[data-copy]")) {
    button.hidden = false;
    button.addEventListener("click", () => copy(button));
  }
})();
