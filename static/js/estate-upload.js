/*
 * An estate is uploaded with its progress shown, and can be cancelled. The file stays chosen when the answer asks for
 * columns to be left out: it is sent again by one press. Without this script the form is sent as any other.
 */

const form = document.querySelector("form[data-fir-upload]");
const part = (name) => form.querySelector(`[data-fir-upload-${name}]`);
const box = form?.querySelector("input[type=file]");
const UNIT = 1024 * 1024;
const FAILED = "The file could not be used";
let request = null;
let began = 0;

const written = (count) => count.toLocaleString("en-GB", { maximumFractionDigits: count < 10 ? 1 : 0 });
const size = (bytes) => (bytes < 1024 * UNIT ? `${written(bytes / UNIT)} MB` : `${written(bytes / UNIT / 1024)} GB`);

function left(loaded, total) {
  const seconds = Math.round(((performance.now() - began) / 1000) * (total / loaded - 1));
  if (performance.now() - began < 2000 || !Number.isFinite(seconds)) return "";
  return seconds < 60 ? `, about ${Math.max(seconds, 1)} seconds left` : `, about ${Math.round(seconds / 60)} minutes left`;
}

function progress(event) {
  if (!event.lengthComputable) return;
  const percent = Math.floor((event.loaded / event.total) * 100);
  part("progress").querySelector("progress").value = percent;
  part("says").textContent = event.loaded < event.total
    ? `${percent}% of ${size(event.total)} sent${left(event.loaded, event.total)}`
    : "All of it is sent. The file is being looked through…";
}

function busy(on) {
  part("progress").hidden = !on;
  part("send").hidden = on;
  form.toggleAttribute("aria-busy", on);
}

function refuse(title, words) {
  const summary = document.createElement("div");
  summary.className = "govuk-error-summary";
  summary.innerHTML = '<div role="alert"><h2 class="govuk-error-summary__title"></h2><div class="govuk-error-summary__body"><p></p></div></div>';
  summary.querySelector("h2").textContent = title;
  summary.querySelector("p").textContent = words;
  show(summary);
}

function show(...nodes) {
  const said = document.querySelector("[data-fir-upload-said]");
  said.replaceChildren(...nodes);
  const first = said.firstElementChild;
  if (!first) return;
  first.tabIndex = -1;
  first.focus();
}

/* What the page would show, taken over without the page, so that the file stays chosen. */
function takeOver(text) {
  const answer = new DOMParser().parseFromString(text, "text/html");
  const said = answer.querySelector("[data-fir-upload-said]");
  if (!said) return refuse(FAILED, "The service did not understand the upload. Load this page again and try once more.");
  part("ticks").replaceChildren(...answer.querySelector("[data-fir-upload-ticks]").childNodes);
  part("button").textContent = answer.querySelector("[data-fir-upload-button]").textContent;
  document.title = answer.title;
  show(...said.childNodes);
}

function ended() {
  busy(false);
  const to = new URL(request.responseURL || location.href);
  if (request.status === 200 && to.pathname !== new URL(form.action).pathname) return location.assign(to);
  takeOver(request.responseText);
}

function send(event) {
  const file = box.files[0];
  // Without a file the service says so, in its own words.
  if (!file) return;
  event.preventDefault();
  const party = form.elements.namedItem("party");
  if (party?.value === "") return refuse("There is a problem", "Choose whose estate it is.");
  if (file.size > Number(form.dataset.firUploadMost)) {
    return refuse(FAILED, `The file “${file.name}” has ${size(file.size)}; at most ${size(Number(form.dataset.firUploadMost))} are taken. Count the devices by model and firmware version first, or split the list into several files.`);
  }
  show();
  request = new XMLHttpRequest();
  request.open("POST", form.action);
  request.upload.addEventListener("progress", progress);
  request.addEventListener("load", ended);
  request.addEventListener("error", () => { busy(false); refuse("The upload broke off", "Nothing of the file was stored. If it has not been changed on your computer meanwhile, press the button again."); });
  request.addEventListener("abort", () => { busy(false); refuse("Cancelled", "The upload was cancelled. Nothing of the file was stored."); });
  began = performance.now();
  part("says").textContent = "Sending…";
  part("progress").querySelector("progress").value = 0;
  busy(true);
  part("cancel").focus();
  request.send(new FormData(form));
}

function another() {
  // Columns of one file are none of another.
  part("ticks").replaceChildren();
  part("button").textContent = "Upload";
  // "Choose a file first." was done.
  const field = box.closest(".govuk-form-group");
  field.classList.remove("govuk-form-group--error");
  field.querySelector(".govuk-error-message")?.remove();
  box.removeAttribute("aria-invalid");
}

if (form && box) {
  form.addEventListener("submit", send);
  box.addEventListener("change", another);
  part("cancel").addEventListener("click", () => request?.abort());
}
