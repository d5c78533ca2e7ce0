/*
 * A draft saves itself: a moment after the last change, and when the page is left. Without this script the
 * "Save draft" button does the same. What the service answers is shown in its own words.
 */

const PAUSE = 1500;
const form = document.querySelector("form[data-fir-autosave]");
const state = form?.querySelector("[data-fir-autosave-state]");
let waiting = 0;
let saving = null;
let stopped = false;
let changed = false;

function show(words, kind) {
  state.textContent = words;
  state.dataset.firKind = kind;
}

function soon() {
  changed = true;
  clearTimeout(waiting);
  if (!stopped) waiting = setTimeout(save, PAUSE);
}

function save(leaving = false) {
  clearTimeout(waiting);
  if (saving || stopped || !changed) return saving;
  changed = false;
  if (leaving !== true) show("Saving…", "busy");
  saving = send().finally(() => {
    saving = null;
    if (changed && !stopped) soon();
  });
  return saving;
}

async function send() {
  let answer;
  try {
    // A page that asks for signing in again is no answer to this.
    answer = await fetch(form.dataset.firAutosave, { method: "POST", body: new FormData(form), redirect: "manual", keepalive: true });
  } catch {
    return failed("Not saved: the service could not be reached. It is tried again when you go on typing.");
  }
  if (answer.type === "opaqueredirect" || answer.status === 403) {
    return halt("Not saved: you are signed out. Sign in again in another tab, then press “Save draft” here. Nothing you typed is lost.");
  }
  const told = await answer.json().catch(() => ({}));
  if (answer.ok) {
    form.elements.edition.value = told.edition;
    refresh(told);
    return show(told.words, "saved");
  }
  if (answer.status === 409) return halt(told.words);
  return failed(told.words ?? "Not saved: something went wrong. Press “Save draft” to see what.");
}

/*
 * What the checks say is shown afresh: the lists at the top, and what stands beside each field. A draft of which
 * nothing was shown yet is not shouted at, and what has the focus is left alone. How many things are left is told
 * by the line that says when it was saved, which is read out.
 */
function refresh(told) {
  const lists = document.querySelector("[data-fir-problems][data-fir-shown]");
  if (!lists || !told.fields) return;
  if (!lists.contains(document.activeElement)) lists.innerHTML = told.problems;
  for (const place of form.querySelectorAll("[data-fir-found]")) {
    const found = told.fields[place.dataset.firFound] ?? { html: "", blocking: false };
    if (place.innerHTML.trim() === found.html.trim()) continue;
    place.innerHTML = found.html;
    mark(place, found.blocking);
  }
}

function mark(place, wrong) {
  const box = document.getElementById(`id_${place.dataset.firFound}`);
  if (box?.matches("input:not([type=radio]), textarea, select")) {
    if (wrong) box.setAttribute("aria-invalid", "true");
    else box.removeAttribute("aria-invalid");
  }
  place.closest(".govuk-form-group")?.classList.toggle("govuk-form-group--error", wrong);
  place.closest(".fir-ask--voluntary")?.classList.toggle("fir-ask--wrong", wrong);
}

function failed(words) {
  changed = true;
  show(words, "failed");
}

function halt(words) {
  stopped = true;
  failed(words);
}

/* A save on its way must not collide with the one that a button begins: it carries the edition that follows. */
function submitted(event) {
  clearTimeout(waiting);
  if (saving) {
    event.preventDefault();
    const pressed = event.submitter;
    saving.finally(() => form.requestSubmit(pressed));
    return;
  }
  stopped = true;
}

if (form && state) {
  form.addEventListener("input", soon);
  form.addEventListener("change", soon);
  form.addEventListener("submit", submitted);
  document.addEventListener("visibilitychange", () => { if (document.visibilityState === "hidden") save(true); });
}
