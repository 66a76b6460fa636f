// Suggestions while typing: a combobox whose list is filled from the server.
// The box is an ordinary search box without this file.
(() => {
  "use strict";

  const PAUSE = 120; // milliseconds without a key before the server is asked
  const ROWS = 8;
  const LONGEST = 200; // of the box's text; who pastes more completes nothing

  /** One element with a class and a text. */
  function element(name, className, text) {
    const made = document.createElement(name);
    if (className) made.className = className;
    if (text !== undefined) made.textContent = text;
    return made;
  }

  class Combobox {
    constructor(box) {
      this.box = box;
      this.options = [];
      this.active = -1;
      this.composing = false;
      this.list = element("ul", "completions");
      this.list.id = `${box.id}-completions`;
      this.list.hidden = true;
      this.list.setAttribute("role", "listbox");
      this.list.setAttribute("aria-label", box.dataset.listLabel);
      box.form.append(this.list);
      box.setAttribute("role", "combobox");
      box.setAttribute("aria-autocomplete", "list");
      box.setAttribute("aria-controls", this.list.id);
      this.close();
      this.listen();
    }

    listen() {
      const { box, list } = this;
      box.addEventListener("input", (event) => event.isComposing || this.composing || this.later());
      box.addEventListener("compositionstart", () => {
        this.composing = true;
        this.close();
      });
      box.addEventListener("compositionend", () => {
        this.composing = false;
        this.later();
      });
      box.addEventListener("keydown", (event) => this.key(event));
      box.addEventListener("blur", () => this.close());
      box.form.addEventListener("submit", () => this.close());
      // A press on the list must not take the focus from the box.
      list.addEventListener("mousedown", (event) => event.preventDefault());
      list.addEventListener("click", (event) => {
        const row = event.target.closest("[role='option']");
        if (row) this.choose([...list.children].indexOf(row), true);
      });
    }

    /** Asks once the user pauses; what was asked before no longer counts. */
    later() {
      this.forget();
      if (!this.box.value.trim() || this.box.value.length > LONGEST) this.close();
      else this.timer = setTimeout(() => this.ask(), PAUSE);
    }

    forget() {
      clearTimeout(this.timer);
      this.request?.abort();
    }

    async ask() {
      const request = (this.request = new AbortController());
      const address = new URL(this.box.dataset.suggest, location.href);
      address.searchParams.set("q", this.box.value);
      address.searchParams.set("limit", ROWS);
      try {
        const answer = await fetch(address, { signal: request.signal });
        if (!answer.ok) throw new Error(answer.statusText);
        const { suggestions } = await answer.json();
        if (!request.signal.aborted) this.show(suggestions);
      } catch {
        if (!request.signal.aborted) this.close();
      }
    }

    show(options) {
      if (!options.length || document.activeElement !== this.box) return this.close();
      this.options = options;
      this.list.replaceChildren(...options.map((option, at) => this.row(option, at)));
      this.list.hidden = false;
      this.box.setAttribute("aria-expanded", "true");
      this.activate(-1);
    }

    row(option, at) {
      const row = element("li", option.kind);
      row.id = `${this.list.id}-${at}`;
      row.setAttribute("role", "option");
      const label = element("span", "label", option.label);
      label.lang = "zh-Hans";
      const kind = element("span", "kind", this.box.dataset[`${option.kind}Label`]);
      row.append(label, kind, element("span", "n", option.count));
      return row;
    }

    close() {
      this.forget();
      this.options = [];
      this.list.hidden = true;
      this.list.replaceChildren();
      this.box.setAttribute("aria-expanded", "false");
      this.activate(-1);
    }

    activate(at) {
      this.active = at;
      [...this.list.children].forEach((row, i) => row.setAttribute("aria-selected", String(i === at)));
      const row = this.list.children[at];
      if (!row) return this.box.removeAttribute("aria-activedescendant");
      this.box.setAttribute("aria-activedescendant", row.id);
      row.scrollIntoView({ block: "nearest" });
    }

    choose(at, submit) {
      this.box.value = this.options[at].query;
      this.close();
      if (submit) this.box.form.requestSubmit();
    }

    key(event) {
      // These keys belong to the input method while it composes (229: it has taken this one).
      if (event.isComposing || this.composing || event.keyCode === 229) return;
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      const last = this.options.length - 1;
      if (event.key === "ArrowDown" && last < 0) this.later();
      else if (last < 0) return;
      else if (event.key === "ArrowDown") this.activate(this.active < last ? this.active + 1 : -1);
      else if (event.key === "ArrowUp") this.activate(this.active < 0 ? last : this.active - 1);
      else if (event.key === "Escape") this.close();
      else if (event.key === "Enter" && this.active >= 0) this.choose(this.active, true);
      else {
        // Tab takes the marked row along and moves on as ever.
        if (event.key === "Tab" && this.active >= 0) this.choose(this.active, false);
        return;
      }
      event.preventDefault();
    }
  }

  for (const box of document.querySelectorAll("input.q[data-suggest]")) new Combobox(box);
})();
