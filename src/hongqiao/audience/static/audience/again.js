// A form that was refused is filled again with what was typed, and its fold stands open. Which form: the one with the
// act's button whose hidden id is the same.
(() => {
  const told = document.getElementById("typed-again");
  if (!told) return;
  const { act, fields } = JSON.parse(told.textContent);
  const same = (e) => !["id", "code", "asked", "key"].includes(e.name) || (fields[e.name] || [""])[0] === e.value;
  const meant = (form) => {
    const all = [...form.elements];
    return all.some((e) => e.name === "act" && e.value === act) && all.filter((e) => e.type === "hidden").every(same);
  };
  const form = [...document.querySelectorAll("main form[method=post]")].find(meant);
  if (!form) return;
  const left = Object.fromEntries(Object.entries(fields).map(([name, values]) => [name, [...values]]));
  for (const e of form.elements) {
    if (!e.name || ["hidden", "submit", "button", "file", "password"].includes(e.type)) continue;
    if (["checkbox", "radio"].includes(e.type)) e.checked = (fields[e.name] || []).includes(e.value);
    else if ((left[e.name] || []).length) e.value = left[e.name].shift();
  }
  for (let fold = form.closest("details"); fold; fold = fold.parentElement.closest("details")) fold.open = true;
})();
