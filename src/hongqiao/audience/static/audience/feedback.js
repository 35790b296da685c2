// Lists by keyboard (J and K move, Enter opens, X picks), all rows picked at once, canned answers put into the answer.
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
  const typing = (event) => /^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName) && event.target.type !== "checkbox";
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || typing(event) || document.querySelector("dialog[open]")) return;
    const key = event.key.toLowerCase();
    const hop = { j: "[data-below]", k: "[data-above]", r: "[data-answer]" }[key];
    if (rows.length && key === "j") go(at + 1);
    else if (rows.length && key === "k") go(at - 1);
    else if (rows.length && key === "x" && at >= 0) rows[at].querySelector("[data-pick]")?.click();
    else if (key === "enter" && at >= 0 && event.target === document.body) rows[at].querySelector("th a").click();
    else if (!rows.length && hop && document.querySelector(hop)) {
      const found = document.querySelector(hop);
      if (key === "r") found.focus(); else found.click();
    } else return;
    event.preventDefault();
  });
  for (const all of document.querySelectorAll("[data-pick-all]")) {
    all.addEventListener("change", () => {
      for (const one of document.querySelectorAll("[data-pick]")) one.checked = all.checked;
    });
  }
  for (const button of document.querySelectorAll("[data-canned]")) {
    button.addEventListener("click", () => {
      const box = document.querySelector("[data-answer]");
      box.value = button.dataset.canned;
      const key = box.form.querySelector("[name=canned]");
      if (key) key.value = button.dataset.key;
      box.focus();
    });
  }
})();
