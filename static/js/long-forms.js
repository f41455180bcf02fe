/* What long forms do beyond portal.js. Pages work without this file. */

/* ---------- Keeping while one types: the text is sent some seconds after the last change (branch_portal/kept.py) ---------- */
const QUIET = 3000;

function bindKeeping(form) {
  const note = form.querySelector("[data-keep-note]");
  let timer = 0;
  let sent = "";
  const text = () => new URLSearchParams(new FormData(form)).toString();

  async function send() {
    timer = 0;
    const body = text();
    if (body === sent || form.getAttribute("aria-busy") === "true" || form.dataset.dirty !== "yes") return;
    try {
      const answer = await fetch(form.dataset.keep, {
        method: "POST",
        body,
        headers: { "Content-Type": "application/x-www-form-urlencoded" },
        credentials: "same-origin",
      });
      if (answer.ok) sent = body;
      if (note) note.textContent = answer.ok || answer.status === 413 ? await answer.text() : "没有自动保存，请及时点“暂存”";
    } catch {
      if (note) note.textContent = "网络不通，内容还在页面上，恢复后会自动保存";
      timer = window.setTimeout(send, 4 * QUIET);
    }
  }

  const later = () => {
    window.clearTimeout(timer);
    timer = window.setTimeout(send, QUIET);
  };
  form.addEventListener("input", later);
  form.addEventListener("change", later);
  form.addEventListener("submit", () => window.clearTimeout(timer));
}

document.querySelectorAll("form[data-keep]").forEach(bindKeeping);

/* ---------- Rows of minutes: adds one, takes one out; without a script one empty row is there all the same ---------- */
function bindRows(box) {
  const total = box.querySelector("input[name$=-TOTAL_FORMS]");
  const template = box.querySelector("template[data-row-template]");
  const list = box.querySelector("[data-row-list]");
  const add = box.querySelector("[data-row-add]");
  if (!total || !template || !add) return;
  add.hidden = false;
  const grow = () => {
    const number = Number(total.value);
    if (number >= Number(add.dataset.rowMax)) return;
    const holder = document.createElement("template");
    holder.innerHTML = template.innerHTML.replaceAll("__prefix__", String(number));
    list.append(holder.content);
    window.htmx?.process(list.lastElementChild);
    total.value = String(number + 1);
    list.lastElementChild.querySelector("input:not([type=hidden]), textarea, select").focus();
  };
  add.addEventListener("click", grow);
  list.addEventListener("click", (event) => {
    const button = event.target.closest("[data-row-remove]");
    if (!button) return;
    const row = button.closest("[data-row]");
    // The numbering has no gaps, so a row is emptied and put away instead of taken out.
    row.querySelectorAll("input, textarea, select").forEach((field) => {
      if (field.type === "checkbox") field.checked = false;
      else if (field.type !== "hidden") field.value = "";
      field.dispatchEvent(new Event("input", { bubbles: true }));
    });
    row.hidden = true;
    add.focus();
  });
}

document.querySelectorAll("[data-rows]").forEach(bindRows);
