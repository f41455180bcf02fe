/* 全选 over a list of ticks. Without this file each line is ticked by itself. */

document.querySelectorAll("[data-tick-all]").forEach((button) => {
  const boxes = () => [...button.form.querySelectorAll(`input[type=checkbox][name="${button.dataset.tickAll}"]`)];
  button.hidden = false;
  button.addEventListener("click", () => {
    const all = boxes();
    const wanted = all.some((box) => !box.checked);
    all.forEach((box) => {
      box.checked = wanted;
    });
    button.form.dispatchEvent(new Event("change", { bubbles: true }));
  });
});
