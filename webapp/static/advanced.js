// The advanced form shows, while somebody fills it in, the query it writes and its count.
// The form works without this file.
(() => {
  "use strict";

  const PAUSE = 300; // milliseconds without a change before the server is asked
  const form = document.querySelector("form[data-counted-by]");
  if (!form) return;
  const said = form.querySelector("[data-said]");
  const written = form.querySelector("[data-query]");
  let timer;
  let request;

  async function ask() {
    request = new AbortController();
    const address = new URL(form.dataset.countedBy, location.href);
    for (const [name, value] of new FormData(form)) address.searchParams.append(name, value);
    try {
      const answer = await fetch(address, { signal: request.signal });
      const found = await answer.json();
      said.textContent = answer.ok ? found.said : found.error.message;
      if (!answer.ok) return;
      written.textContent = found.query;
      written.parentElement.hidden = !found.query;
    } catch (error) {
      // The form itself says what is wrong when it is sent.
      if (error.name !== "AbortError") said.textContent = "";
    }
  }

  function later() {
    clearTimeout(timer);
    request?.abort();
    timer = setTimeout(ask, PAUSE);
  }

  form.addEventListener("input", (event) => event.isComposing || later());
  form.addEventListener("compositionend", later);
  if (written.textContent) later();
})();
