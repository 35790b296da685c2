// Lists by keyboard (J and K move, Enter opens), and fields of a source shown for its way.
(() => {
  const list = document.querySelector("[data-rows]");
  const rows = list ? [...list.querySelectorAll("[data-row]")] : [];
  let at = -1;
  const go = (to) => {
    if (!rows.length) return;
    if (at >= 0) rows[at].classList.remove("at");
    at = Math.max(0, Math.min(rows.length - 1, to));
    rows[at].classList.add("at");
    rows[at].scrollIntoView({ block: "nearest" });
  };
  if (rows.length) document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (/^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName) || document.querySelector("dialog[open]")) return;
    const key = event.key.toLowerCase();
    if (key === "j") go(at + 1);
    else if (key === "k") go(at - 1);
    else if (key === "enter" && at >= 0 && event.target === document.body) rows[at].querySelector("th a").click();
    else return;
    event.preventDefault();
  });

  const fit = (form, way) => {
    for (const field of form.querySelectorAll("[data-ways]")) {
      field.hidden = !field.dataset.ways.split(" ").includes(way);
      for (const input of field.querySelectorAll("input, textarea, select")) input.disabled = field.hidden;
    }
  };
  for (const choice of document.querySelectorAll("[data-way]")) {
    fit(choice.form, choice.value);
    choice.addEventListener("change", () => fit(choice.form, choice.value));
  }
  for (const form of document.querySelectorAll("[data-ways-of]")) fit(form, form.dataset.waysOf);
  const open = document.querySelector("dialog[data-open]");
  if (open) open.showModal();
})();
