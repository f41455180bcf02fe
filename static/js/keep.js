/* Keeps a long form while it is typed: sends its text some seconds after the last change (branch_portal/kept.py).
   The page works without this file; then only 暂存 keeps. */

const QUIET = 3000;

function bind(form) {
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

document.querySelectorAll("form[data-keep]").forEach(bind);
