// A place to draw a signature, by finger, pen or mouse. Kept as strokes in a box of 600 by 200, in a hidden field, so
// that it is still there after a mistake elsewhere. The typed name is the signature; without this script there is no box.
import SignaturePad from "/static/vendor/signature_pad-5.1.4/signature_pad.min.js";

const WIDTH = 600;
const HEIGHT = 200;
const within = (value, most) => Math.min(most, Math.max(0, Math.round(value)));

for (const drawing of document.querySelectorAll(".drawing")) {
  const field = document.getElementById(drawing.dataset.field);
  const canvas = drawing.querySelector("canvas");
  drawing.hidden = false;
  const pen = { penColor: "#1d2b28", dotSize: 0, minWidth: 1, maxWidth: 2.5, velocityFilterWeight: 0.7 };
  const pad = new SignaturePad(canvas, pen);

  const keep = () => {
    const scale = WIDTH / canvas.offsetWidth;
    const strokes = pad.toData().map((stroke) =>
      stroke.points.map(({ x, y }) => [within(x * scale, WIDTH), within(y * scale, HEIGHT)]),
    );
    field.value = strokes.length ? JSON.stringify(strokes) : "";
  };
  const kept = () => {
    try {
      return JSON.parse(field.value || "[]");
    } catch {
      return []; // what the page could not read is drawn anew
    }
  };
  const draw = () => {
    const ratio = Math.max(window.devicePixelRatio || 1, 1);
    canvas.width = canvas.offsetWidth * ratio;
    canvas.height = canvas.offsetHeight * ratio;
    canvas.getContext("2d").scale(ratio, ratio);
    const scale = canvas.offsetWidth / WIDTH;
    const strokes = kept().map((points) => ({
      ...pen,
      points: points.map(([x, y]) => ({ x: x * scale, y: y * scale, time: 0, pressure: 0.5 })),
    }));
    pad.clear();
    pad.fromData(strokes);
  };

  pad.addEventListener("endStroke", keep);
  drawing.querySelector(".clear").addEventListener("click", () => {
    pad.clear();
    field.value = "";
  });
  new ResizeObserver(draw).observe(canvas);
}
