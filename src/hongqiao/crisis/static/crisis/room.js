/* Lists that several people change at once: a poll never takes away what somebody is typing or has open. */
(() => {
  const marks = new WeakMap();
  const busy = (box) => {
    if (box.querySelector("details[open] form, dialog[open]")) return true;
    const at = document.activeElement;
    if (at && box.contains(at) && at.matches("input, textarea, select")) return true;
    return [...box.querySelectorAll("input, textarea")].some((f) => !["hidden", "checkbox", "radio", "file"].includes(f.type) && f.value !== f.defaultValue);
  };
  document.addEventListener("htmx:beforeSwap", (event) => {
    const box = event.detail.target;
    if (!box.matches?.("[data-live]")) return;
    const mark = event.detail.xhr.getResponseHeader("ETag");
    const known = marks.get(box) ?? box.dataset.mark;
    if (mark && mark === known) { event.detail.shouldSwap = false; return; }
    if (busy(box)) { box.dataset.stale = box.dataset.words; event.detail.shouldSwap = false; return; }
    marks.set(box, mark);
    delete box.dataset.stale;
  });
})();
