// The camera with the earlier photograph of the same view as a faint overlay. What is used goes into the form's own
// box for a photograph, so it is handed in as an uploaded one. Without this script the form stays as it is.
const section = document.getElementById("camera");
const form = document.getElementById("id_shot").form;
const box = document.getElementById("id_shot");
const view = document.getElementById("id_view");
const [video, canvas, earlier] = ["video", "canvas", "img.earlier"].map((name) => section.querySelector(name));
const frame = section.querySelector(".frame");
const said = section.querySelector("[role=status]");
const strength = section.querySelector("input[type=range]");
const button = Object.fromEntries(
  ["open", "take", "turn", "again", "use"].map((verb) => [verb, section.querySelector(`button[data-verb=${verb}]`)]),
);
let stream = null;
let facing = "environment";

function show(...verbs) {
  for (const [verb, one] of Object.entries(button)) one.hidden = !verbs.includes(verb);
  button[verbs[0]].focus();
}

function close() {
  stream?.getTracks().forEach((track) => track.stop());
  stream = null;
}

function fault(error) {
  close();
  const words = { NotAllowedError: "refused", SecurityError: "refused", NotFoundError: "none", OverconstrainedError: "none" };
  said.textContent = section.dataset[words[error.name] ?? "fault"];
  frame.hidden = true;
  show("open");
}

async function open() {
  said.textContent = section.dataset.opening;
  const wanted = { facingMode: { ideal: facing }, width: { ideal: 2560 }, height: { ideal: 1920 } };
  try {
    close();
    stream = await navigator.mediaDevices.getUserMedia({ video: wanted, audio: false });
    video.srcObject = stream;
    await video.play();
  } catch (error) {
    fault(error);
    return;
  }
  frame.hidden = false;
  live();
  const cameras = (await navigator.mediaDevices.enumerateDevices()).filter((one) => one.kind === "videoinput");
  show("take", ...(cameras.length > 1 ? ["turn"] : []));
}

function live() {
  video.hidden = false;
  canvas.hidden = true;
  overlay();
}

function overlay() {
  const found = section.querySelector(`li[data-view="${view.value}"]`);
  earlier.hidden = !found;
  section.querySelector(".overlay").hidden = !found;
  said.textContent = found ? found.textContent : section.dataset.first;
  if (found && earlier.getAttribute("src") !== found.dataset.picture) earlier.src = found.dataset.picture;
  strengthen();
}

function strengthen() {
  earlier.style.setProperty("--strength", `${strength.value}%`);
  strength.setAttribute("aria-valuetext", `${strength.value}%`);
}

function take() {
  [canvas.width, canvas.height] = [video.videoWidth, video.videoHeight];
  canvas.getContext("2d").drawImage(video, 0, 0);
  video.hidden = true;
  canvas.hidden = false;
  earlier.hidden = true;
  section.querySelector(".overlay").hidden = true;
  said.textContent = section.dataset.taken;
  show("use", "again");
}

function again() {
  live();
  show("take");
}

function use() {
  canvas.toBlob((blob) => {
    const files = new DataTransfer();
    files.items.add(new File([blob], "photograph.jpg", { type: "image/jpeg" }));
    box.files = files.files;
    box.dispatchEvent(new Event("change"));
    close();
    form.requestSubmit();
  }, "image/jpeg", 0.95);
}

if (navigator.mediaDevices?.getUserMedia) {
  const turn = () => {
    facing = facing === "environment" ? "user" : "environment";
    open();
  };
  for (const [verb, act] of Object.entries({ open, take, turn, again, use })) button[verb].addEventListener("click", act);
  strength.addEventListener("input", strengthen);
  view.addEventListener("change", () => stream && !video.hidden && overlay());
  window.addEventListener("pagehide", close);
  section.hidden = false;
}
