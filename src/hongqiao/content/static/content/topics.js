// The library by keyboard: J and K move, X picks, Enter opens; how many are picked is said beside the buttons.
(() => {
  const form = document.querySelector("[data-topics]");
  if (!form) return;
  const rows = [...form.querySelectorAll("[data-row]")];
  const boxes = rows.map((row) => row.querySelector("input[type=checkbox]"));
  const said = form.querySelector("[data-count]");
  const all = form.querySelector("[data-all]");
  let at = -1;
  const count = () => {
    const n = boxes.filter((box) => box && box.checked).length;
    if (said) said.textContent = n ? `${n} / ${rows.length}` : "";
    if (all) { all.checked = n > 0 && n === rows.length; all.indeterminate = n > 0 && n < rows.length; }
  };
  const go = (to) => {
    if (!rows.length) return;
    if (at >= 0) rows[at].classList.remove("at");
    at = Math.max(0, Math.min(rows.length - 1, to));
    rows[at].classList.add("at");
    rows[at].scrollIntoView({ block: "nearest" });
  };
  if (all) all.addEventListener("change", () => { boxes.forEach((box) => { if (box) box.checked = all.checked; }); count(); });
  form.addEventListener("change", count);
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (/^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName) || document.querySelector("dialog[open]")) return;
    const key = event.key.toLowerCase();
    if (key === "j") go(at + 1);
    else if (key === "k") go(at - 1);
    else if (key === "x" && at >= 0 && boxes[at]) { boxes[at].checked = !boxes[at].checked; count(); }
    else if (key === "enter" && at >= 0 && event.target === document.body) rows[at].querySelector("th a").click();
    else return;
    event.preventDefault();
  });
  count();
})();
