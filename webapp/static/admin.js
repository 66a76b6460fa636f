// Uploads: files can be dropped, their progress shows; pages of a running step follow it.
(() => {
  "use strict";

  const form = document.querySelector("[data-drop]");
  if (form) {
    const input = form.querySelector("input[type=file]");
    const list = form.querySelector("[data-chosen]");
    const megabytes = (size) => `${(size / 1e6).toFixed(size < 1e6 ? 2 : 1)} MB`;

    const problem = form.querySelector("[data-problem]");
    const complain = (text) => {
      problem.textContent = text;
      problem.hidden = !text;
    };
    const isTooMuch = () => {
      const size = [...input.files].reduce((sum, file) => sum + file.size, 0);
      return size > Number(form.dataset.most) || input.files.length > Number(form.dataset.count);
    };

    const show = () => {
      complain(isTooMuch() ? form.dataset.large : "");
      list.replaceChildren(
        ...[...input.files].map((file) => {
          const line = document.createElement("li");
          line.textContent = `${file.name}（${megabytes(file.size)}）`;
          return line;
        }),
      );
    };

    input.addEventListener("change", show);
    for (const name of ["dragenter", "dragover"]) {
      form.addEventListener(name, (event) => {
        event.preventDefault();
        form.classList.add("over");
      });
    }
    form.addEventListener("dragleave", (event) => {
      if (!form.contains(event.relatedTarget)) form.classList.remove("over");
    });
    form.addEventListener("drop", (event) => {
      event.preventDefault();
      form.classList.remove("over");
      if (!event.dataTransfer.files.length) return;
      input.files = event.dataTransfer.files;
      show();
    });

    // The browser sends the form itself; what a script adds is the progress.
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      if (isTooMuch()) return complain(form.dataset.large);
      complain("");
      const request = new XMLHttpRequest();
      const told = form.querySelector("[data-progress]");
      const bar = told.querySelector("progress");
      const button = form.querySelector("button");
      told.hidden = false;
      button.disabled = true;
      request.upload.addEventListener("progress", ({ loaded, total, lengthComputable }) => {
        if (!lengthComputable) return;
        bar.value = (100 * loaded) / total;
        told.querySelector("[data-percent]").textContent = `${Math.round(bar.value)}%`;
      });
      request.addEventListener("load", () => {
        if (request.status < 400) return location.assign(request.responseURL);
        // A refusal is a page of its own: its main part takes the place of ours.
        const page = new DOMParser().parseFromString(request.responseText, "text/html");
        document.title = page.title;
        const main = document.querySelector("main");
        main.replaceWith(document.adoptNode(page.querySelector("main")));
        document.querySelector("main").focus();
      });
      request.addEventListener("error", () => {
        told.hidden = true;
        button.disabled = false;
        complain(form.dataset.broken);
      });
      request.open("POST", form.action);
      request.send(new FormData(form));
    });
  }

  const step = document.querySelector("[data-poll]");
  if (step) {
    const bar = step.querySelector("progress");
    const text = step.querySelector("[data-step]");
    const follow = async () => {
      try {
        const answer = await fetch(step.dataset.poll, { headers: { Accept: "application/json" } });
        // Without a session, the answer is the login page: so is this page's, anew.  The same
        // for what is no more; any other failure (a server that starts anew) may pass.
        const isOver = answer.ok ? answer.redirected : [401, 403, 404].includes(answer.status);
        if (isOver) return location.reload();
        if (!answer.ok) throw new Error(`status ${answer.status}`);
        const { running, label, done, total } = await answer.json();
        if (!running) return location.reload();
        text.textContent = total ? `${label} ${done} / ${total}` : label;
        if (total) {
          bar.max = total;
          bar.value = done;
        }
      } catch {
        text.textContent = "…"; // the next try may get through
      }
      setTimeout(follow, 1000);
    };
    setTimeout(follow, 500);
  }
})();
