/* The roll of 记录活动: shows at once what the server will read from the typed line and the rows (activities/rules/roll.py),
   and lets the hands stay on the keyboard. Without this file the page works the same, only later. */

const WORDS = {
  absent: "缺席 缺勤 缺 未到 未到会 旷会 无故缺席",
  personal: "事假 因私 请事假",
  sick: "病假 因病 请病假",
  official: "公假 公差 出差 因公 公出",
  other: "请假 其他 其它 其他请假 其他假",
  late: "迟到 晚到",
  online: "线上 在线 网上 视频 线上参加",
  exempt: "免 免予参加 免于参加 免到 豁免",
  made_up: "补课 已补课 补学 已补学",
  present: "到会 出席 实到 出勤 参加 正常",
};
const VALUE_OF = new Map(
  Object.entries(WORDS).flatMap(([value, words]) => words.split(" ").map((word) => [word, value])),
);
const KEYS = { p: "present", l: "late", o: "online", s: "personal", b: "sick", g: "official", a: "absent", e: "exempt" };
const ATTENDING = new Set(["present", "late", "online"]);
const LABELS = { absent: "缺席", personal: "事假", sick: "病假", official: "公假", other: "其他请假", late: "迟到", online: "线上", exempt: "免予参加", made_up: "已补课", present: "到会" };
const TO = "(?:[-–—−‐‑―~]+|至|到(?!会))";
const TOKEN = () =>
  new RegExp(
    `(?<range>第?(?<low>[0-9]+)\\s*号?\\s*${TO}\\s*第?(?<high>[0-9]+)(?:\\s*号)?(?!\\s*[人名位个]))` +
      "|(?<count>[0-9]+\\s*[人名位个])" +
      `|(?<dangling>[0-9]+\\s*号?\\s*${TO})` +
      "|(?<number>第?(?<row>[0-9]+)(?:\\s*号)?)" +
      "|(?<word>[\\u3400-\\u9fff]+)|[^]",
    "gu",
  );
const SUFFIX = /(的|人员|党员|同志|序号|名单|者)+$/;

/** Row number → value, for as much of the line as can be read; the server names what cannot. */
function readLine(text, total) {
  const marks = new Map();
  let current = "absent";
  for (const { groups } of text.normalize("NFKC").matchAll(TOKEN())) {
    if (groups.word) {
      for (const word of groups.word.split(/[和及与]/)) {
        if (!word || word === "第" || word === "号") continue;
        current = VALUE_OF.get(word) || VALUE_OF.get(word.replace(SUFFIX, "")) || current;
      }
      continue;
    }
    const low = Number(groups.low || groups.row || 0);
    const high = Math.min(Number(groups.high || groups.row || 0), total);
    for (let row = Math.max(low, 1); low && row <= high; row += 1) if (!marks.has(row)) marks.set(row, current);
  }
  return marks;
}

/** Marks → the shortest line that says them. */
function writeLine(marks) {
  const groups = new Map();
  for (const [row, value] of [...marks].sort((one, other) => one[0] - other[0])) {
    if (!groups.has(value)) groups.set(value, []);
    groups.get(value).push(row);
  }
  const parts = [...groups].map(([value, rows]) => `${LABELS[value]} ${runs(rows)}`);
  return groups.size === 1 && groups.has("absent") ? parts[0].slice(3) : parts.join(" ");
}

function runs(rows) {
  const found = [];
  for (const row of rows) {
    const last = found[found.length - 1];
    if (last && last[1] === row - 1) last[1] = row;
    else found.push([row, row]);
  }
  return found.map(([low, high]) => (low === high ? low : `${low}-${high}`)).join(" ");
}

