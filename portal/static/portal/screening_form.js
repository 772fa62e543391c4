// Folds away the follow-up dates that an answer does not ask for. Without it they stay in sight, and say when they apply.
for (const followUp of document.querySelectorAll(".follow-up-date")) {
  const asking = followUp.dataset.answers.split(" ");
  const radios = document.getElementsByName(followUp.dataset.question);
  const fold = () => {
    const chosen = [...radios].find((radio) => radio.checked);
    followUp.hidden = !chosen || !asking.includes(chosen.value);
  };
  for (const radio of radios) radio.addEventListener("change", fold);
  fold();
}

// After a form that needs attention, start reading at what is wrong.
document.querySelector(".error-summary")?.focus();
