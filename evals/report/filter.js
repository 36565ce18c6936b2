"use strict";
// Without scripts every case is shown, and the filters are not.
const form = document.querySelector("#filters");
const cases = [...document.querySelectorAll(".case")];

function fits(one, name, value) {
  if (!value) return true;
  if (name === "failures") return one.dataset.failures.split(" ").includes(value);
  return one.dataset[name] === value;
}

function apply() {
  const wanted = [...new FormData(form)];
  for (const one of cases) {
    one.hidden = !wanted.every(([name, value]) => fits(one, name, value));
  }
  const shown = cases.filter((one) => !one.hidden).length;
  form.querySelector("output").textContent = `${shown} of ${cases.length} shown`;
}

if (form) {
  form.hidden = false;
  form.addEventListener("change", apply);
  form.addEventListener("reset", () => setTimeout(apply));
  apply();
}
