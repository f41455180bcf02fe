/* 民主评议表: counts 优秀 against its cap while grades are chosen, and lets the hands stay on the keyboard.
   Without this file the page works the same; the server counts when the sheet is saved. */

const GRADES = { 1: "excellent", 2: "qualified", 3: "basically", 4: "unqualified", 0: "" };

function bind(root) {
  const caps = root.querySelector("[data-appraisal-caps]");
  const cap = Number(root.dataset.cap);
  const selects = (column) => [...root.querySelectorAll(`select[data-grade="${column}"]`)];

  function count() {
    const excellent = selects("grade").filter((select) => select.value === "excellent").length;
    caps.textContent = `优秀 ${excellent} / 上限 ${cap}`;
    caps.classList.toggle("is-over", excellent > cap);
  }

  function set(select, value) {
    if (select.value === value) return;
    select.value = value;
    select.dispatchEvent(new Event("change", { bubbles: true }));
  }

  function move(select, step) {
    const column = selects(select.dataset.grade);
    const next = column[column.indexOf(select) + step];
    if (!next) return;
    next.focus();
    next.scrollIntoView({ block: "nearest" });
  }

  root.addEventListener("change", (event) => {
    if (event.target.matches("[data-grade]")) count();
  });
  root.addEventListener("keydown", (event) => {
    if (!event.target.matches("[data-grade]") || event.ctrlKey || event.altKey || event.metaKey) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") move(event.target, event.key === "ArrowDown" ? 1 : -1);
    else if (event.key in GRADES) {
      set(event.target, GRADES[event.key]);
      move(event.target, 1);
    } else return;
    event.preventDefault();
  });
  root.querySelector("[data-appraisal-fill]").addEventListener("click", (event) => {
    event.preventDefault();
    for (const select of selects("grade")) if (!select.value) set(select, "qualified");
  });
  root.querySelector("[data-appraisal-keys]").hidden = false;
  count();
}

document.querySelectorAll("[data-appraisal]").forEach(bind);
