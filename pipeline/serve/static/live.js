// Keep the window up to date: after each change on the server, fetch the page again and replace
// the parts that changed. Open details stay open and the focus is kept.

const parts = (root) => [...root.querySelectorAll("[data-part]")];
const shown = new Map(parts(document).map((part) => [part.dataset.part, part.outerHTML]));
const hooks = [];
let fetching = false;
let isPending = false;

// The number of the last write by this window. A page that was rendered before it is older than
// this window.
let lastWrite = 0;

export function recordWrite(turn) {
  lastWrite = Math.max(lastWrite, turn);
}

export function onRefresh(hook) {
  hooks.push(hook);
}

export function showMessage(text) {
  const toast = document.getElementById("toast");
  if (!toast) return;
  toast.textContent = text;
  clearTimeout(showMessage.timer);
  showMessage.timer = setTimeout(() => (toast.textContent = ""), 8000);
}

export async function refresh() {
  if (fetching) {
    isPending = true;
    return;
  }
  fetching = true;
  try {
    const response = await fetch(location.pathname, { headers: { accept: "text/html" } });
    if (response.ok) update(new DOMParser().parseFromString(await response.text(), "text/html"));
  } catch {
    // The server does not answer. The EventSource below reports this.
  }
  fetching = false;
  if (isPending) {
    isPending = false;
    refresh();
  }
}

function update(fresh) {
  if (Number(fresh.body.dataset.writes ?? lastWrite) < lastWrite) return;
  document.title = fresh.title;
  const hasOtherParts = names(fresh) !== names(document);
  // The steps or rows are not the same: replace them all, unless this window has unsaved answers.
  if (hasOtherParts && !document.querySelector("[data-busy], [data-typed], .failed")) {
    const main = fresh.getElementById("main");
    for (const part of parts(main)) shown.set(part.dataset.part, part.outerHTML);
    swap(document.getElementById("main"), main);
  }
  for (const part of parts(fresh)) {
    const name = part.dataset.part;
    const old = document.querySelector(`[data-part="${CSS.escape(name)}"]`);
    if (!old || shown.get(name) === part.outerHTML) continue;
    // A part that is being typed in or saved is newer than the fetched one.
    if (old.dataset.busy || old.dataset.typed) continue;
    shown.set(name, part.outerHTML);
    swap(old, part);
  }
  for (const hook of hooks) hook();
}

const names = (root) => parts(root).map((part) => part.dataset.part).join(" ");

function swap(old, part) {
  const open = [...old.querySelectorAll("details[id]")].filter((details) => details.open).map((details) => details.id);
  const focused = old.contains(document.activeElement) ? locate(document.activeElement, old) : null;
  const fresh = document.importNode(part, true);
  for (const kept of old.querySelectorAll("[data-keep]")) {
    fresh.querySelector(`#${CSS.escape(kept.id)}`)?.replaceWith(kept);
  }
  old.replaceWith(fresh);
  for (const id of open) {
    const found = fresh.querySelector(`#${CSS.escape(id)}`);
    if (found) found.open = true;
  }
  if (focused) find(fresh, focused)?.focus({ preventScroll: true });
}

// The position of an element below a root: its id, or its index among the elements of its tag.
function locate(element, root) {
  if (element.id) return { id: element.id };
  const same = [...root.querySelectorAll(element.tagName)];
  return { tag: element.tagName, index: same.indexOf(element) };
}

function find(root, position) {
  if (position.id) return root.querySelector(`#${CSS.escape(position.id)}`);
  return root.querySelectorAll(position.tag)[position.index] ?? null;
}

const events = new EventSource(`/events?seen=${document.body.dataset.version}`);
let errors = 0;
events.onmessage = () => {
  errors = 0;
  document.body.classList.remove("lost");
  refresh();
};
events.onerror = () => {
  errors += 1;
  if (errors > 3) document.body.classList.add("lost");
};
addEventListener("pagehide", (event) => {
  events.close();
  if (!event.persisted) navigator.sendBeacon("/closed");
});
addEventListener("pageshow", (event) => {
  if (event.persisted) location.reload();
});
