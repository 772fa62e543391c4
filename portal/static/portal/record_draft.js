// Keeps what is typed on a page of a session, whatever its fields are, and says who else has the page open. Without it
// what is sent is kept all the same, also when it is refused.
const status = document.querySelector("[data-draft]");
const form = status?.closest("form");
const told = document.getElementById("draft-others");

const PAUSE = 2000; // milliseconds between two looks at the form
const PRESENT = 20000; // so often the portal hears that the page is open, though nothing was typed
const AWAY = 300000; // whoever touched nothing for so long has left: a page that is only open keeps nobody signed in
const OWN = ["csrfmiddlewaretoken", "copy", "continues", "mark", "seen", "others", "take"];
let saved, typed = false, heard = 0, touched = Date.now(), sending, over = false;

function written() {
  const fields = [...new FormData(form)].filter(([name]) => !OWN.includes(name));
  return JSON.stringify(fields);
}

// A photograph of the barcode is read by the page alone, and is larger than a draft may be.
function sent() {
  const data = new FormData(form);
  for (const [name, value] of [...data]) if (value instanceof File) data.delete(name);
  return data;
}

function say(element, words) {
  if (element.textContent !== words) element.textContent = words; // read out only when it is something new
}

const address = () => (typed ? `${status.dataset.draft}?typed` : status.dataset.draft);

async function save() {
  const now = written();
  typed ||= now !== saved;
  const nothingNew = Date.now() - heard < PRESENT || Date.now() - touched > AWAY;
  if (over || sending || (now === saved && nothingNew)) return;
  sending = new AbortController();
  try {
    const answer = await fetch(address(), { method: "POST", body: sent(), signal: sending.signal });
    const { copy, words } = await answer.json();
    if (answer.status === 409) {
      over = true;
      say(status, words);
      return;
    }
    form.elements.copy.value = copy;
    saved = now;
    heard = Date.now();
    if (typed) say(status, `Draft saved at ${new Date().toLocaleTimeString("en-GB")}.`);
    say(told, words.join(" "));
  } catch {
    if (!over) say(status, "Not saved yet: the portal cannot be reached, or you are signed out. Trying again.");
  } finally {
    sending = undefined;
  }
}

if (form) {
  saved = written();
  setInterval(save, PAUSE);
  save();
  for (const kind of ["keydown", "pointerdown", "input"]) document.addEventListener(kind, () => { touched = Date.now(); });
  document.addEventListener("visibilitychange", () => { if (document.hidden) save(); });
  // The page itself brings everything along: a save that is still on its way need not arrive.
  form.addEventListener("submit", () => { over = true; sending?.abort(); });
  addEventListener("pagehide", () => {
    typed ||= written() !== saved;
    if (!over && written() !== saved) fetch(address(), { method: "POST", body: sent(), keepalive: true });
  });
  addEventListener("pageshow", ({ persisted }) => { if (persisted) over = false; });
}