function bind(root) {
  const line = root.querySelector("[data-roll-line]");
  const summary = root.querySelector("[data-roll-summary]");
  let fromLine = new Map();

  const rows = () => [...root.querySelectorAll("[data-roll-row]")];
  const status = (row) => row.querySelector("[data-roll-status]");
  const number = (row) => Number(row.dataset.rollRow);
  // The numbers of a class's list have gaps, and its rows know fewer statuses than a gathering's.
  const highest = () => rows().reduce((most, row) => Math.max(most, number(row)), 0);
  const offers = (row, value) => [...status(row).options].some((option) => option.value === value);

  function show(row) {
    const value = status(row).value;
    const present = value === "present" || value === "exempt";
    row.classList.toggle("is-exception", !present);
    const reason = row.querySelector("[data-roll-reason]");
    reason.hidden = present;
    reason.querySelector("[data-roll-minutes]").hidden = value !== "late";
  }

  function count() {
    const values = rows().map((row) => status(row).value);
    const exempt = values.filter((value) => value === "exempt").length;
    const present = values.filter((value) => ATTENDING.has(value)).length;
    const away = values.length - exempt - present;
    const tail = exempt ? `，免予参加 ${exempt} 人` : "";
    summary.textContent = `应到 ${values.length - exempt} 人，实到 ${present} 人，缺席 ${away} 人${tail}`;
  }

  function applyLine() {
    const all = rows();
    const marks = readLine(line.value, highest());
    for (const row of all) {
      const mark = marks.get(number(row));
      if (mark && offers(row, mark)) status(row).value = mark;
      else if (fromLine.has(number(row))) status(row).value = row.dataset.default;
      show(row);
    }
    fromLine = marks;
    count();
  }

  // A row set by hand no longer belongs to the line, or the server would read the line over it.
  function set(row, value) {
    status(row).value = value;
    if (fromLine.delete(number(row))) line.value = writeLine(fromLine);
    show(row);
    count();
  }

  function move(row, step) {
    const all = rows();
    const next = all[all.indexOf(row) + step];
    if (!next) return;
    all.forEach((other) => other.classList.toggle("is-current", other === next));
    status(next).focus();
    next.scrollIntoView({ block: "nearest" });
  }

  line.addEventListener("input", applyLine);
  root.addEventListener("change", (event) => {
    const row = event.target.closest("[data-roll-row]");
    if (row && event.target.matches("[data-roll-status]")) set(row, event.target.value);
  });
  root.addEventListener("keydown", (event) => {
    if (!event.target.matches("[data-roll-status]") || event.ctrlKey || event.altKey || event.metaKey) return;
    const row = event.target.closest("[data-roll-row]");
    const value = KEYS[event.key.toLowerCase()];
    if (event.key === "ArrowDown" || event.key === "ArrowUp") move(row, event.key === "ArrowDown" ? 1 : -1);
    else if (value) {
      if (offers(row, value)) set(row, value);
      move(row, 1);
    } else return;
    event.preventDefault();
  });
  root.querySelector("[data-roll-all]").addEventListener("click", () => {
    line.value = "";
    fromLine = new Map();
    for (const row of rows()) {
      status(row).value = row.dataset.default;
      show(row);
    }
    count();
  });

  // Another day has another list: marks follow the people, and the line is written anew with the new numbers.
  let kept = new Map();
  const field = (row, name) => row.querySelector(`[name^="${name}_"]`);
  root.addEventListener("htmx:beforeSwap", (event) => {
    if (event.detail.target.id === "roll-names") return;
    const own = (row) => ({
      value: status(row).value,
      typed: fromLine.has(number(row)),
      reason: field(row, "reason").value,
      minutes: field(row, "minutes").value,
    });
    kept = new Map(rows().map((row) => [status(row).name, own(row)]));
  });
  // Names and sheet were read by the server with everything that stood on the page: its rows are the answer.
  function showFilled() {
    if (!root.querySelector("[data-roll-keep-line]")) line.value = "";
    fromLine = readLine(line.value, highest());
    rows().forEach(show);
    count();
  }
  root.addEventListener("htmx:afterSettle", (event) => {
    if (event.detail.target.id === "roll-names") {
      showFilled();
      return;
    }
    const typed = new Map();
    for (const row of rows()) {
      const before = kept.get(status(row).name);
      if (before) {
        if (before.value !== "present") status(row).value = before.value;
        field(row, "reason").value = before.reason;
        field(row, "minutes").value = before.minutes;
        if (before.typed) typed.set(number(row), before.value);
      }
      show(row);
    }
    fromLine = typed;
    line.value = writeLine(typed);
    count();
    offerPeople();
  });

  // Chair and recorder are chosen from the list, so they follow it; who is not on it any more gives way to the usual one.
  function offerPeople() {
    const people = rows().map((row) => [status(row).name.slice("status_".length), row.querySelector(".name").firstChild.textContent]);
    for (const name of ["chair", "recorder"]) {
      const select = root.closest("form").elements[name];
      if (!select) continue;
      const chosen = people.some(([uid]) => uid === select.value) ? select.value : root.querySelector("[data-roll-rows]").dataset[name] || "";
      select.replaceChildren(select.options[0], ...people.map(([uid, label]) => new Option(label, uid)));
      select.value = chosen;
    }
  }

  root.querySelectorAll("[data-roll-all], [data-roll-fill]").forEach((button) => (button.hidden = false));
  root.querySelector("[data-roll-keys]").hidden = false;
  rows().forEach(show);
  fromLine = readLine(line.value, highest());
  count();
}

document.querySelectorAll("[data-roll]").forEach(bind);
