// The button to sign works once the end of the text was in sight. Without this script it simply stands below the text.
const end = document.getElementById("end-of-text");
const agree = document.getElementById("agree");
const hint = document.getElementById("read-first");
agree.disabled = true;
hint.hidden = false;
const watching = new IntersectionObserver(
  (seen) => {
    if (!seen.some((entry) => entry.isIntersecting)) return;
    agree.disabled = false;
    hint.hidden = true;
    watching.disconnect();
  },
  { rootMargin: "1000000px 0px 0px 0px" }, // whoever has scrolled past it has reached it too
);
watching.observe(end);

// After an answer that needs attention, start reading at what is wrong.
document.querySelector(".error-summary")?.focus();
