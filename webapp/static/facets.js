// Narrows a facet's list while somebody types into its box; Enter asks the server for all values.
(() => {
  "use strict";

  const plain = (text) => text.normalize("NFKC").toLowerCase();

  for (const form of document.querySelectorAll(".facet .find")) {
    const box = form.querySelector("input[type=search]");
    const facet = form.closest(".facet");
    const more = facet.querySelector("details.more");
    const wasOpen = more?.open;
    box.addEventListener("input", () => {
      const wanted = plain(box.value.trim());
      for (const item of facet.querySelectorAll("li")) {
        item.hidden = !plain(item.textContent).includes(wanted);
      }
      if (more) more.open = wanted ? true : wasOpen;
    });
  }
})();
