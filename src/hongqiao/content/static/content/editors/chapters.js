// Chapters of a long video: rows added, dropped, put in the order of time; the house says what is amiss and what goes out.
(function () {
  "use strict";
  const box = document.querySelector("[data-chapters]");
  if (!box) return;
  const form = box.closest("form"), list = box.querySelector("[data-chapter-list]");
  const rows = () => [...list.querySelectorAll("[data-chapter]")];
  const cell = (row, name) => row.querySelector(`[name$=".${name}"]`);
  const filled = (row) => Boolean(cell(row, "start").value.trim() || cell(row, "title").value.trim());
  const seconds = (text) => text.split(/[:：]/).reduce((n, part) => 60 * n + (Number(part) || 0), 0);
  let timer = 0, turn = 0;

  const number = () => {
    form.elements["chapters.rows"].value = rows().length;
    rows().forEach((row, i) => row.querySelectorAll("[name]").forEach((el) => { el.name = el.name.replace(/^chapters\.\d+\./, `chapters.${i}.`); }));
  };
  const show = (found) => {
    const said = (n) => found.said.filter((one) => one.row === n).map((one) => one.words).join(" · ");
    rows().forEach((row) => { row.querySelector("[data-chapter-said]").textContent = ""; });
    rows().filter(filled).forEach((row, i) => { row.querySelector("[data-chapter-said]").textContent = said(i + 1); });
    box.querySelector("[data-chapters-said]").textContent = said(0);
    box.querySelector("[data-desc-box]").hidden = !found.text;
    box.querySelector("[data-desc]").textContent = found.text;
    const count = box.querySelector("[data-desc-count]");
    count.textContent = found.count ? `${found.count.count}/${found.count.most}` : "";
    count.classList.toggle("near", found.count?.level === "warn");
    count.classList.toggle("over", found.count?.level === "danger");
  };
  const ask = async () => {
    const mine = ++turn, asked = new FormData(form);
    asked.set("platform", box.dataset.platform);
    try {
      const answer = await fetch(box.dataset.chapters, { method: "POST", body: asked });
      if (answer.ok && mine === turn) show(await answer.json());
    } catch (e) { /* the next letter asks again */ }
  };
  const changed = () => { number(); form.dispatchEvent(new Event("input", { bubbles: true })); };
  const fresh = () => {
    const row = rows().at(-1).cloneNode(true);
    row.querySelectorAll("[name]").forEach((el) => { el.value = ""; });
    row.querySelector("[data-chapter-said]").textContent = "";
    list.append(row);
    cell(row, "start").focus();
  };

  box.addEventListener("click", (e) => {
    const row = e.target.closest("[data-chapter]");
    if (e.target.closest("[data-chapter-add]")) { fresh(); changed(); }
    else if (e.target.closest("[data-chapter-drop]")) {
      if (rows().length > 1) row.remove(); else row.querySelectorAll("[name]").forEach((el) => { el.value = ""; });
      changed();
    } else if (e.target.closest("[data-chapter-sort]")) {
      const key = (one) => filled(one) ? seconds(cell(one, "start").value) : Infinity;
      list.append(...rows().sort((a, b) => key(a) === key(b) ? 0 : key(a) - key(b)));
      changed();
    }
  });
  form.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(ask, 400); });
  if (box.dataset.may === "1") {
    box.querySelector("[data-chapter-acts]").hidden = false;
    rows().forEach((row) => { row.querySelector("[data-chapter-drop]").hidden = false; });
  }
  ask();
})();
