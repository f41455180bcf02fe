/* Filters by organisation and by member: the select becomes a search box that asks the server; a choice sends the form. */
const selects = [...document.querySelectorAll("select[data-choices-url]")];

function load(select) {
  const sheet = document.createElement("link");
  Object.assign(sheet, { rel: "stylesheet", href: select.dataset.sheet });
  const script = document.createElement("script");
  script.src = select.dataset.script;
  return new Promise((resolve, reject) => {
    Object.assign(script, { onload: resolve, onerror: reject });
    document.head.append(sheet, script);
  });
}

function enhance(select) {
  const hits = new Set();
  const box = new window.TomSelect(select, {
    maxOptions: 250,
    loadThrottle: 250,
    placeholder: select.dataset.hint,
    shouldLoad: (text) => text.trim().length > 0,
    load(text, show) {
      fetch(`${select.dataset.choicesUrl}&term=${encodeURIComponent(text.trim())}`)
        .then((answer) => answer.json())
        .then((found) => {
          hits.clear();
          found.results.forEach((row) => hits.add(row.id));
          show(found.results.map((row) => ({ value: row.id, text: row.text })));
        })
        .catch(() => show());
    },
    // What the server found by pinyin or code need not hold the typed letters.
    score(text) {
      const local = this.getScoreFunction(text);
      return (option) => (hits.has(option.value) ? 1 : local(option));
    },
    render: {
      no_results: () => "<div class=\"no-results\">没有找到，请检查输入</div>",
      loading: () => "<div class=\"no-results\">正在查找…</div>",
    },
    onInitialize() { select.setAttribute("aria-hidden", "true"); },
  });
  box.on("change", () => select.form.submit());
}

if (selects.length) {
  // Without the search box the plain select and its button stay.
  load(selects[0]).then(() => selects.forEach(enhance)).catch(() => {});
}
