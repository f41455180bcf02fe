// The grid of a blank form: a click, or the arrows and Enter, puts a cell into the form beside it, with what is bound to it.
// Without this script the place is typed, and the list below the grid leads back to each bound place.
const grid = document.querySelector("[data-form-grid]");
const form = document.getElementById("bind");

const field = (name) => form.elements.namedItem(name);

function fillIn(values) {
  for (const [name, value] of Object.entries(values)) {
    const input = field(name);
    if (input.type === "checkbox") input.checked = Boolean(value);
    else input.value = value;
  }
}

function choose(cell) {
  for (const other of grid.querySelectorAll(".is-chosen")) other.classList.remove("is-chosen");
  cell.classList.add("is-chosen");
  const { shown, source, span, spare, keep, words } = cell.dataset;
  // What is chosen for a free cell stays as it was: neighbours are often bound to the same list.
  if (source === undefined) fillIn({ place: shown });
  else fillIn({ place: shown, source, span, spare, keep, words });
  field("source").focus();
}

function below(cell, rows) {
  const table = grid.tBodies[0];
  const line = table.rows[cell.parentElement.sectionRowIndex + rows];
  if (!line) return null;
  const left = cell.offsetLeft;
  const free = [...line.querySelectorAll("td[data-place]")];
  return free.find((each) => each.offsetLeft + each.offsetWidth > left) ?? free.at(-1) ?? below(line.cells[0], rows);
}

function beside(cell, step) {
  let next = step > 0 ? cell.nextElementSibling : cell.previousElementSibling;
  while (next && next.dataset.place === undefined) next = step > 0 ? next.nextElementSibling : next.previousElementSibling;
  return next;
}

function move(from, key) {
  if (key === "ArrowRight") return beside(from, 1);
  if (key === "ArrowLeft") return beside(from, -1);
  if (key === "ArrowDown") return below(from, from.rowSpan);
  return key === "ArrowUp" ? below(from, -1) : null;
}

if (grid && form) {
  const cells = [...grid.querySelectorAll("td[data-place]")];
  for (const cell of cells) cell.tabIndex = -1;
  const entry = cells.find((cell) => `#${cell.id}` === decodeURIComponent(location.hash)) ?? cells[0];
  if (entry) entry.tabIndex = 0;

  grid.addEventListener("click", (event) => {
    const cell = event.target.closest("td[data-place]");
    if (cell) choose(cell);
  });
  grid.addEventListener("keydown", (event) => {
    const cell = event.target.closest("td[data-place]");
    if (!cell) return;
    if (event.key === "Enter") {
      event.preventDefault();
      choose(cell);
      return;
    }
    const next = move(cell, event.key);
    if (!next) return;
    event.preventDefault();
    cell.tabIndex = -1;
    next.tabIndex = 0;
    next.focus();
  });
}

for (const link of document.querySelectorAll("[data-mark]")) {
  link.addEventListener("click", (event) => {
    if (!form) return;
    event.preventDefault();
    fillIn({ place: link.dataset.mark });
    field("source").focus();
  });
}
