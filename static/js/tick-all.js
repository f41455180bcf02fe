// A button data-tick-all="name" ticks every box of that name in its form, and unticks them when all are; without a script it stays hidden.
for (const button of document.querySelectorAll("[data-tick-all]")) {
  const boxes = [...button.form.querySelectorAll(`input[type="checkbox"][name="${button.dataset.tickAll}"]`)];
  button.hidden = false;
  button.addEventListener("click", () => {
    const tick = boxes.some((box) => !box.checked);
    for (const box of boxes) box.checked = tick;
  });
}
