// The page with its steps: buttons that stay on the page, files dropped anywhere, printing.

import { refresh, say } from "./live.js";

const JSON_ASKED = { accept: "application/json" };

document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (form.action.endsWith("/stop")) return;
  event.preventDefault();
  const data = new URLSearchParams(new FormData(form, event.submitter));
  await tell(fetch(form.action, { method: "POST", body: data, headers: JSON_ASKED }));
});

async function tell(asking) {
  try {
    const answer = await asking;
    const told = await answer.json();
    if (told.said) say(told.said);
  } catch {
    say("応答がありません。資料作成をもう一度ダブルクリックして開いてください。");
  }
  refresh();
}

// ---- files

async function put(files) {
  for (const file of files) {
    say(`${file.name} を入れています。`);
    const address = `/put?name=${encodeURIComponent(file.name)}`;
    await tell(fetch(address, { method: "POST", body: file, headers: JSON_ASKED }));
  }
}

document.addEventListener("change", (event) => {
  if (event.target.id !== "file") return;
  put([...event.target.files]).then(() => (event.target.value = ""));
});

const drop = document.getElementById("drop");
let inside = 0;
const hasFiles = (event) => [...(event.dataTransfer?.types ?? [])].includes("Files");
addEventListener("dragenter", (event) => {
  if (!hasFiles(event)) return;
  inside += 1;
  drop.hidden = false;
});
addEventListener("dragleave", (event) => {
  if (!hasFiles(event)) return;
  inside -= 1;
  if (inside <= 0) drop.hidden = true;
});
addEventListener("dragover", (event) => {
  if (hasFiles(event)) event.preventDefault();
});
addEventListener("drop", (event) => {
  if (!hasFiles(event)) return;
  event.preventDefault();
  inside = 0;
  drop.hidden = true;
  put([...event.dataTransfer.files]);
});

// ---- printing: the PDF in a frame of our own origin opens its print dialogue

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-print]");
  if (!button) return;
  document.getElementById("printed")?.remove();
  const frame = document.createElement("iframe");
  frame.id = "printed";
  frame.className = "vh";
  frame.title = "印刷するもの";
  frame.src = button.dataset.print;
  frame.onload = () => {
    frame.contentWindow.focus();
    frame.contentWindow.print();
  };
  document.body.append(frame);
  say("印刷の画面を開いています。");
});
