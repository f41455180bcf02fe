/* What every page does, bound by data- attributes; pages work without it. Only this file is loaded by every page;
   events are delegated, so what htmx swaps in needs no binding of its own. docs/ui.md lists the attributes. */

const on = (type, handler, capture = false) => document.addEventListener(type, handler, capture);
const closest = (event, selector) => (event.target instanceof Element ? event.target.closest(selector) : null);

/* ---------- Messages from the script itself ---------- */
const WORDS = {
  network: "没有送出：网络不通或服务暂时不可用。已填内容仍在页面上，请稍后再试。",
  server: "没有完成：系统出错。已填内容仍在页面上，请稍后再试；反复出现时请联系管理员。",
  denied: "没有完成：您没有办理此事的权限，或页面已过期。请刷新页面后再试。",
  missing: "没有完成：内容不存在或已变动。请刷新页面。",
  busy: "操作过于频繁，请稍后再试。",
  away: "没有完成：系统正忙或正在恢复。已填内容仍在页面上，请过几秒再试。",
  full: "没有完成：服务器磁盘已满。已填内容仍在页面上，请联系管理员清理磁盘后再试。",
};

function say(text, level = "error") {
  const list = document.getElementById("messages");
  if (!list) return;
  list.querySelectorAll("[data-from-script]").forEach((item) => item.remove());
  const item = document.createElement("li");
  item.className = `message is-${level}`;
  item.dataset.fromScript = "";
  const words = document.createElement("span");
  words.className = "text";
  words.textContent = text;
  item.append(words);
  list.append(item);
  item.scrollIntoView({ block: "nearest" });
}
on("portal:say", (event) => say(event.detail.text, event.detail.level || "info"));

on("htmx:sendError", () => say(WORDS.network));
on("htmx:timeout", () => say(WORDS.network));
on("htmx:responseError", (event) => {
  const status = event.detail.xhr.status;
  const words = { 403: WORDS.denied, 404: WORDS.missing, 429: WORDS.busy, 503: WORDS.away, 507: WORDS.full };
  say(words[status] || (status >= 500 ? WORDS.server : WORDS.missing));
});

/* ---------- Small things ---------- */
on("click", (event) => {
  const dismiss = closest(event, "[data-dismiss]");
  if (dismiss) dismiss.closest(dismiss.dataset.dismiss)?.remove();
  if (closest(event, "[data-print]")) window.print();
  document.querySelectorAll("details[data-menu][open]").forEach((menu) => {
    if (!menu.contains(event.target)) menu.open = false;
  });
});

on("keydown", (event) => {
  if (event.key !== "Escape") return;
  document.querySelectorAll("details[data-menu][open]").forEach((menu) => {
    menu.open = false;
    menu.querySelector("summary").focus();
  });
});

on("click", async (event) => {
  const button = closest(event, "[data-copy]");
  if (!button) return;
  const source = document.querySelector(button.dataset.copy);
  const word = button.querySelector("[data-copy-word]") || button;
  word.textContent = (await copied(source)) ? "已复制" : "没有复制成功，请长按文字复制";
});

async function copied(source) {
  const text = "value" in source ? source.value : source.textContent;
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    // Plain http on an inner network has no clipboard API; the old command still works there.
    const range = document.createRange();
    range.selectNodeContents(source);
    const selection = window.getSelection();
    selection.removeAllRanges();
    selection.addRange(range);
    return document.execCommand("copy");
  }
}

// A line of the error summary leads into its field, also where a search box stands in for the select.
on("click", (event) => {
  const link = closest(event, ".error-summary a[href^='#']");
  const target = link && document.getElementById(link.hash.slice(1));
  if (!target) return;
  event.preventDefault();
  const field = target.matches("input, select, textarea") ? target : target.querySelector("input, select, textarea");
  if (field?.tomselect) field.tomselect.focus();
  else (field || target).focus();
});

