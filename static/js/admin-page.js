// On every page of the back office.

// The side bar is longer than the screen: it opens at the page that is shown.
const bar = document.getElementById("nav-sidebar");
const here = bar?.querySelector("[aria-current=page]");
if (here) {
  const below = here.getBoundingClientRect().bottom - bar.getBoundingClientRect().top - bar.clientHeight;
  if (below > 0) bar.scrollTop += below + bar.clientHeight / 2;
}

// A table wider than its frame scrolls by keyboard too; one that fits is no stop on the way.
for (const frame of document.querySelectorAll(".table-wrap:not([tabindex])")) {
  if (frame.scrollWidth > frame.clientWidth + 1) {
    frame.tabIndex = 0;
    frame.setAttribute("role", "region");
    frame.setAttribute("aria-label", frame.querySelector("caption")?.textContent || "表格");
  }
}
