// Keep the window up to date: whenever the server has something new, fetch the page again and
// replace the parts that are not as they were. What is unfolded and what has the focus stays so.

const parts = (root) => [...root.querySelectorAll("[data-part]")];
const shown = new Map(parts(document).map((each) => [each.dataset.part, each.outerHTML]));
const hooks = [];
let fetching = false;
let again = false;

// The last click that was written: a page that was made before it knows less than this window.
let written = 0;

export function wrote(turn) {
  written = Math.max(written, turn);
}

export function onRefresh(hook) {
  hooks.push(hook);
}

export function say(text) {
  const toast = document.getElementById("toast");
  if (!toast) return;
  toast.textContent = text;
  clearTimeout(say.timer);
  say.timer = setTimeout(() => (toast.textContent = ""), 8000);
}

export async function refresh() {
  if (fetching) {
    again = true;
    return;
  }
  fetching = true;
  try {
    const answer = await fetch(location.pathname, { headers: { accept: "text/html" } });
    if (answer.ok) put(new DOMParser().parseFromString(await answer.text(), "text/html"));
  } catch {
    // The server has gone: the connection for news says so.
  }
  fetching = false;
  if (again) {
    again = false;
    refresh();
  }
}

function put(fresh) {
  if (Number(fresh.body.dataset.writes ?? written) < written) return;
  document.title = fresh.title;
  const isOther = names(fresh) !== names(document);
  // Other steps, or other rows: the whole of them, unless something here is not saved yet.
  if (isOther && !document.querySelector("[data-busy], [data-typed], .failed")) {
    const main = fresh.getElementById("main");
    for (const part of parts(main)) shown.set(part.dataset.part, part.outerHTML);
    swap(document.getElementById("main"), main);
  }
  for (const part of parts(fresh)) {
    const name = part.dataset.part;
    const old = document.querySelector(`[data-part="${CSS.escape(name)}"]`);
    if (!old || shown.get(name) === part.outerHTML) continue;
    // What is being typed or saved is newer than what the server knows.
    if (old.dataset.busy || old.dataset.typed) continue;
    shown.set(name, part.outerHTML);
    swap(old, part);
  }
  for (const hook of hooks) hook();
}

const names = (root) => parts(root).map((each) => each.dataset.part).join(" ");

function swap(old, part) {
  const open = [...old.querySelectorAll("details[id]")].filter((each) => each.open).map((each) => each.id);
  const focused = old.contains(document.activeElement) ? path(document.activeElement, old) : null;
  const now = document.importNode(part, true);
  for (const kept of old.querySelectorAll("[data-keep]")) {
    now.querySelector(`#${CSS.escape(kept.id)}`)?.replaceWith(kept);
  }
  old.replaceWith(now);
  for (const id of open) {
    const found = now.querySelector(`#${CSS.escape(id)}`);
    if (found) found.open = true;
  }
  if (focused) at(now, focused)?.focus({ preventScroll: true });
}

// Where an element stands below another: by identity, else by its turn among those of its kind.
function path(element, root) {
  if (element.id) return { id: element.id };
  const same = [...root.querySelectorAll(element.tagName)];
  return { tag: element.tagName, turn: same.indexOf(element) };
}

function at(root, place) {
  if (place.id) return root.querySelector(`#${CSS.escape(place.id)}`);
  return root.querySelectorAll(place.tag)[place.turn] ?? null;
}

const news = new EventSource(`/events?seen=${document.body.dataset.version}`);
let lost = 0;
news.onmessage = () => {
  lost = 0;
  document.body.classList.remove("lost");
  refresh();
};
news.onerror = () => {
  lost += 1;
  if (lost > 3) document.body.classList.add("lost");
};
addEventListener("pagehide", (event) => {
  news.close();
  if (!event.persisted) navigator.sendBeacon("/closed");
});
addEventListener("pageshow", (event) => {
  if (event.persisted) location.reload();
});