/* ---------- Elder view: switched without losing a half-filled form ---------- */
on("submit", async (event) => {
  const form = closest(event, "form[data-elder-switch]");
  if (!form) return;
  event.preventDefault();
  const button = form.querySelector("button");
  if (button.disabled) return;
  button.disabled = true;
  try {
    const body = new URLSearchParams(new FormData(form));
    const answer = await fetch(form.action, { method: "POST", body, redirect: "manual" });
    if (answer.type !== "opaqueredirect" && !answer.ok) throw new Error(String(answer.status));
    const elder = document.documentElement.classList.toggle("elder");
    button.setAttribute("aria-pressed", String(elder));
  } catch {
    say(WORDS.network);
  }
  button.disabled = false;
  button.focus();
});

/* ---------- Asking once more ---------- */
function ask(element) {
  const dialog = document.getElementById("confirm-dialog");
  dialog.querySelector("#confirm-text").textContent = element.dataset.confirm;
  const detail = dialog.querySelector("#confirm-detail");
  detail.textContent = element.dataset.confirmDetail || "";
  detail.hidden = !element.dataset.confirmDetail;
  const yes = dialog.querySelector("[data-answer=yes]");
  yes.textContent = element.dataset.confirmLabel || "确定";
  yes.classList.toggle("btn-danger", "confirmDanger" in element.dataset);
  yes.classList.toggle("btn-primary", !("confirmDanger" in element.dataset));
  return new Promise((resolve) => {
    dialog.returnValue = "no";
    dialog.addEventListener("close", () => resolve(dialog.returnValue === "yes"), { once: true });
    dialog.showModal();
  });
}
on("click", (event) => {
  const answer = closest(event, "#confirm-dialog [data-answer]");
  if (answer) answer.closest("dialog").close(answer.dataset.answer);
});

const agreed = new WeakSet();
const isHtmx = (element) => element.matches("[hx-get],[hx-post],[hx-put],[hx-patch],[hx-delete]");
on("click", async (event) => {
  const element = closest(event, "[data-confirm]");
  if (!element || element.matches("form") || isHtmx(element) || agreed.delete(element)) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  if (!(await ask(element))) return;
  agreed.add(element);
  element.click();
}, true);
on("htmx:confirm", async (event) => {
  const element = event.detail.elt.closest("[data-confirm]");
  if (!element) return;
  event.preventDefault();
  if (await ask(element)) event.detail.issueRequest(true);
});

/* ---------- Forms: once only, dirty, sent by themselves ---------- */
const busy = new Set();
function setBusy(form, state) {
  form.querySelectorAll("button[type=submit], button:not([type])").forEach((button) => {
    // Not `disabled`: a disabled button drops its name from what is sent, and loses the focus.
    if (state) button.setAttribute("aria-disabled", "true");
    else button.removeAttribute("aria-disabled");
  });
  if (state) busy.add(form);
  else busy.delete(form);
}
on("submit", (event) => {
  const form = event.target;
  // The submit handlers of pages run first (bubbling up to here), so a refused form is not locked.
  if (form.method !== "post" || event.defaultPrevented || form.matches("[data-elder-switch]")) return;
  if (busy.has(form)) {
    event.preventDefault();
    return;
  }
  form.dataset.dirty = "";
  // A form that answers with a download never leaves the page; it opens again by itself.
  if (form.matches("[data-repeatable]")) window.setTimeout(() => setBusy(form, false), 3000);
  setBusy(form, true);
});
// Only what sends the form locks it: a preview that runs while somebody types must not swallow the press that follows.
const sends = ({ detail }) => detail.elt.matches("form[method=post]") && detail.requestConfig.triggeringEvent?.type === "submit";
on("htmx:beforeRequest", (event) => sends(event) && setBusy(event.detail.elt, true));
on("htmx:afterRequest", (event) => sends(event) && setBusy(event.detail.elt, false));
window.addEventListener("pageshow", (event) => {
  // Back from the next page, out of the browser's own cache: buttons work again, counts are fresh.
  busy.forEach((form) => setBusy(form, false));
  if (event.persisted && document.querySelector("[data-fresh-on-return]")) window.location.reload();
});

