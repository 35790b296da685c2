// Remarks: what is selected in a text, or framed on a picture (by mouse, finger or keys), is what a remark stands on.
(function () {
  "use strict";
  const $ = (s, root = document) => root.querySelector(s);
  const all = (s, root = document) => [...root.querySelectorAll(s)];
  const remarking = $("#remarking");
  if (!remarking) return;
  const NAMES = ["field", "start", "quote", "asset", "x", "y", "w", "h"];
  const BOX = ["x", "y", "w", "h"];
  const LEAST = 0.01; // of a side: less is a slip of the hand

  function put(anchor, words) {
    NAMES.forEach((name) => { remarking.elements[name].value = anchor[name] ?? ""; });
    const shown = $("[data-quoted]", remarking);
    shown.textContent = words;
    shown.hidden = !words;
    $("[data-unquote]", remarking).hidden = !words;
    if (!anchor.asset) unframe();
  }
  $("[data-unquote]", remarking).addEventListener("click", () => put({}, ""));

  // ---- words
  document.addEventListener("selectionchange", () => {
    const chosen = document.getSelection();
    if (!chosen.rangeCount || chosen.isCollapsed) return;
    const range = chosen.getRangeAt(0);
    const box = (range.startContainer.parentElement || range.startContainer).closest?.("[data-remark-field]");
    if (!box || !box.contains(range.endContainer)) return;
    const before = document.createRange();
    before.setStart(box, 0);
    before.setEnd(range.startContainer, range.startOffset);
    const quote = range.toString();
    if (quote.trim() && quote.length <= 500) put({ field: box.dataset.remarkField, start: before.toString().length, quote }, quote);
  });

  // ---- pictures: one frame at a time, kept in parts of the picture
  const unframe = () => {
    all(".regions .frame").forEach((f) => f.remove());
    all(".pic.drawing").forEach((p) => p.classList.remove("drawing"));
  };
  const between = (v, low, high) => Math.min(Math.max(v, low), high);
  function frame(pic, box) {
    all(".regions .frame").forEach((f) => { if (!pic.contains(f)) f.remove(); });
    let rect = $(".frame", pic);
    if (!rect) {
      rect = document.createElementNS("http://www.w3.org/2000/svg", "rect");
      rect.setAttribute("class", "frame");
      rect.setAttribute("tabindex", "0");
      rect.setAttribute("role", "group");
      rect.setAttribute("aria-label", pic.dataset.keys);
      $(".regions", pic).append(rect);
      rect.addEventListener("keydown", (e) => keys(e, pic));
    }
    rect.box = box;
    BOX.forEach((k) => rect.setAttribute({ w: "width", h: "height" }[k] || k, `${(100 * box[k]).toFixed(2)}%`));
    const told = Object.fromEntries(BOX.map((k) => [k, box[k].toFixed(4)]));
    put({ asset: pic.dataset.picture, ...told }, pic.dataset.chosen);
    return rect;
  }
  const write = () => remarking.elements.text.focus();

  const WAYS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
  function keys(e, pic) {
    if (e.key === "Enter") { e.preventDefault(); write(); return; }
    if (e.key === "Escape") { put({}, ""); $("[data-draw]", pic)?.focus(); return; }
    if (!(e.key in WAYS)) return;
    e.preventDefault();
    const step = e.altKey ? 0.005 : 0.02, [right, down] = WAYS[e.key], box = { ...e.target.box };
    if (e.shiftKey) {
      box.w = between(box.w + right * step, step, 1 - box.x);
      box.h = between(box.h + down * step, step, 1 - box.y);
    } else {
      box.x = between(box.x + right * step, 0, 1 - box.w);
      box.y = between(box.y + down * step, 0, 1 - box.h);
    }
    frame(pic, box);
  }

  all(".pic").forEach((pic) => {
    const button = $("[data-draw]", pic), canvas = $(".canvas", pic);
    if (!button) return;
    button.addEventListener("click", () => {
      unframe();
      pic.classList.add("drawing"); // from now on a finger draws here and does not scroll
      frame(pic, { x: 0.3, y: 0.3, w: 0.4, h: 0.4 }).focus();
    });
    let begun = null;
    const at = (e) => {
      const r = canvas.getBoundingClientRect();
      return [between((e.clientX - r.left) / r.width, 0, 1), between((e.clientY - r.top) / r.height, 0, 1)];
    };
    canvas.addEventListener("pointerdown", (e) => {
      if (e.button || e.target.closest("a") || (e.pointerType !== "mouse" && !pic.classList.contains("drawing"))) return;
      e.preventDefault();
      begun = at(e);
      canvas.setPointerCapture(e.pointerId);
    });
    canvas.addEventListener("pointermove", (e) => {
      if (!begun) return;
      const [x, y] = at(e), left = Math.min(x, begun[0]), top = Math.min(y, begun[1]);
      const box = { x: left, y: top, w: Math.abs(x - begun[0]), h: Math.abs(y - begun[1]) };
      if (box.w >= LEAST && box.h >= LEAST) frame(pic, box);
    });
    const end = (e) => {
      if (!begun) return;
      const [x, y] = at(e), far = Math.abs(x - begun[0]) >= LEAST && Math.abs(y - begun[1]) >= LEAST;
      begun = null;
      if (e.type === "pointerup" && far) write();
    };
    canvas.addEventListener("pointerup", end);
    canvas.addEventListener("pointercancel", end);
  });

  // what was framed and could not be kept stands there still
  const again = remarking.elements.asset.value && $(`.pic[data-picture="${remarking.elements.asset.value}"]`);
  if (again) frame(again, Object.fromEntries(BOX.map((k) => [k, Number(remarking.elements[k].value)])));
})();
