/*
 * Size and place of the picture of pathways. Without this file it has its full size
 * and scrolls like everything else; with it, buttons, keys and the wheel change the
 * size, and it can be dragged.
 */

const STEPS = [0.25, 0.33, 0.5, 0.67, 0.8, 1, 1.25, 1.5, 2, 3, 4];
const CLICK = 4;

function pictureIn(figure) {
  const view = figure.querySelector("[data-fir-pathway-view]");
  const svg = view.querySelector("svg");
  const told = figure.querySelector("[data-fir-pathway-zoom]");
  const full = { width: svg.viewBox.baseVal.width, height: svg.viewBox.baseVal.height };
  let zoom = 1;

  // What is under the point (in pixels of the view) stays there.
  function setZoom(wanted, point = { x: view.clientWidth / 2, y: view.clientHeight / 2 }) {
    const before = zoom;
    zoom = Math.min(Math.max(wanted, STEPS[0]), STEPS.at(-1));
    svg.setAttribute("width", full.width * zoom);
    svg.setAttribute("height", full.height * zoom);
    view.scrollLeft = (view.scrollLeft + point.x) * (zoom / before) - point.x;
    view.scrollTop = (view.scrollTop + point.y) * (zoom / before) - point.y;
    tell(`${Math.round(zoom * 100)} %`);
  }

  function tell(words) {
    told.textContent = words;
    figure.querySelector('[data-fir-zoom="in"]').setAttribute("aria-disabled", zoom >= STEPS.at(-1));
    figure.querySelector('[data-fir-zoom="out"]').setAttribute("aria-disabled", zoom <= STEPS[0]);
  }

  const change = {
    in: (point) => setZoom(STEPS.find((step) => step > zoom + 0.01) ?? zoom, point),
    out: (point) => setZoom(STEPS.findLast((step) => step < zoom - 0.01) ?? zoom, point),
    full: () => setZoom(1),
    fit() {
      setZoom(Math.min(view.clientWidth / full.width, view.clientHeight / full.height, 1));
      view.scrollTo(0, 0);
      tell(`The whole picture, ${Math.round(zoom * 100)} %`);
    },
  };
  return { view, change };
}

function followButtons(figure, change) {
  figure.addEventListener("click", (event) => {
    const button = event.target.closest("[data-fir-zoom]");
    if (button) change[button.dataset.firZoom]();
  });
}

function followKeys(figure, change) {
  const keys = { "+": "in", "=": "in", "-": "out", "0": "full" };
  figure.addEventListener("keydown", (event) => {
    if (!keys[event.key] || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    change[keys[event.key]]();
  });
}

function followWheel(view, change) {
  view.addEventListener("wheel", (event) => {
    if (!event.ctrlKey) return;
    event.preventDefault();
    const frame = view.getBoundingClientRect();
    change[event.deltaY < 0 ? "in" : "out"]({ x: event.clientX - frame.left, y: event.clientY - frame.top });
  }, { passive: false });
}

// Fingers scroll by themselves; a mouse drags, and what was a drag is no click on a version.
function followDragging(view) {
  let from = null;
  let dragged = false;
  view.addEventListener("pointerdown", (event) => {
    if (event.pointerType !== "mouse" || event.button !== 0) return;
    from = { x: event.clientX, y: event.clientY, left: view.scrollLeft, top: view.scrollTop };
    dragged = false;
  });
  addEventListener("pointermove", (event) => {
    if (!from) return;
    const [x, y] = [event.clientX - from.x, event.clientY - from.y];
    if (!dragged && Math.hypot(x, y) < CLICK) return;
    dragged = true;
    view.classList.add("fir-pathway__view--dragged");
    view.scrollTo(from.left - x, from.top - y);
  });
  const end = () => {
    from = null;
    view.classList.remove("fir-pathway__view--dragged");
  };
  addEventListener("pointerup", end);
  addEventListener("pointercancel", end);
  view.addEventListener("dragstart", (event) => event.preventDefault());
  view.addEventListener("click", (event) => {
    if (dragged) event.preventDefault();
    dragged = false;
  }, { capture: true });
}

// A long picture opens at the version in the house.
function showStart(view) {
  const start = view.querySelector("[data-fir-pathway-start]");
  if (!start) return;
  const [frame, row] = [view.getBoundingClientRect(), start.getBoundingClientRect()];
  if (row.bottom > frame.bottom) view.scrollTop = row.bottom - frame.bottom + frame.height / 3;
}

for (const figure of document.querySelectorAll("[data-fir-pathway]")) {
  const { view, change } = pictureIn(figure);
  followButtons(figure, change);
  followKeys(figure, change);
  followWheel(view, change);
  followDragging(view);
  showStart(view);
  figure.querySelector("[data-fir-pathway-controls]").hidden = false;
}
