/* Rows of minutes: adds a row, takes one out. Without this file one empty row is there all the same. */

function bind(box) {
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

document.querySelectorAll("[data-rows]").forEach(bind);
