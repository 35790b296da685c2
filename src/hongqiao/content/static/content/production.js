// Production: cards are dragged or moved by keys, what is typed is kept, letters are counted.
(function () {
  "use strict";
  const $ = (s, root = document) => root.querySelector(s);
  const all = (s, root = document) => [...root.querySelectorAll(s)];
  const token = () => JSON.parse(document.body.getAttribute("hx-headers") || "{}")["X-CSRFToken"] || $("[name=csrfmiddlewaretoken]")?.value || "";

  // ---- the board: a move asks the server, which answers the board anew; nothing moves on a promise
  let lifted = null;
  const may = (card, stage) => (card.dataset.moves || "").split(" ").includes(stage);
  async function move(card, stage) {
    const board = $("#board");
    const values = { act: "move", id: card.dataset.card, seen: card.dataset.version, stage };
    await window.htmx.ajax("POST", board.dataset.board, { source: board, target: "#board", swap: "outerHTML", values });
    $(`[data-card="${values.id}"]`)?.focus();
  }
  document.addEventListener("dragstart", (e) => {
    const card = e.target.closest?.("[data-card]");
    if (!card) return;
    lifted = card;
    card.classList.add("lifted");
    e.dataTransfer.effectAllowed = "move";
    e.dataTransfer.setData("text/plain", card.dataset.card);
    all(".kb-col").forEach((c) => c.classList.toggle("no", !c.contains(card) && !may(card, c.dataset.stage)));
  });
  document.addEventListener("dragover", (e) => {
    const column = e.target.closest?.(".kb-col");
    all(".kb-col.into").forEach((c) => c.classList.toggle("into", c === column));
    if (!lifted || !column || !may(lifted, column.dataset.stage)) return;
    e.preventDefault();
    column.classList.add("into");
  });
  document.addEventListener("drop", (e) => {
    const column = e.target.closest?.(".kb-col");
    if (!lifted || !column || !may(lifted, column.dataset.stage)) return;
    e.preventDefault();
    move(lifted, column.dataset.stage);
  });
  document.addEventListener("dragend", () => {
    lifted?.classList.remove("lifted");
    all(".kb-col").forEach((c) => c.classList.remove("into", "no"));
    lifted = null;
  });
  document.addEventListener("keydown", (e) => {
    const card = e.target.closest?.("[data-card]");
    if (!card || e.target !== card) return;
    if (e.key === "Enter") { $("h3 a", card).click(); return; }
    if (!e.altKey || (e.key !== "ArrowLeft" && e.key !== "ArrowRight")) return;
    e.preventDefault();
    const order = all(".kb-col").map((c) => c.dataset.stage);
    const way = e.key === "ArrowRight" ? 1 : -1;
    for (let i = order.indexOf(card.closest(".kb-col").dataset.stage) + way; i >= 0 && i < order.length; i += way)
      if (may(card, order[i])) { move(card, order[i]); return; }
  });

  // ---- the list: choose all
  document.addEventListener("change", (e) => {
    const name = e.target.dataset?.all;
    if (name) all(`input[name="${name}"]`, e.target.closest("form")).forEach((b) => { b.checked = e.target.checked; });
  });

  // ---- what is typed is kept every few seconds, and once more when the page is left
  const form = $("form[data-half]");
  if (form) {
    const said = () => { const d = new FormData(form); d.delete("csrfmiddlewaretoken"); d.delete("note"); return d; };
    const plain = () => new URLSearchParams(said()).toString();
    let kept = plain(), saving = false;
    const keep = async () => {
      if (saving || plain() === kept) return;
      saving = true;
      const now = plain();
      try {
        const answer = await fetch(form.dataset.half, { method: "POST", body: said(), headers: { "X-CSRFToken": token() }, keepalive: true });
        if (answer.ok) { kept = now; const note = $("[data-half-said]", form); if (note) note.hidden = false; }
      } catch (e) { /* the next time */ }
      saving = false;
    };
    setInterval(keep, 1000 * Number(form.dataset.halfSeconds || 4));
    document.addEventListener("visibilitychange", () => { if (document.visibilityState === "hidden") keep(); });
  }

  // ---- letters are counted as they are typed
  all("[data-count]").forEach((el) => {
    const note = document.createElement("span");
    note.className = "counted";
    el.after(note);
    const count = () => { note.textContent = String([...el.value].length); };
    el.addEventListener("input", count);
    count();
  });
})();
