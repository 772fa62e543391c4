// The drawings as the way to a zone's line and to a note at a point. Without this script the lines and rows do the same.
const chart = document.getElementById("chart");
const figures = document.getElementById("chart-figures");
const rows = [...document.querySelectorAll(".point-line")];
const place = document.getElementById("place-point");
const add = document.getElementById("add-point");
const said = document.getElementById("chart-said");
const SHADES = [[1.51, 5], [1.01, 4], [0.51, 3], [0.31, 2], [0, 1]];
const SVG = "http://www.w3.org/2000/svg";

const field = (name, zone) => document.getElementById(`id_${name}_${zone}`);
const pointField = (row, name) => document.getElementById(`id_point_${name}_${row.dataset.point}`);
const isEmpty = (row) => !pointField(row, "zone").value && !pointField(row, "note").value;
const placing = () => place.getAttribute("aria-pressed") === "true";

function setPlacing(on) {
  place.setAttribute("aria-pressed", on);
  figures.classList.toggle("placing", on);
  said.textContent = on ? "Tap the place on the drawing, or choose a zone with Tab and Enter." : "";
}

function showZone(zone) {
  const { zone: name, word } = zone.dataset;
  const depth = Number.parseFloat(field("depth", name).value.replace(",", "."));
  const treated = field("done", name).checked;
  const known = treated && depth > 0;
  const shade = known ? SHADES.find(([least]) => depth >= least)[1] : 0;
  zone.setAttribute("class", `chart-zone shade-${shade}${treated ? " treated" : ""}`);
  zone.setAttribute("aria-label", `${word}, ${treated ? "treated" : "not treated"}${known ? `, ${depth} mm` : ""}`);
  const pill = figures.querySelector(`[data-depth-of="${name}"]`);
  pill.setAttribute("visibility", treated ? "visible" : "hidden");
  pill.querySelector("text").textContent = known ? String(Number.isInteger(depth) ? depth.toFixed(1) : depth) : "?";
}

function showPoints() {
  figures.querySelectorAll(".chart-points").forEach((layer) => layer.replaceChildren());
  rows.forEach((row) => {
    const zone = pointField(row, "zone").value;
    if (!zone) return;
    const pill = figures.querySelector(`[data-depth-of="${zone}"]`);
    const [x, y] = ["x", "y"].map((name) => pointField(row, name).value);
    const point = document.createElementNS(SVG, "g");
    point.setAttribute("class", "chart-point");
    point.setAttribute("transform", `translate(${x && y ? `${x} ${y}` : pill.dataset.point})`);
    const circle = document.createElementNS(SVG, "circle");
    circle.setAttribute("r", 22);
    const number = document.createElementNS(SVG, "text");
    number.setAttribute("y", 11);
    number.setAttribute("text-anchor", "middle");
    number.textContent = row.dataset.point;
    point.append(circle, number);
    pill.closest("svg").querySelector(".chart-points").append(point);
  });
}

function showRows() {
  const last = rows.findLastIndex((row) => !isEmpty(row) || row.querySelector(".errorlist"));
  rows.forEach((row, index) => { row.hidden = index > last && !row.dataset.asked; });
  add.hidden = rows.every((row) => !row.hidden);
}

function show() {
  figures.querySelectorAll(".chart-zone").forEach(showZone);
  showPoints();
}

function openRow(row) {
  row.dataset.asked = "1";
  showRows();
}

function putPoint(zone, x, y) {
  const row = rows.find(isEmpty);
  if (!row) {
    said.textContent = `All ${rows.length} points are used. Write the rest in the notes.`;
    return;
  }
  pointField(row, "zone").value = zone.dataset.zone;
  pointField(row, "x").value = x;
  pointField(row, "y").value = y;
  setPlacing(false);
  openRow(row);
  showPoints();
  pointField(row, "note").focus();
}

function openLine(zone) {
  const name = zone.dataset.zone;
  field("done", name).checked = true;
  const folded = field("depth", name).closest("details");
  if (folded) folded.open = true;
  showZone(zone);
  field("depth", name).focus();
  field("depth", name).select();
}

figures.addEventListener("click", (event) => {
  const svg = event.target.closest("svg");
  if (!svg) return;
  const zone = event.target.closest(".chart-zone");
  if (!zone) {
    if (placing()) said.textContent = "That is beside the zones. Tap on one of them.";
    return;
  }
  if (!placing()) {
    openLine(zone);
    return;
  }
  const at = new DOMPoint(event.clientX, event.clientY).matrixTransform(svg.getScreenCTM().inverse());
  putPoint(zone, Math.round(at.x), Math.round(at.y));
});

figures.addEventListener("keydown", (event) => {
  const zone = event.target.closest(".chart-zone");
  if (!zone || (event.key !== "Enter" && event.key !== " ")) return;
  event.preventDefault();
  if (placing()) putPoint(zone, "", "");
  else openLine(zone);
});

chart.addEventListener("input", (event) => {
  const [, name, zone] = event.target.id.match(/^id_(depth|passes|endpoint)_(.+)$/) ?? [];
  if (name && event.target.value) field("done", zone).checked = true;
  show();
});

rows.forEach((row) => {
  pointField(row, "zone").addEventListener("change", () => {
    // The place that was tapped lies in another zone.
    pointField(row, "x").value = pointField(row, "y").value = "";
    showPoints();
  });
});

place.addEventListener("click", () => setPlacing(!placing()));
add.addEventListener("click", () => {
  const row = rows.find((one) => one.hidden);
  openRow(row);
  pointField(row, "zone").focus();
});

figures.querySelectorAll("svg").forEach((svg) => {
  svg.setAttribute("role", "group");
  svg.setAttribute("aria-label", svg.closest("figure").querySelector("figcaption").textContent);
  svg.querySelectorAll(".chart-zone").forEach((zone) => {
    zone.setAttribute("tabindex", "0");
    zone.setAttribute("role", "button");
  });
});
document.getElementById("chart-tools").hidden = false;
show();
showRows();
