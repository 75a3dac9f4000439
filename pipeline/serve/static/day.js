// The meeting: every click is saved at once. What another window changed meanwhile is shown and
// never written over; what could not be saved stays on the screen and says so.

import { onRefresh, refresh, wrote } from "./live.js";

const row = (element) => element.closest?.(".row");
const rows = () => [...document.querySelectorAll(".row")];
const fills = (each) => [...each.querySelectorAll("[data-fill]")];
const remarks = (each) => [...each.querySelectorAll("textarea")];
const buttons = (each) => [...each.querySelectorAll(".answer")];
const pressed = (group) => group.querySelector('.answer[aria-pressed="true"]')?.dataset.value ?? "";
const value = (fill) => (fill.tagName === "TEXTAREA" ? fill.value : pressed(fill));
const values = (each) => Object.fromEntries(fills(each).map((fill) => [fill.dataset.fill, value(fill)]));
const seen = (each) => Object.fromEntries(fills(each).map((fill) => [fill.dataset.fill, fill.dataset.seen]));
// What could not be saved, by row: it is tried again.
const waiting = new Map();

// ---- saving: one after another for each row, so that the last click wins

async function save(each) {
  const no = each.dataset.row;
  waiting.set(no, values(each));
  each.classList.toggle("filled", buttons(each).length === 0 || pressed(each) !== "");
  if (each.dataset.busy) return;
  each.dataset.busy = "1";
  while (waiting.has(no)) {
    const wanted = waiting.get(no);
    tell(each, "保存しています");
    const answer = await send(each, wanted);
    if (!answer.now) {
      tell(each, `保存できていません。${answer.said}`, true);
      break;
    }
    if (waiting.get(no) === wanted) waiting.delete(no);
    if (answer.turn) wrote(answer.turn);
    for (const fill of fills(each)) fill.dataset.seen = answer.now[fill.dataset.fill];
    if (answer.status === 409) {
      waiting.delete(no);
      for (const fill of fills(each)) show(fill, answer.now[fill.dataset.fill]);
      tell(each, "別の画面で変わったため、書き込みませんでした。いまの内容を示しています。");
    } else if (!waiting.has(no)) {
      tell(each, "保存しました");
    }
  }
  delete each.dataset.busy;
  refresh();
}

// What stands there now, or why it could not be saved: that stays in the row until it is.
async function send(each, wanted) {
  const said = {
    row: Number(each.dataset.row),
    seen: seen(each),
    wanted,
  };
  try {
    const answer = await fetch("/mark", {
      method: "POST",
      body: JSON.stringify(said),
      headers: { accept: "application/json", "content-type": "application/json" },
      keepalive: true,
    });
    const told = await answer.json();
    if ((answer.ok || answer.status === 409) && "now" in told) return { status: answer.status, ...told };
    return { said: told.said ?? "" };
  } catch {
    return { said: "応答がありません。資料作成をもう一度ダブルクリックして開いてください。" };
  }
}

function show(fill, text) {
  if (fill.tagName === "TEXTAREA") {
    fill.value = text;
    return;
  }
  for (const button of buttons(fill)) {
    const chosen = button.dataset.value === text;
    button.setAttribute("aria-pressed", String(chosen));
    button.querySelector(".box").textContent = chosen ? "■" : "□";
  }
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

function choose(each, group, text) {
  if (!group || buttons(group).every((button) => button.disabled)) return;
  show(group, text);
  save(each);
}

document.addEventListener("click", (event) => {
  const each = row(event.target);
  if (!each) return;
  if (event.target.closest(".again, .settle")) {
    save(each);
    return;
  }
  const button = event.target.closest(".answer");
  // Pressed again it is taken back; of a row in question it is what was chosen.
  const isBack = button?.getAttribute("aria-pressed") === "true" && !each.classList.contains("open");
  if (button) choose(each, button.closest("[data-fill]"), isBack ? "" : button.dataset.value);
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
  save(each);
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
  // Of several columns the keys are for the one that has the focus.
  const group = event.target.closest("[data-fill]") ?? each.querySelector(".boxes");
  const button = group && buttons(group).find((candidate) => candidate.dataset.key === key);
  if (button) choose(each, group, button.dataset.value);
  else if (key === "0" || key === "delete" || key === "backspace") choose(each, group, "");
  else if (key === "c") remarks(each)[0]?.focus();
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
  // First of all, because a row that is not shown cannot have the focus.
  mark(each);
  (buttons(each).find((button) => !button.disabled) ?? remarks(each)[0])?.focus();
  each.scrollIntoView({ block: "nearest" });
}

// ---- one project at a time, for the projector

const single = document.getElementById("single");
single.addEventListener("click", () => {
  const on = document.body.classList.toggle("single");
  single.setAttribute("aria-pressed", String(on));
  document.querySelectorAll("textarea").forEach(fit);
  if (on) focusOn(current() ?? rows()[0]);
});
document.querySelector(".turn").addEventListener("click", (event) => {
  const by = Number(event.target.closest("[data-step]")?.dataset.step ?? 0);
  if (by && current()) step(current(), by);
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
document.addEventListener("focusin", (event) => (last = row(event.target)?.dataset.row ?? last));
onRefresh(() => {
  document.querySelectorAll("textarea").forEach(fit);
  const each = last && document.getElementById(`row-${last}`);
  if (each) mark(each);
});
document.querySelectorAll("textarea").forEach(fit);
addEventListener("resize", () => document.querySelectorAll("textarea").forEach(fit));
if (rows()[0]) mark(rows()[0]);

addEventListener("beforeunload", (event) => {
  rows().forEach(leave);
  if (waiting.size) event.preventDefault();
});
