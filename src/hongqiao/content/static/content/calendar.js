// The calendar: a piece is dragged to a day or moved by keys; the server answers the grid anew, with a way back.
(function () {
  "use strict";
  const $ = (s, root = document) => root.querySelector(s);
  const all = (s, root = document) => [...root.querySelectorAll(s)];
  let lifted = null;

  async function send(values) {
    const grid = $("#calendar");
    await window.htmx.ajax("POST", grid.dataset.calendar, { source: grid, target: "#calendar", swap: "outerHTML", values });
    const card = $(`#calendar [data-piece="${values.id}"]`);
    if (card) card.focus();
    // one that lay beside the calendar lies on it now
    all(`.tray [data-piece="${values.id}"]`).forEach((c) => { if (card) (c.closest(".wait") || c).remove(); });
  }
  const move = (card, day, clock = "") => send({
    act: "move", id: card.dataset.piece, seen: card.dataset.seen, day, clock,
    was: card.dataset.day ? `${card.dataset.day} ${card.dataset.clock}` : "",
  });

  document.addEventListener("dragstart", (e) => {
    const card = e.target.closest?.("[data-piece]");
    if (!card) return;
    lifted = card;
    card.classList.add("lifted");
    e.dataTransfer.effectAllowed = "move";
    e.dataTransfer.setData("text/plain", card.dataset.piece);
  });
  document.addEventListener("dragover", (e) => {
    const day = lifted && e.target.closest?.("[data-date]");
    all(".day.into").forEach((d) => d.classList.toggle("into", d === day));
    if (!day) return;
    e.preventDefault();
    day.classList.add("into");
  });
  document.addEventListener("drop", (e) => {
    const day = lifted && e.target.closest?.("[data-date]");
    if (!day) return;
    e.preventDefault();
    if (day.dataset.date !== lifted.dataset.day) move(lifted, day.dataset.date);
  });
  document.addEventListener("dragend", () => {
    if (lifted) lifted.classList.remove("lifted");
    all(".day.into").forEach((d) => d.classList.remove("into"));
    lifted = null;
  });

  // Alt + arrows: a day left or right, a week up or down
  const STEPS = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -7, ArrowDown: 7 };
  document.addEventListener("keydown", (e) => {
    const card = e.target.closest?.("[data-piece]");
    if (!card || e.target !== card) return;
    if (e.key === "Enter") { $("a", card).click(); return; }
    if (!e.altKey || !(e.key in STEPS) || !card.dataset.day) return;
    e.preventDefault();
    const day = new Date(`${card.dataset.day}T12:00:00Z`);
    day.setUTCDate(day.getUTCDate() + STEPS[e.key]);
    move(card, day.toISOString().slice(0, 10));
  });

  document.addEventListener("click", (e) => {
    const back = e.target.closest?.("[data-back]");
    if (back) send({ act: "move", id: back.dataset.back, seen: back.dataset.seen, day: back.dataset.day, clock: back.dataset.clock, was: "" });
  });

  all("[data-width]").forEach((bar) => { bar.style.width = `${Math.round(100 * Number(bar.dataset.width))}%`; });
})();
