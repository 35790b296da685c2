// The run sheet by the clock: what runs now, how long it still has. Begins by the plan, or when somebody says so.
(function () {
  "use strict";
  const box = document.querySelector("[data-live]");
  if (!box || !box.querySelector("[data-onair]")) return;
  const $ = (s) => box.querySelector(s);
  const rows = [...box.querySelectorAll("[data-from]")];
  const key = `live:${location.pathname}`;
  let shown = null;
  const begun = () => Number(localStorage.getItem(key)) || Date.parse(box.dataset.begins) || 0;
  const two = (n) => String(n).padStart(2, "0");
  const span = (s) => (s >= 3600 ? `${Math.floor(s / 3600)}:${two(Math.floor(s / 60) % 60)}:${two(s % 60)}` : `${Math.floor(s / 60)}:${two(s % 60)}`);
  function tick() {
    const at = begun() ? (Date.now() - begun()) / 1000 : -1;
    const row = rows.find((r) => at >= Number(r.dataset.from) && at < Number(r.dataset.to)) || null;
    $("[data-now]").textContent = row ? row.dataset.kind : "—";
    $("[data-left]").textContent = row ? span(Math.ceil(Number(row.dataset.to) - at)) : "—";
    if (row === shown) return;
    rows.forEach((r) => { if (r === row) r.setAttribute("aria-current", "step"); else r.removeAttribute("aria-current"); });
    if (row) row.scrollIntoView({ block: "center" });
    shown = row;
  }
  $("[data-go]").addEventListener("click", () => { localStorage.setItem(key, String(Date.now())); tick(); });
  $("[data-stop]").addEventListener("click", () => { localStorage.removeItem(key); tick(); });
  $("[data-onair]").hidden = false;
  tick();
  setInterval(tick, 1000);
})();
