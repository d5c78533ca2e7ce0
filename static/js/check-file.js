/*
 * "Check a file" on the Entry page. The chosen file is read and hashed in this
 * browser; nothing of it is sent anywhere. The logic is in ota.js, whose address
 * the element carries, because static file names are hashed.
 */

const MARKS = { pass: "✓", fail: "✗", note: "–" };
const SPOKEN = { pass: "Passed: ", fail: "Failed: ", note: "Note: " };
const HEADINGS = { success: "Matches", warning: "Check needed", failure: "Refuse" };

function element(name, className, ...children) {
  const node = document.createElement(name);
  if (className) node.className = className;
  node.append(...children);
  return node;
}

function hidden(text) {
  return element("span", "govuk-visually-hidden", text);
}

/* Text with its hashes set as identifiers. */
function withHashes(text) {
  return text.split(/([0-9A-F]{64})/).map((part) => (part.length === 64 ? element("code", "fir-hex", part) : part));
}

function markedLine(line) {
  const mark = element("span", "fir-check__mark", MARKS[line.state]);
  mark.setAttribute("aria-hidden", "true");
  const item = element("li", `fir-check__line fir-check__line--${line.state}`);
  item.append(mark, element("span", "", hidden(SPOKEN[line.state]), ...withHashes(line.text)));
  return item;
}

function show(result, answer, fileName) {
  const body = element("div", `fir-check__answer fir-check__answer--${answer.severity}`);
  body.append(
    element("p", "fir-check__verdict", HEADINGS[answer.severity]),
    element("h3", "govuk-heading-s fir-check__title", answer.title),
    element("p", "fir-check__file", `File: ${fileName}`),
    element("ul", "fir-check__lines", ...answer.lines.map(markedLine)),
    element("p", "fir-check__advice", ...withHashes(answer.advice)),
  );
  result.replaceChildren(body);
}

function problem(title, text) {
  return { severity: "failure", title, lines: [{ state: "fail", text }], advice: "Nothing was checked, and nothing was sent." };
}

async function check(root, ota, file, result) {
  result.replaceChildren(element("p", "govuk-body", `Checking ${file.name} …`));
  result.setAttribute("aria-busy", "true");
  try {
    if (file.size > ota.LARGEST_FILE) {
      show(result, problem("This file is too large to check", "A firmware file of at most 64 MB can be checked."), file.name);
      return;
    }
    const bytes = new Uint8Array(await file.arrayBuffer());
    show(result, await ota.inspect(bytes, { ...root.dataset }), file.name);
  } catch (error) {
    show(result, problem("This file could not be read", error.message), file.name);
  } finally {
    result.removeAttribute("aria-busy");
  }
}

async function start(root) {
  const ota = await import(root.dataset.firOtaModule);
  const input = root.querySelector("input[type=file]");
  const zone = root.querySelector("[data-fir-drop]");
  const result = root.querySelector("[data-fir-result]");
  const run = (file) => file && check(root, ota, file, result);

  input.addEventListener("change", () => run(input.files[0]));
  input.addEventListener("click", () => { input.value = ""; });
  for (const name of ["dragenter", "dragover"]) {
    zone.addEventListener(name, (event) => {
      event.preventDefault();
      zone.classList.add("fir-check__drop--over");
    });
  }
  for (const name of ["dragleave", "drop"]) {
    zone.addEventListener(name, () => zone.classList.remove("fir-check__drop--over"));
  }
  zone.addEventListener("drop", (event) => {
    event.preventDefault();
    run(event.dataTransfer.files[0]);
  });
  root.hidden = false;
}

document.querySelectorAll("[data-fir-check-file]").forEach(start);