on("input", (event) => {
  const form = closest(event, "form[data-warn-unsaved]");
  if (form) form.dataset.dirty = "yes";
});
// In a long form Enter leads to the next field; the browser would press the first button, which may be 暂存.
on("keydown", (event) => {
  const form = closest(event, "form[data-enter-moves]");
  if (!form || event.key !== "Enter" || event.isComposing || event.defaultPrevented) return;
  if (!event.target.matches("input") || event.target.closest(".ts-wrapper")) return;
  event.preventDefault();
  const fields = [...form.querySelectorAll("input, select, textarea")].filter((field) => field.offsetParent && field.tabIndex >= 0);
  fields[fields.indexOf(event.target) + 1]?.focus();
});
on("portal:saved", (event) => {
  const form = closest(event, "form") || event.target;
  if (form.dataset) form.dataset.dirty = "";
});
window.addEventListener("beforeunload", (event) => {
  if (document.querySelector('form[data-warn-unsaved][data-dirty="yes"]')) event.preventDefault();
});

on("change", (event) => {
  const form = closest(event, "form[data-autosubmit]");
  // Typed text is sent by Enter or the button, so the page never changes under the typing hand.
  if (form && event.target.matches("select, input[type=checkbox], input[type=radio], input[type=date], input[type=month]")) {
    form.requestSubmit();
  }
});

/* ---------- Long selects with search (pinyin through <option data-pinyin>) ---------- */
let searchSelect = null;
function loadSearchSelect() {
  const meta = document.querySelector("meta[name=portal-search-select]");
  if (!searchSelect && meta) {
    searchSelect = new Promise((resolve, reject) => {
      const sheet = document.createElement("link");
      sheet.rel = "stylesheet";
      sheet.href = meta.dataset.css;
      // Before our own sheets, so that ours win.
      document.head.querySelector("link[rel=stylesheet]").before(sheet);
      const script = document.createElement("script");
      script.src = meta.content;
      script.onload = resolve;
      script.onerror = reject;
      document.head.append(script);
    });
  }
  return searchSelect;
}
async function enhance(root) {
  const selects = [...root.querySelectorAll("select[data-search]")].filter((select) => !select.tomselect);
  if (!selects.length) return;
  try {
    await loadSearchSelect();
  } catch {
    return; // The native select stays.
  }
  selects.filter((select) => !select.tomselect).forEach((select) => {
    new window.TomSelect(select, {
      searchField: ["text", "pinyin"],
      maxOptions: 200,
      refreshThrottle: 0, // otherwise a quick Enter takes the option that stood there before the typing
      // The select itself stays in the form, but nobody meets it any more.
      onInitialize() { select.setAttribute("aria-hidden", "true"); },
      plugins: select.multiple ? ["remove_button"] : [],
      render: { no_results: () => "<div class=\"no-results\">没有符合的选项</div>" },
    });
  });
}

/* ---------- Start, and again for what htmx brings ---------- */
function wake(root) {
  root.querySelectorAll("[data-print], [data-copy], [data-dismiss]").forEach((element) => { element.hidden = false; });
  if (/MicroMessenger/i.test(navigator.userAgent)) {
    root.querySelectorAll("[data-wechat-only]").forEach((element) => { element.hidden = false; });
  }
  root.querySelector("[data-focus]")?.focus();
  root.querySelectorAll(".grid-scroll").forEach((grid) => {
    const now = grid.querySelector("thead [aria-current]");
    // The month before stays in sight, beside the fixed first column.
    if (!now) return;
    const fixed = now.parentElement.firstElementChild.getBoundingClientRect();
    grid.scrollLeft += now.getBoundingClientRect().left - fixed.right - now.offsetWidth;
  });
  root.querySelectorAll(".tabs [aria-current]").forEach((tab) => {
    // On a phone the row is longer than the screen; one's own place in it is in sight.
    const row = tab.closest("ul");
    const [here, all] = [tab.getBoundingClientRect(), row.getBoundingClientRect()];
    row.scrollLeft += (here.left + here.right - all.left - all.right) / 2;
  });
  enhance(root);
}
wake(document);

/* ---------- Scripts that would take the line from the style sheet: asked for when that is there ---------- */
document.querySelectorAll("template[data-later]").forEach(({ dataset }) => {
  const script = document.createElement("script");
  Object.assign(script, { type: dataset.kind ?? "", src: dataset.later, async: false });
  // htmx begins when the document is read, which it may have been before: nobody else waits for that here.
  script.onload = () => dataset.kind || document.dispatchEvent(new Event("DOMContentLoaded"));
  document.head.append(script);
});
on("htmx:load", (event) => { if (event.detail.elt !== document.body) wake(event.detail.elt); });
