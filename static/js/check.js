// Reading a sample by keyboard: 1 fits, 2 problem, arrows to the neighbours, Ctrl+Enter saves. Without a script the page's own links do.
const form = document.querySelector("form[data-check-keys]");

function typing(target) {
  return target.matches("textarea, select, input:not([type=radio])");
}

function choose(value) {
  const box = form.querySelector(`input[name=result][value=${value}]`);
  box.checked = true;
  const following = value === "problem" ? form.querySelector("textarea") : box;
  following.focus();
}

function follow(relation) {
  const link = document.querySelector(`a[rel=${relation}]`);
  if (link) link.click();
}

const KEYS = {
  1: () => choose("fits"),
  2: () => choose("problem"),
  ArrowLeft: () => follow("prev"),
  ArrowRight: () => follow("next"),
};

if (form) {
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey && event.key === "Enter") {
      form.requestSubmit();
      return;
    }
    if (event.ctrlKey || event.altKey || event.metaKey || typing(event.target) || !(event.key in KEYS)) return;
    event.preventDefault();
    KEYS[event.key]();
  });
}
