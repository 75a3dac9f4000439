// The meeting: every click is saved at once. What another window changed meanwhile is shown and
// never written over; what could not be saved stays on the screen and says so.

import { onRefresh, refresh, say, wrote } from "./live.js";

const row = (element) => element.closest?.(".row");
const rows = () => [...document.querySelectorAll(".row")];
const remark = (each) => each.querySelector("textarea");
const buttons = (each) => [...each.querySelectorAll(".answer")];
// The words that could not be saved, by row: they are tried again.
const waiting = new Map();

// ---- saving: one after another for each row, so that the last click wins

async function save(each, value, comment) {
  const no = each.dataset.no;
  waiting.set(no, { value, comment });
  show(each, value);
  if (each.dataset.busy) return;
  each.dataset.busy = "1";
  while (waiting.has(no)) {
    const wanted = waiting.get(no);
    tell(each, "保存しています");
    const answer = await send(each, wanted);
    if (!answer) {
      tell(each, "保存できていません。", true);
      break;
    }
    if (waiting.get(no) === wanted) waiting.delete(no);
    if (answer.now.turn) wrote(answer.now.turn);
    each.dataset.opinion = answer.now.value;
    each.dataset.comment = answer.now.comment;
    if (answer.status === 409) {
      waiting.delete(no);
      show(each, answer.now.value);
      remark(each).value = answer.now.comment;
      tell(each, "別の画面で変わったため、書き込みませんでした。いまの内容を示しています。");
    } else if (!waiting.has(no)) {
      tell(each, "保存しました");
    }
  }
  delete each.dataset.busy;
  refresh();
}

async function send(each, wanted) {
  const said = {
    no: Number(each.dataset.no),
    seen: each.dataset.opinion,
    seen_comment: each.dataset.comment,
    value: wanted.value,
    comment: wanted.comment,
  };
  try {
    const answer = await fetch("/mark", {
      method: "POST",
      body: JSON.stringify(said),
      headers: { accept: "application/json", "content-type": "application/json" },
      keepalive: true,
    });
    const now = await answer.json();
    if (answer.ok || answer.status === 409) if ("value" in now) return { status: answer.status, now };
    say(now.said ?? "保存できませんでした。");
  } catch {
    say("応答がありません。資料作成をもう一度ダブルクリックして開いてください。");
  }
  return null;
}

function show(each, value) {
  for (const button of buttons(each)) {
    const chosen = button.dataset.value === value;
    button.setAttribute("aria-pressed", String(chosen));
    button.querySelector(".box").textContent = chosen ? "■" : "□";
  }
  each.classList.toggle("filled", value !== "");
}

function tell(each, text, again = false) {
  const saved = each.querySelector(".saved");
  saved.textContent = text;
  saved.classList.toggle("failed", again);
  if (!again) return;
  const button = document.createElement("button");
  button.type = "button";
  button.className = "button again";
  button.textContent = "もう一度保存する";
  saved.append(button);
}

const chosen = (each) => buttons(each).find((b) => b.getAttribute("aria-pressed") === "true")?.dataset.value ?? "";

function choose(each, value) {
  if (buttons(each).every((button) => button.disabled)) return;
  save(each, value, remark(each)?.value ?? "");
}

document.addEventListener("click", (event) => {
  const each = row(event.target);
  if (!each) return;
  if (event.target.closest(".again, .settle")) {
    save(each, chosen(each), remark(each).value);
    return;
  }
  const button = event.target.closest(".answer");
  if (button) choose(each, button.getAttribute("aria-pressed") === "true" ? "" : button.dataset.value);
  else if (document.body.classList.contains("single")) focusOn(each);
});

// ---- remarks: saved when typing stops, and when the field is left

let typing = 0;
document.addEventListener("input", (event) => {
  const each = row(event.target);
  if (!each || event.target.tagName !== "TEXTAREA") return;
  fit(event.target);
  each.dataset.typed = "1";
  clearTimeout(typing);
  typing = setTimeout(() => leave(each), 900);
});
document.addEventListener("change", (event) => {
  const each = row(event.target);
  if (each && event.target.tagName === "TEXTAREA") leave(each);
});

function leave(each) {
  clearTimeout(typing);
  if (!each.dataset.typed) return;
  delete each.dataset.typed;
  save(each, chosen(each), remark(each).value);
}

function fit(area) {
  area.style.height = "auto";
  area.style.height = `${area.scrollHeight + 2}px`;
}

// ---- keys: only while the focus is in a row

document.addEventListener("keydown", (event) => {
  const each = row(event.target);
  if (!each || event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return;
  if (event.target.tagName === "TEXTAREA") {
    if (event.key === "Escape") {
      leave(each);
      buttons(each)[0]?.focus();
    }
    return;
  }
  const key = event.key.toLowerCase();
  const button = buttons(each).find((candidate) => candidate.dataset.key === key);
  if (button) choose(each, button.dataset.value);
  else if (key === "0" || key === "delete" || key === "backspace") choose(each, "");
  else if (key === "c") remark(each)?.focus();
  else if (key === "arrowdown") step(each, 1);
  else if (key === "arrowup") step(each, -1);
  else return;
  event.preventDefault();
});

function step(each, by) {
  const all = rows();
  const next = all[all.indexOf(each) + by];
  if (next) focusOn(next);
}

function focusOn(each) {
  (buttons(each).find((button) => !button.disabled) ?? remark(each))?.focus();
  each.scrollIntoView({ block: "nearest" });
}

// ---- one project at a time, for the projector

const single = document.getElementById("single");
single.addEventListener("click", () => {
  const on = document.body.classList.toggle("single");
  single.setAttribute("aria-pressed", String(on));
  if (on) focusOn(current() ?? rows()[0]);
});
const current = () => document.querySelector(".row.current");
document.addEventListener("focusin", (event) => {
  const each = row(event.target);
  if (each) mark(each);
});

function mark(each) {
  for (const other of document.querySelectorAll(".row.current")) other.classList.remove("current");
  each.classList.add("current");
}

let last = null;
document.addEventListener("focusin", (event) => (last = row(event.target)?.dataset.no ?? last));
onRefresh(() => {
  document.querySelectorAll("textarea").forEach(fit);
  const each = last && document.getElementById(`row-${last}`);
  if (each) mark(each);
});
document.querySelectorAll("textarea").forEach(fit);
if (rows()[0]) mark(rows()[0]);

addEventListener("beforeunload", (event) => {
  rows().forEach(leave);
  if (waiting.size) event.preventDefault();
});
