/*
 * Charts of an estate's answer. Each is drawn from the table that stands beside it, so that both always say the same;
 * without this file the tables say it alone. Colours are those of the style sheet, and what could be mistaken for
 * another without them is striped.
 */

const NUMBER = new Intl.NumberFormat("en-GB");
const SHORT_NUMBER = new Intl.NumberFormat("en-GB", { notation: "compact" });
const STRIPED = { no_route: 45, unlisted: -45 };
const ROW_HEIGHT = 27;
const COLUMN_CHART = 320;
const narrow = matchMedia("(max-width: 30rem)");
let drawn = [];

const token = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

/* Stripes of the colour on a lighter ground, for a canvas. */
function striped(colour, direction) {
  const tile = document.createElement("canvas");
  tile.width = tile.height = 8;
  const pen = tile.getContext("2d");
  pen.fillStyle = colour;
  pen.fillRect(0, 0, 8, 8);
  pen.strokeStyle = "rgba(255, 255, 255, .55)";
  pen.lineWidth = 2;
  const [from, to] = direction > 0 ? [8, 0] : [0, 8];
  for (const shift of [-8, 0, 8]) {
    pen.beginPath();
    pen.moveTo(shift, from);
    pen.lineTo(shift + 8, to);
    pen.stroke();
  }
  return pen.createPattern(tile, "repeat");
}

function fillOf(series) {
  const colour = token(`--fir-series-${series.replaceAll("_", "-")}`) || token("--fir-brand");
  return series in STRIPED ? striped(colour, STRIPED[series]) : colour;
}

/* Two lines of a label are told apart by a stroke. */
function linesOf(label) {
  return label.includes("|") ? label.split("|") : label;
}

/* A whole number as it is written for people: "12,815", or a dash where there is none. */
function numberIn(cell) {
  return Number(cell.textContent.replace(/\D/g, ""));
}

/* What the table says: a label and an address for each row, and a series of numbers for each column that is marked. */
function readTable(table) {
  const heads = [...table.tHead.rows[0].cells];
  const rows = [...table.tBodies[0].rows];
  return {
    labels: rows.map((row) => linesOf(row.cells[0].dataset.label ?? row.cells[0].textContent.trim())),
    addresses: rows.map((row) => row.cells[0].querySelector("a")?.href ?? ""),
    series: heads.flatMap((head, column) => (head.dataset.series ? [{
      label: head.textContent.trim(),
      data: rows.map((row) => numberIn(row.cells[column])),
      backgroundColor: fillOf(head.dataset.series),
    }] : [])),
  };
}

function settings(read, lying) {
  const numbers = { beginAtZero: true, stacked: true, ticks: { precision: 0, maxTicksLimit: 6, callback: (value) => SHORT_NUMBER.format(value) }, grid: { color: token("--fir-line") }, border: { display: false } };
  const names = { stacked: true, grid: { display: false }, ticks: { autoSkip: false, maxRotation: 0, font: { size: 12 } } };
  const january = Math.max(read.labels.findIndex(Array.isArray), 0);
  names.ticks.callback = lying
    ? function shortened(value) { return shorten(this.getLabelForValue(value)); }
    : function everyThird(value, place) { return narrow.matches && (place - january) % 3 ? "" : read.labels[value]; };
  return {
    type: "bar",
    data: { labels: read.labels, datasets: read.series.map((series) => ({ ...series, borderColor: "#fff", borderWidth: 1, borderSkipped: false, maxBarThickness: lying ? 18 : 44 })) },
    options: {
      indexAxis: lying ? "y" : "x",
      animation: false,
      maintainAspectRatio: false,
      scales: lying ? { x: numbers, y: names } : { x: names, y: numbers },
      plugins: {
        legend: { display: read.series.length > 1, position: "bottom", labels: { boxWidth: 13, boxHeight: 13, padding: 10 } },
        tooltip: { callbacks: { label: (item) => `${item.dataset.label}: ${NUMBER.format(item.raw)}` } },
      },
      onClick: (event, [hit]) => { if (hit && read.addresses[hit.index]) location.assign(read.addresses[hit.index]); },
      onHover: (event, [hit]) => { event.native.target.style.cursor = hit && read.addresses[hit.index] ? "pointer" : ""; },
    },
  };
}

function shorten(label) {
  const most = narrow.matches ? 14 : 26;
  return label.length > most ? `${label.slice(0, most - 1)}…` : label;
}

function draw(figure) {
  const frame = figure.querySelector("[data-fir-chart-frame]");
  const read = readTable(figure.querySelector("table"));
  const lying = figure.dataset.firChart === "lying";
  frame.hidden = false;
  frame.style.height = `${lying ? read.labels.length * ROW_HEIGHT + 84 : COLUMN_CHART}px`;
  return new Chart(frame.querySelector("canvas"), settings(read, lying));
}

function drawAll() {
  drawn.forEach((chart) => chart.destroy());
  const style = getComputedStyle(document.body);
  Object.assign(Chart.defaults.font, { family: style.fontFamily, size: 13 });
  Chart.defaults.color = style.color;
  drawn = [...document.querySelectorAll("[data-fir-chart]")].map(draw);
}

drawAll();
document.body.addEventListener("htmx:afterSettle", drawAll);
