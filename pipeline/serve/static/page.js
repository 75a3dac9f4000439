// The page with its steps: forms sent without leaving the page, dropped files, printing.

import { refresh, showMessage } from "./live.js";

const ACCEPT_JSON = { accept: "application/json" };

document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (form.action.endsWith("/stop")) return;
  event.preventDefault();
  const data = new URLSearchParams(new FormData(form, event.submitter));
  await showResponse(fetch(form.action, { method: "POST", body: data, headers: ACCEPT_JSON }));
});

async function showResponse(request) {
  try {
    const response = await request;
    const { message } = await response.json();
    if (message) showMessage(message);
  } catch {
    showMessage("応答がありません。資料作成をもう一度ダブルクリックして開いてください。");
  }
  refresh();
}

// ---- files

async function upload(files) {
  for (const file of files) {
    showMessage(`${file.name} を入れています。`);
    const address = `/put?name=${encodeURIComponent(file.name)}`;
    await showResponse(fetch(address, { method: "POST", body: file, headers: ACCEPT_JSON }));
  }
}

document.addEventListener("change", (event) => {
  if (event.target.id !== "file") return;
  upload([...event.target.files]).then(() => (event.target.value = ""));
});

const drop = document.getElementById("drop");
let depth = 0;
const hasFiles = (event) => [...(event.dataTransfer?.types ?? [])].includes("Files");
addEventListener("dragenter", (event) => {
  if (!hasFiles(event)) return;
  depth += 1;
  drop.hidden = false;
});
addEventListener("dragleave", (event) => {
  if (!hasFiles(event)) return;
  depth -= 1;
  if (depth <= 0) drop.hidden = true;
});
addEventListener("dragover", (event) => {
  if (hasFiles(event)) event.preventDefault();
});
addEventListener("drop", (event) => {
  if (!hasFiles(event)) return;
  event.preventDefault();
  depth = 0;
  drop.hidden = true;
  upload([...event.dataTransfer.files]);
});

// ---- printing: a frame of our own origin loads the PDF and opens the print dialogue

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
  showMessage("印刷の画面を開いています。");
});
