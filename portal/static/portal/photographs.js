// One photograph over the other, with a range to uncover it. Without this script the two stand side by side.
const slider = document.getElementById("slider");
const [first, second] = document.querySelectorAll(".side-by-side img");
const over = slider.querySelector(".over");
const range = slider.querySelector("input[type=range]");

for (const [place, source] of [["upper", first], ["under", second]]) {
  const image = over.querySelector(`.${place}`);
  image.src = source.src;
  image.width = second.width;
  image.alt = source.alt;
}
function show() {
  over.style.setProperty("--part", `${range.value}%`);
  range.setAttribute("aria-valuetext", `${range.value}% ${first.alt}, the rest ${second.alt}`);
}
range.addEventListener("input", show);
show();
slider.hidden = false;
