// 复制表格: the rows of a table as HTML for Word and as tab-separated text for Excel.
(() => {
  "use strict";

  const HTML = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };
  const escaped = (text) => text.replace(/[&<>"]/g, (sign) => HTML[sign]);

  /** What a spreadsheet would take for a formula gets an apostrophe, as in the CSV export. */
  function guarded(text) {
    const first = [...text].find((sign) => !/[\p{Cc}\p{Cf}\p{Zs}\p{Zl}\p{Zp}]/u.test(sign)) ?? "";
    return /^[=+\-@\u2212]$/.test(first.normalize("NFKC")) ? `'${text}` : text;
  }

  const cellOf = (cell) => cell.querySelector(".whole") ?? cell;
  const textOf = (cell) =>
    guarded([...cellOf(cell).childNodes].map((one) => one.textContent).join("").trim());

  /** A field of tab-separated text; quoted where it holds what separates. */
  const field = (text) => (/[\t\n\r"]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

  /** The text of a cell with its marks in bold and its lines kept. */
  function marked(node) {
    return [...node.childNodes]
      .map((one) => {
        if (one.nodeType === Node.TEXT_NODE) return escaped(one.data).replace(/\r\n|[\r\n]/g, "<br>");
        return one.localName === "mark" ? `<b>${marked(one)}</b>` : marked(one);
      })
      .join("");
  }

  const bodyCell = (cell) => {
    const text = textOf(cell);
    const inner = text.startsWith("'") ? escaped(text) : marked(cellOf(cell)).trim();
    // mso-number-format keeps Excel from reading a text as a number, a date or a formula.
    return `<td style="mso-number-format:'\\@';vertical-align:top">${inner}</td>`;
  };

  function contents(table) {
    const cells = (row) => [...row.cells].filter((cell) => !cell.classList.contains("picks"));
    const heads = cells(table.tHead.rows[0]).map((cell) =>
      (cell.querySelector("a") ?? cell.firstChild)?.textContent.trim() ?? "",
    );
    const rows = [...table.tBodies[0].rows].filter((row) => "id" in row.dataset).map(cells);
    const lines = [heads, ...rows.map((row) => row.map(textOf))];
    const head = heads.map((text) => `<th>${escaped(text)}</th>`).join("");
    const body = rows.map((row) => `<tr>${row.map(bodyCell).join("")}</tr>`).join("");
    return {
      text: lines.map((line) => line.map(field).join("\t")).join("\r\n"),
      html: `<table border="1" style="border-collapse:collapse"><tr>${head}</tr>${body}</table>`,
    };
  }

  async function copy(button) {
    const table = document.getElementById(button.dataset.copyTable);
    const { text, html } = contents(table);
    try {
      const blob = (kind, data) => new Blob([data], { type: kind });
      await navigator.clipboard.write([
        new ClipboardItem({
          "text/html": blob("text/html", html),
          "text/plain": blob("text/plain", text),
        }),
      ]);
    } catch {
      getSelection().selectAllChildren(table);
      return;
    }
    const label = button.innerHTML;
    button.textContent = button.dataset.done;
    setTimeout(() => (button.innerHTML = label), 2500);
  }

  for (const button of document.querySelectorAll("[data-copy-table]")) {
    button.hidden = false;
    button.addEventListener("click", () => copy(button));
  }
})();
