/* 表决和选举: counts along while numbers are typed, as activities/rules/votes.py and voters.py count; the server decides
   alone. Without this file the pages work the same and say afterwards what is missing. */

const needed = ([numerator, denominator, strict], base) => {
  if (base <= 0) return 1;
  const product = numerator * base;
  return strict ? Math.floor(product / denominator) + 1 : Math.ceil(product / denominator);
};
const number = (field) => (field && field.value !== "" ? Number(field.value) : 0);
const MORE_THAN_HALF = [1, 2, true];

function bindVote(form) {
  const { kinds, people, day } = JSON.parse(form.dataset.votes);
  const kindField = form.querySelector("[data-vote-kind]");
  const method = form.querySelector("[name=method]");
  const part = (name) => form.querySelector(`[data-vote="${name}"]`);
  const votes = { for: form.querySelector("[data-votes-for]"), against: form.querySelector("[data-votes-against]"), abstain: form.querySelector("[data-votes-abstain]") };
  const chosen = () => kinds[kindField ? kindField.value : Object.keys(kinds)[0]];
  const values = (row) => Object.fromEntries([...row.querySelectorAll("select, input")].map((field) => [field.name.split("-").pop(), field.type === "checkbox" ? field.checked : field.value]));

  /** Expected, present and written votes in favour, with what stands in the rows below. */
  function base(kind) {
    const left = new Set([...form.querySelectorAll("[data-left] option:checked")].map((option) => option.value));
    const excluded = new Set();
    if (kind.exclusions) {
      for (const row of form.querySelectorAll("[data-exclusion-row]")) {
        const { member, reason, superior_agreed_on: agreed, meeting_agreed: meeting } = values(row);
        if (member && reason && agreed && agreed <= day && meeting) excluded.add(member);
      }
    }
    const sums = { expected: 0, present: 0, written: 0 };
    const here = new Set();
    for (const [uid, person] of Object.entries(people)) {
      if (excluded.has(uid) && person.right) continue;
      if (person.right || kind.committee) sums.expected += 1;
      if (person.right && person.came && !left.has(uid) && (!person.online || kind.online)) {
        sums.present += 1;
        here.add(uid);
      }
    }
    if (kind.written) {
      for (const row of form.querySelectorAll("[data-opinion-row]")) {
        const { member, opinion, written_on: on } = values(row);
        if (member && opinion === "for" && on && on <= day && !here.has(member) && !excluded.has(member)) sums.written += 1;
      }
    }
    return sums;
  }

  function show() {
    const kind = chosen();
    const sums = base(kind);
    const quorum = needed(kind.quorum, sums.expected);
    const enough = needed(MORE_THAN_HALF, kind.ofPresent ? sums.present : sums.expected);
    const set = (name, text) => { if (part(name)) part(name).textContent = text; };
    set("expected", sums.expected);
    set("present", sums.present);
    set("quorum", quorum);
    set("needed", enough);
    set("words", `${kind.quorumWords}；${kind.passingWords}（${kind.clause}）。`);
    const gap = part("gap");
    const [text, good] = words(kind, sums, quorum, enough);
    gap.textContent = text;
    gap.classList.toggle("is-short", !good);
    gap.classList.toggle("is-enough", good && text !== "");
    toggle("[data-vote-exclusions]", kind.exclusions);
    toggle("[data-vote-opinions]", kind.written);
    toggle("[data-vote-prospect]", Boolean(kindField && kindField.value === "admission"));
    toggle("[data-vote-member]", kind.person && kindField.value !== "admission");
    toggle("[data-vote-measure]", Boolean(kindField && kindField.value === "confirmation"));
    seats();
  }

  function words(kind, sums, quorum, enough) {
    if (sums.present < quorum) return [`到会还差 ${quorum - sums.present} 人，不能表决`, false];
    if (!votes.for || votes.for.value === "") return ["", true];
    const total = number(votes.for) + number(votes.against) + number(votes.abstain);
    const inFavour = number(votes.for) + sums.written;
    const result = inFavour >= enough ? "可以通过" : `赞成还差 ${enough - inFavour} 人`;
    const written = sums.written ? `（含书面 ${sums.written}）` : "";
    if (total !== sums.present) return [`${result}${written}；合计 ${total} 票，与实到 ${sums.present} 人不符`, false];
    return [`${result}${written}`, inFavour >= enough];
  }

  function toggle(selector, on) {
    for (const element of form.querySelectorAll(selector)) element.hidden = !on;
  }

  function seats() {
    const office = form.querySelector("[data-office]");
    const field = form.querySelector("[data-seats]");
    if (!office || !field || !part("candidates")) return;
    const wanted = number(field);
    const equal = office.value === "secretary" || office.value === "deputy_secretary";
    const least = equal ? wanted : wanted + Math.ceil(wanted / 5);
    const have = form.querySelectorAll("[name=candidates] option:checked").length;
    const gap = have < least ? `，还差 ${least - have} 名` : "";
    part("candidates").textContent = wanted ? `应选 ${wanted} 名，候选人${equal ? "应为" : "至少"} ${least} 名，已选 ${have} 名${gap}。` : "";
  }

  const unanimous = form.querySelector("[data-unanimous]");
  if (unanimous) {
    unanimous.hidden = false;
    unanimous.addEventListener("click", () => {
      votes.for.value = base(chosen()).present;
      votes.against.value = 0;
      votes.abstain.value = 0;
      votes.for.dispatchEvent(new Event("input", { bubbles: true }));
    });
  }
  if (kindField) kindField.addEventListener("change", () => { method.value = chosen().method; });
  form.addEventListener("input", show);
  form.addEventListener("change", show);
  show();
}

function bindCount(form) {
  const seats = Number(form.dataset.electionCount);
  const enough = Number(form.dataset.needed);
  const summary = form.querySelector("[data-count-summary]");
  const field = (name) => form.querySelector(`[name=${name}]`);

  function show() {
    const issued = number(field("issued"));
    const valid = number(field("collected")) - number(field("invalid"));
    if (field("collected").value === "") {
      summary.textContent = "";
    } else if (number(field("collected")) > issued) {
      summary.textContent = "收回的选票多于发出的选票，选举无效。";
    } else {
      summary.textContent = `有效票 ${Math.max(valid, 0)} 张`;
    }
    let marks = 0;
    for (const row of form.querySelectorAll("[data-count-row]")) {
      const [inFavour, against, abstain] = [...row.querySelectorAll("[data-count]")].map(number);
      marks += inFavour;
      const total = inFavour + against + abstain;
      const check = row.querySelector("[data-count-check]");
      if (!total) check.textContent = "";
      else if (total !== valid) check.textContent = `合计 ${total}，应为 ${valid}`;
      else check.textContent = inFavour >= enough ? "超过半数" : `还差 ${enough - inFavour} 票`;
    }
    if (valid > 0 && marks > valid * seats) summary.textContent += `，赞成票合计 ${marks}，多于 ${valid * seats}，请核对`;
  }

  form.addEventListener("input", show);
  show();
}

for (const form of document.querySelectorAll("[data-votes]")) bindVote(form);
for (const form of document.querySelectorAll("[data-election-count]")) bindCount(form);
