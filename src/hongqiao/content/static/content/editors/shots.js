// A shot table: rows added, inserted, dropped, moved by dragging or by keys; timed by how long the words take to say.
// Without scripts the table's own fields do; here they are only numbered anew, so the form sends the order that is seen.
(function () {
  "use strict";
  const box = document.querySelector("[data-shots]");
  if (!box || box.dataset.may !== "1") return;
  const form = box.closest("form"), body = box.querySelector("tbody");
  const rate = Number(box.dataset.rate), hook = Number(box.dataset.hook), most = Number(box.dataset.subtitle);
  const rows = () => [...body.querySelectorAll("[data-row]")];
  const cell = (row, name) => row.querySelector(`[name$=".${name}"]`);
  const spoken = (text) => ((text.match(/[\u3400-\u9fff\uf900-\ufaff]/g) || []).length + (text.match(/[A-Za-z]+|\d/g) || []).length) / rate;
  const seconds = (text) => text.split(/[:：]/).reduce((n, part) => 60 * n + (Number(part) || 0), 0); // "90" or "1:30"
  const round = (n) => Math.round(n * 10) / 10;

  const dress = (row) => {
    if (row.querySelector("[data-handle]")) return;
    const tools = box.querySelector("template[data-tools]").content.cloneNode(true);
    row.querySelector("[data-nr]").remove();
    row.querySelector(".nr").append(tools);
    row.querySelector("[data-ref-acts]").hidden = false;
  };
  const tell = () => {
    const all = rows();
    form.elements["shots.rows"].value = all.length;
    let end = 0, said = 0, shots = 0;
    all.forEach((row, i) => {
      row.querySelectorAll("[name]").forEach((el) => { el.name = el.name.replace(/^shots\.\d+\./, `shots.${i}.`); });
      row.querySelector("[data-handle]").textContent = i + 1;
      row.querySelector("[data-up]").disabled = i === 0;
      row.querySelector("[data-down]").disabled = i === all.length - 1;
      row.querySelector("[data-ref-drop]").hidden = !cell(row, "image").value;
      const start = seconds(cell(row, "start").value) || end, line = cell(row, "line").value;
      const filled = [...row.querySelectorAll("[name]")].some((el) => el.value.trim());
      row.querySelector("[data-hookmark]").hidden = !(filled && start < hook);
      row.classList.toggle("hook", filled && start < hook);
      const subtitle = cell(row, "subtitle");
      subtitle.classList.toggle("long", subtitle.value.split("\n").some((l) => [...l.trim()].length > most));
      if (!filled) return;
      shots += 1;
      said += spoken(line);
      end = Math.max(end, seconds(cell(row, "end").value) || start);
    });
    const sum = box.querySelector("[data-sum]");
    sum.hidden = false;
    sum.textContent = sum.dataset.words.replace("%(shots)s", shots).replace("%(seconds)s", round(end)).replace("%(spoken)s", round(said));
  };
  const changed = () => { tell(); form.dispatchEvent(new Event("input", { bubbles: true })); };
  const fresh = () => {
    const row = rows().at(-1).cloneNode(true);
    empty(row);
    return row;
  };
  const refer = (row, one) => {
    const img = row.querySelector("[data-ref]");
    cell(row, "image").value = one ? one.key : "";
    img.hidden = !one;
    if (one) { img.src = one.thumb || one.file; img.alt = one.alt || one.name; } else img.removeAttribute("src");
    row.querySelector("[data-ref-gone]")?.remove();
  };
  const empty = (row) => { row.querySelectorAll("[name]").forEach((el) => { el.value = ""; }); refer(row, null); };
  const move = (row, up, focus) => {
    if (up && row.previousElementSibling) row.previousElementSibling.before(row);
    if (!up && row.nextElementSibling) row.nextElementSibling.after(row);
    changed();
    (focus.disabled ? row.querySelector("[data-handle]") : focus).focus();
  };
  const time = () => {
    let at = 0;
    rows().forEach((row) => {
      const line = cell(row, "line").value || cell(row, "subtitle").value;
      if (![...row.querySelectorAll("[name]")].some((el) => el.value.trim())) return;
      const was = seconds(cell(row, "end").value) - seconds(cell(row, "start").value);
      const long = line.trim() ? Math.max(round(spoken(line)), 1) : was > 0 ? was : 2;
      cell(row, "start").value = round(at);
      at = round(at + long);
      cell(row, "end").value = at;
    });
  };

  box.addEventListener("click", async (e) => {
    const row = e.target.closest("[data-row]");
    if (e.target.closest("[data-add]")) { const made = fresh(); body.append(made); cell(made, "picture").focus(); changed(); }
    else if (e.target.closest("[data-insert]")) { const made = fresh(); row.after(made); cell(made, "picture").focus(); changed(); }
    else if (e.target.closest("[data-drop]")) {
      if (rows().length > 1) row.remove(); else empty(row);
      changed();
    } else if (e.target.closest("[data-up], [data-down]")) move(row, e.target.hasAttribute("data-up"), e.target);
    else if (e.target.closest("[data-ref-drop]")) { refer(row, null); changed(); }
    else if (e.target.closest("[data-ref-pick]")) {
      const [one] = await window.pickAssets(false);
      if (one) { refer(row, one); changed(); }
    } else if (e.target.closest("[data-time]")) { time(); changed(); }
  });
  box.addEventListener("keydown", (e) => {
    const handle = e.target.closest("[data-handle]");
    if (!handle || !e.altKey || (e.key !== "ArrowUp" && e.key !== "ArrowDown")) return;
    e.preventDefault();
    move(handle.closest("[data-row]"), e.key === "ArrowUp", handle);
  });
  let lifted = null;
  body.addEventListener("dragstart", (e) => {
    if (!e.target.closest("[data-handle]")) return;
    lifted = e.target.closest("[data-row]");
    e.dataTransfer.effectAllowed = "move";
    e.dataTransfer.setData("text/plain", "");
    e.dataTransfer.setDragImage(lifted, 12, 12);
  });
  body.addEventListener("dragover", (e) => {
    const row = e.target.closest("[data-row]");
    if (!lifted || !row) return;
    e.preventDefault();
    if (row === lifted) return;
    const area = row.getBoundingClientRect();
    if (e.clientY < area.top + area.height / 2) row.before(lifted); else row.after(lifted);
  });
  body.addEventListener("drop", (e) => { if (lifted) e.preventDefault(); });
  body.addEventListener("dragend", () => { if (lifted) { lifted = null; changed(); } });
  box.addEventListener("input", tell);

  rows().forEach(dress);
  box.querySelector("[data-shot-acts]").hidden = false;
  tell();
})();
