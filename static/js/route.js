/*
 * Paper has nothing to unfold: what is folded away on the screen is opened for printing, and closed again after it.
 */

const folded = () => [...document.querySelectorAll("details[data-fir-open-in-print]:not([open])")];
let opened = [];

addEventListener("beforeprint", () => {
  opened = folded();
  opened.forEach((part) => { part.open = true; });
});
addEventListener("afterprint", () => {
  opened.forEach((part) => { part.open = false; });
  opened = [];
});
