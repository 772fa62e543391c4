// Looks for new mail every two seconds and puts the new list in place; what has the keyboard's focus keeps it.
const list = document.querySelector("[data-list]");
const status = document.querySelector("[data-status]");

async function look() {
  const answer = await fetch("/", { cache: "no-store" });
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const fresh = page.querySelector("[data-list]");
  if (fresh.innerHTML === list.innerHTML) return;
  const focused = document.activeElement?.getAttribute("href");
  list.replaceChildren(...fresh.childNodes);
  status.textContent = page.querySelector("[data-status]").textContent;
  if (focused) list.querySelector(`a[href="${focused}"]`)?.focus();
}

if (list) {
  setInterval(() => {
    if (!document.hidden) look().catch(() => { status.textContent = "The mail catcher has stopped."; });
  }, 2000);
}
