// Says at the field that a file is too large and takes it out, so that nothing else typed is sent in vain.
for (const box of document.querySelectorAll("input[type=file][data-most-bytes]")) {
  const said = document.createElement("p");
  said.id = `${box.id}_too_large`;
  said.className = "invalid-feedback";
  said.setAttribute("role", "alert");
  const about = box.getAttribute("aria-describedby");
  box.after(said);
  box.addEventListener("change", () => {
    const bytes = Array.from(box.files).reduce((sum, file) => sum + file.size, 0);
    const tooLarge = bytes > Number(box.dataset.mostBytes);
    if (tooLarge) box.value = "";
    said.textContent = tooLarge ? box.dataset.tooLarge : "";
    box.classList.toggle("is-invalid", tooLarge);
    box.setAttribute("aria-invalid", tooLarge);
    box.setAttribute("aria-describedby", [about, tooLarge && said.id].filter(Boolean).join(" "));
  });
}
