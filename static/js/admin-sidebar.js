// The side bar is longer than the screen: it opens at the page that is shown.
const bar = document.getElementById("nav-sidebar");
const here = bar?.querySelector("[aria-current=page]");
if (here) {
  const below = here.getBoundingClientRect().bottom - bar.getBoundingClientRect().top - bar.clientHeight;
  if (below > 0) bar.scrollTop += below + bar.clientHeight / 2;
}
