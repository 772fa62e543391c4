// Shows follow-ups as soon as an answer asks for them, and saves what is written while it is written. Without it the
// follow-ups come on a page of their own, and each page is saved when it is sent.
const form = document.querySelector("form[data-draft]");

// After a form that needs attention, start reading at what is wrong.
document.querySelector(".error-summary")?.focus();

const named = (name) => [...form.elements].filter((one) => one.name === name);
const chosen = (name) => named(name).filter((one) => one.checked).map((one) => one.value);
const inSight = (name) => named(name).filter((one) => one.checked && !one.closest("[hidden]")).map((one) => one.value);

function reveal() {
  for (const part of form.querySelectorAll("[data-when]")) {
    const conditions = part.dataset.when.split(";").map((one) => one.split("="));
    part.hidden = !conditions.every(([name, values]) => inSight(name).some((one) => values.split(" ").includes(one)));
  }
}

// ---- saving

const PAUSE = 700; // milliseconds after the last change
const waiting = new Set();
let timer, sending, leaving = false;

function take() {
  const body = new FormData();
  const token = form.elements.csrfmiddlewaretoken; // the follow-up form needs none
  if (token) body.set(token.name, token.value);
  for (const name of waiting) {
    const fields = named(name);
    const ticks = fields.filter((one) => one.type === "radio" || one.type === "checkbox");
    const values = ticks.length ? chosen(name) : fields.map((one) => one.value);
    for (const value of values.length ? values : [""]) body.append(name, value);
  }
  waiting.clear();
  return body;
}

async function save() {
  if (!waiting.size || leaving) return;
  if (sending) { later(); return; }
  const names = [...waiting], status = form.querySelector(".saved");
  sending = new AbortController();
  try {
    const answer = await fetch(form.dataset.draft, { method: "POST", body: take(), signal: sending.signal });
    if (answer.status !== 204) throw new Error(String(answer.status));
    if (!waiting.size) status.textContent = status.dataset.saved; // what was written meanwhile is saved next
  } catch {
    names.forEach((name) => waiting.add(name));
    if (!leaving) status.textContent = status.dataset.unsaved;
  } finally {
    sending = undefined;
  }
}

function later() {
  clearTimeout(timer);
  timer = setTimeout(save, PAUSE);
}

function changed({ target }) {
  if (!target.name || target.type === "hidden" || target.type === "file") return; // a file is sent with the page
  reveal();
  waiting.add(target.name);
  form.querySelector(".saved").textContent = "";
  later();
}

if (form) {
  if (form.elements.at_once) form.elements.at_once.value = "1";
  form.addEventListener("input", changed);
  form.addEventListener("change", changed);
  // The page itself brings everything along: a save that is still on its way must not arrive after it.
  form.addEventListener("submit", () => { leaving = true; clearTimeout(timer); sending?.abort(); });
  addEventListener("pagehide", () => {
    if (waiting.size && !leaving) fetch(form.dataset.draft, { method: "POST", body: take(), keepalive: true });
  });
  document.addEventListener("visibilitychange", () => { if (document.hidden) save(); });
  addEventListener("pageshow", () => { leaving = false; });
  reveal();
}
