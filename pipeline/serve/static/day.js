// The page for the meeting: every click is saved immediately. A change by another window is shown
// and never overwritten. An answer that could not be saved stays on the screen with a message.

import { onRefresh, recordWrite, refresh } from "./live.js";

const rowOf = (element) => element.closest?.(".row");
const rows = () => [...document.querySelectorAll(".row")];
const fills = (row) => [...row.querySelectorAll("[data-fill]")];
const remarks = (row) => [...row.querySelectorAll("textarea")];
const buttons = (row) => [...row.querySelectorAll(".answer")];
const pressed = (group) => group.querySelector('.answer[aria-pressed="true"]')?.dataset.value ?? "";
const value = (fill) => (fill.tagName === "TEXTAREA" ? fill.value : pressed(fill));
const values = (row) => Object.fromEntries(fills(row).map((fill) => [fill.dataset.fill, value(fill)]));
const seen = (row) => Object.fromEntries(fills(row).map((fill) => [fill.dataset.fill, fill.dataset.seen]));
// Answers that are not saved yet, by row number; they are sent again.
const unsaved = new Map();

// ---- saving: one request at a time for each row, so that the last click wins

async function save(row) {
  const no = row.dataset.row;
  unsaved.set(no, values(row));
  row.classList.toggle("filled", buttons(row).length === 0 || pressed(row) !== "");
  if (row.dataset.busy) return;
  row.dataset.busy = "1";
  while (unsaved.has(no)) {
    const wanted = unsaved.get(no);
    showStatus(row, "保存しています");
    const result = await send(row, wanted);
    if (!result.now) {
      showStatus(row, `保存できていません。${result.message}`, true);
      break;
    }
    if (unsaved.get(no) === wanted) unsaved.delete(no);
    if (result.turn) recordWrite(result.turn);
    for (const fill of fills(row)) fill.dataset.seen = result.now[fill.dataset.fill];
    if (result.status === 409) {
      unsaved.delete(no);
      for (const fill of fills(row)) show(fill, result.now[fill.dataset.fill]);
      showStatus(row, "別の画面で変わったため、書き込みませんでした。いまの内容を示しています。");
    } else if (!unsaved.has(no)) {
      showStatus(row, "保存しました");
    }
  }
  delete row.dataset.busy;
  refresh();
}

// The current answers of the row, or the message why they could not be saved.
async function send(row, wanted) {
  const request = {
    row: Number(row.dataset.row),
    seen: seen(row),
    wanted,
  };
  try {
    const response = await fetch("/mark", {
      method: "POST",
      body: JSON.stringify(request),
      headers: { accept: "application/json", "content-type": "application/json" },
      keepalive: true,
    });
    const result = await response.json();
    if ((response.ok || response.status === 409) && "now" in result) return { status: response.status, ...result };
    return { message: result.message ?? "" };
  } catch {
    return { message: "応答がありません。資料作成をもう一度ダブルクリックして開いてください。" };
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

function showStatus(row, text, isFailed = false) {
  const saved = row.querySelector(".saved");
  saved.textContent = text;
  saved.classList.toggle("failed", isFailed);
  if (!isFailed) return;
  const button = document.createElement("button");
  button.type = "button";
  button.className = "button again";
  button.textContent = "もう一度保存する";
  saved.append(button);
}

function choose(row, group, text) {
  if (!group || buttons(group).every((button) => button.disabled)) return;
  show(group, text);
  save(row);
}

document.addEventListener("click", (event) => {
  const row = rowOf(event.target);
  if (!row) return;
  if (event.target.closest(".again, .settle")) {
    save(row);
    return;
  }
  const button = event.target.closest(".answer");
  // A second click on the chosen answer removes it; in a row in doubt it confirms the answer.
  const isRemoval = button?.getAttribute("aria-pressed") === "true" && !row.classList.contains("open");
  if (button) choose(row, button.closest("[data-fill]"), isRemoval ? "" : button.dataset.value);
  else if (document.body.classList.contains("single")) focusOn(row);
});

// ---- remarks: saved when typing pauses, and when the field loses the focus

let typingTimer = 0;
document.addEventListener("input", (event) => {
  const row = rowOf(event.target);
  if (!row || event.target.tagName !== "TEXTAREA") return;
  fit(event.target);
  row.dataset.typed = "1";
  clearTimeout(typingTimer);
  typingTimer = setTimeout(() => saveTyped(row), 900);
});
document.addEventListener("change", (event) => {
  const row = rowOf(event.target);
  if (row && event.target.tagName === "TEXTAREA") saveTyped(row);
});

function saveTyped(row) {
  clearTimeout(typingTimer);
  if (!row.dataset.typed) return;
  delete row.dataset.typed;
  save(row);
}

function fit(area) {
  area.style.height = "auto";
  area.style.height = `${area.scrollHeight + 2}px`;
}

// ---- keys: they work only while the focus is in a row

document.addEventListener("keydown", (event) => {
  const row = rowOf(event.target);
  if (!row || event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return;
  if (event.target.tagName === "TEXTAREA") {
    if (event.key === "Escape") {
      saveTyped(row);
      buttons(row)[0]?.focus();
    }
    return;
  }
  const key = event.key.toLowerCase();
  // If the row has several columns, the keys apply to the one that has the focus.
  const group = event.target.closest("[data-fill]") ?? row.querySelector(".boxes");
  const button = group && buttons(group).find((candidate) => candidate.dataset.key === key);
  if (button) choose(row, group, button.dataset.value);
  else if (key === "0" || key === "delete" || key === "backspace") choose(row, group, "");
  else if (key === "c") remarks(row)[0]?.focus();
  else if (key === "arrowdown") step(row, 1);
  else if (key === "arrowup") step(row, -1);
  else return;
  event.preventDefault();
});

function step(row, offset) {
  const all = rows();
  const next = all[all.indexOf(row) + offset];
  if (next) focusOn(next);
}

function focusOn(row) {
  // This comes first, because a hidden row cannot get the focus.
  setCurrent(row);
  (buttons(row).find((button) => !button.disabled) ?? remarks(row)[0])?.focus();
  row.scrollIntoView({ block: "nearest" });
}

// ---- one project at a time, for the projector

const single = document.getElementById("single");
single.addEventListener("click", () => {
  const isSingle = document.body.classList.toggle("single");
  single.setAttribute("aria-pressed", String(isSingle));
  document.querySelectorAll("textarea").forEach(fit);
  if (isSingle) focusOn(current() ?? rows()[0]);
});
document.querySelector(".turn").addEventListener("click", (event) => {
  const offset = Number(event.target.closest("[data-step]")?.dataset.step ?? 0);
  if (offset && current()) step(current(), offset);
});
const current = () => document.querySelector(".row.current");
document.addEventListener("focusin", (event) => {
  const row = rowOf(event.target);
  if (row) setCurrent(row);
});

function setCurrent(row) {
  for (const other of document.querySelectorAll(".row.current")) other.classList.remove("current");
  row.classList.add("current");
}

let lastRow = null;
document.addEventListener("focusin", (event) => (lastRow = rowOf(event.target)?.dataset.row ?? lastRow));
onRefresh(() => {
  document.querySelectorAll("textarea").forEach(fit);
  const row = lastRow && document.getElementById(`row-${lastRow}`);
  if (row) setCurrent(row);
});
document.querySelectorAll("textarea").forEach(fit);
addEventListener("resize", () => document.querySelectorAll("textarea").forEach(fit));
if (rows()[0]) setCurrent(rows()[0]);

addEventListener("beforeunload", (event) => {
  rows().forEach(saveTyped);
  if (unsaved.size) event.preventDefault();
});
