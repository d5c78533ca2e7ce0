/*
 * What every page needs: GOV.UK Frontend's behaviour, copy buttons, "/" to reach
 * the search box, and the number of results read out after htmx has swapped them.
 * Every page works without it.
 *
 * Static file names are hashed, so the address of the vendored module comes from
 * the element that loads this one.
 */

const body = document.body;
let govuk = null;
const RESULTS = "[data-fir-result-count]";
const SHOWN_FOR = 4000;

function say(text) {
  const region = document.getElementById("fir-live");
  if (!region) return;
  region.textContent = "";
  // A region that is emptied and filled in one go is not read out again.
  setTimeout(() => { region.textContent = text; }, 50);
}

async function startGovukFrontend() {
  const loader = document.querySelector("script[data-govuk-frontend]");
  if (!loader) return;
  body.classList.add("js-enabled", "govuk-frontend-supported");
  govuk = await import(loader.dataset.govukFrontend);
  govuk.initAll();
}

async function copy(button) {
  const value = button.dataset.firCopy;
  try {
    await navigator.clipboard.writeText(value);
  } catch {
    selectText(button.closest(".fir-copy")?.querySelector(".fir-hex"));
    say("Copying is not allowed here. The value is selected: press Control and C.");
    return;
  }
  const label = button.querySelector("[data-fir-copy-label]") ?? button;
  const before = label.textContent;
  label.textContent = "Copied";
  say(`Copied ${button.dataset.firCopyName || "value"}`);
  setTimeout(() => { label.textContent = before; }, SHOWN_FOR);
}

function selectText(node) {
  if (node) getSelection().selectAllChildren(node);
}

function isTyping(target) {
  return target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName);
}

function reachSearch(event) {
  if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
  const box = document.getElementById("q");
  if (!box) return;
  event.preventDefault();
  box.focus();
  box.select();
}

function announceResults(swapped) {
  const count = document.querySelector(RESULTS);
  if (count && swapped.contains(count)) say(count.dataset.firResultCount || count.textContent.replace(/\s+/g, " ").trim());
}

/* The filters of a search start folded away on a small screen, and stay as they were left. */
const filtersOpen = new Map();
const small = matchMedia("(max-width: 60rem)");

function foldFilters() {
  document.querySelectorAll("details[data-fir-filters]").forEach((filters) => {
    filters.open = filtersOpen.get(filters.id) ?? !small.matches;
    filters.addEventListener("toggle", () => filtersOpen.set(filters.id, filters.open));
  });
}

document.addEventListener("click", (event) => {
  const button = event.target.closest?.("[data-fir-copy]");
  if (button) copy(button);
});
document.addEventListener("keydown", reachSearch);
/*
 * What is typed is looked for as it is typed. When the box is left, browsers tell of it once more: by pressing a result
 * above all, and a list that is swapped for the same list under the pointer loses the press.
 */
document.addEventListener("change", (event) => {
  if (event.target.id === "q") event.stopPropagation();
}, { capture: true });
body.addEventListener("htmx:afterSettle", (event) => {
  // What has just come in; detail.target may be the element that it replaced.
  govuk?.initAll({ scope: event.target });
  foldFilters();
  announceResults(event.target);
});
body.addEventListener("htmx:sendError", () => say("The service could not be reached. Nothing was shown or changed."));
body.addEventListener("htmx:responseError", () => say("Something went wrong. Nothing was shown or changed."));

foldFilters();
startGovukFrontend();
