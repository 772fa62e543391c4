// Copies a link or a text. Without this script it stands there to select.
const button = document.getElementById("copy");
if (button) {
  const link = document.getElementById(button.dataset.copies);
  const said = document.getElementById("copied");
  button.hidden = false;
  button.addEventListener("click", async () => {
    link.select();
    if (navigator.clipboard) await navigator.clipboard.writeText(link.value);
    else document.execCommand("copy"); // over plain http there is no clipboard
    said.textContent = said.dataset.words;
  });
  link.addEventListener("focus", () => link.select());
}
