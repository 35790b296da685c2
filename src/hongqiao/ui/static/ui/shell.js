// The shell: menus, theme buttons, toasts, errors and progress of htmx, keys, copying.
(function () {
  "use strict";
  const words = JSON.parse(document.getElementById("ui-words")?.textContent || "{}");
  const $ = (s, root = document) => root.querySelector(s);
  const all = (s, root = document) => [...root.querySelectorAll(s)];
  window.hongqiao = { words, toast };

  // ---- toasts
  function node(tag, css, text) {
    const el = document.createElement(tag);
    if (css) el.className = css;
    if (text) el.textContent = text;
    return el;
  }
  function toast({ text, next = "", kind = "", action = "", onAction = null }) {
    const box = $(".toasts");
    if (!box) return null;
    const same = all(".toast", box).find((t) => t.dataset.text === text);
    if (same) return same; // a page that polls must not pile up one message
    const el = node("div", "toast " + kind);
    el.dataset.text = text;
    el.setAttribute("role", kind === "danger" ? "alert" : "status");
    const icon = $("#icon-" + (kind === "danger" || kind === "warn" ? "alert" : "check"));
    el.append(icon ? icon.content.cloneNode(true) : node("span"));
    const body = node("div");
    body.append(node("div", "", text));
    if (next) body.append(node("div", "next", next));
    if (action) {
      const b = node("button", "btn", action);
      b.type = "button";
      b.addEventListener("click", () => { el.remove(); onAction(); });
      body.append(b);
    }
    const x = node("button", "x", "×");
    x.type = "button";
    x.setAttribute("aria-label", words.close || "×");
    x.dataset.toastClose = "";
    el.append(body, x);
    box.append(el);
    fade(el);
    return el;
  }
  function fade(el) {
    if (el.classList.contains("danger") || el.classList.contains("warn")) return; // what needs reading stays
    setTimeout(() => { if (!el.matches(":hover, :focus-within")) el.remove(); }, 6000);
  }
  all(".toast").forEach(fade);

  // ---- clicks anywhere
  document.addEventListener("click", (e) => {
    const t = e.target;
    if (!(t instanceof Element)) return;
    all("details.menu[open]").forEach((d) => { if (!d.contains(t)) d.open = false; });
    t.closest("[data-toast-close]")?.closest(".toast")?.remove();
    const theme = t.closest("[data-theme-set]");
    if (theme) { window.hongqiaoTheme.set(theme.dataset.themeSet); showTheme(); }
    const c = t.closest("[data-copy]");
    if (c) copy(c);
  });
  document.addEventListener("toggle", (e) => {
    const d = e.target;
    if (d instanceof HTMLDetailsElement && d.matches(".menu") && d.open)
      all("details.menu[open]").forEach((o) => { if (o !== d) o.open = false; });
  }, true);
  document.addEventListener("change", (e) => {
    const form = e.target.closest?.("form[data-auto]");
    if (form && e.target.matches("select")) form.requestSubmit();
  });
  function showTheme() {
    all("[data-theme-set]").forEach((b) => b.setAttribute("aria-pressed", String(b.dataset.themeSet === window.hongqiaoTheme.get())));
  }
  showTheme();

  // ---- copying: the clipboard where the browser allows it (https, localhost), else select for Ctrl+C
  async function copy(button) {
    const area = button.closest("[data-copybox]").querySelector("textarea");
    const label = $("span", button) || button;
    const before = label.textContent;
    let ok = false;
    try { await navigator.clipboard.writeText(area.value); ok = true; } catch (e) { /* plain http */ }
    if (!ok) {
      area.classList.remove("sr");
      area.focus();
      area.select();
      try { ok = document.execCommand("copy"); } catch (e) { ok = false; }
    }
    if (ok) {
      label.textContent = words.copied;
      setTimeout(() => { label.textContent = before; }, 1800);
    } else toast({ text: words.copy_by_hand });
  }

  // ---- keys: g then a letter goes to a place, ? shows the keys, Esc closes menus (dialogs close themselves)
  let armed = 0;
  function step(box, way) { // arrows go through the field and what was found
    const stops = [$("input", box), ...all("a.opt", box)];
    stops[(stops.indexOf(document.activeElement) + way + stops.length) % stops.length].focus();
  }
  document.addEventListener("keydown", (e) => {
    if (e.key === "Escape") {
      all("details.menu[open]").forEach((d) => { d.open = false; $("summary", d).focus(); });
      return;
    }
    const search = $("#search");
    if (search && (e.ctrlKey || e.metaKey) && e.key.toLowerCase() === "k") {
      e.preventDefault();
      if (!search.open && !$("dialog[open]")) search.showModal();
      return;
    }
    if (search?.open && (e.key === "ArrowDown" || e.key === "ArrowUp")) { e.preventDefault(); step(search, e.key === "ArrowDown" ? 1 : -1); return; }
    if (search?.open && e.key === "Enter" && e.target.matches("input")) { $("a.opt", search)?.click(); return; }
    if (e.ctrlKey || e.metaKey || e.altKey || e.target.closest?.("input, textarea, select, [contenteditable]") || $("dialog[open]")) return;
    if (e.key === "?") { $("#keys")?.showModal(); e.preventDefault(); }
    else if (e.key === "g") armed = Date.now();
    else if (armed && Date.now() - armed < 1500) {
      armed = 0;
      const link = $(`a[data-key="${CSS.escape(e.key)}"]`);
      if (link) { e.preventDefault(); link.click(); }
    }
  });

  // ---- htmx: a bar for what takes longer than 300 ms, a message with a way on for what fails
  const bar = $("#progress");
  const quiet = (el) => Boolean(el?.closest?.("[data-quiet]"));
  let flying = 0, timer = 0;
  document.addEventListener("htmx:beforeRequest", (e) => {
    if (quiet(e.detail.elt) || !bar) return;
    flying += 1;
    clearTimeout(timer);
    timer = setTimeout(() => { if (flying > 0) { bar.classList.remove("done"); bar.classList.add("on"); } }, 300);
  });
  document.addEventListener("htmx:afterRequest", (e) => {
    if (quiet(e.detail.elt) || !bar) return;
    flying = Math.max(0, flying - 1);
    if (flying) return;
    clearTimeout(timer);
    if (bar.classList.contains("on")) {
      bar.classList.add("done");
      setTimeout(() => bar.classList.remove("on", "done"), 300);
    }
  });
  function retry(detail) {
    const c = detail.requestConfig;
    return () => window.htmx.ajax(c.verb, c.path, { source: c.elt, target: c.target });
  }
  function failed(detail, text, next) {
    toast({ text, next, kind: "danger", action: words.retry, onAction: retry(detail) });
  }
  document.addEventListener("htmx:responseError", (e) => {
    const page = new DOMParser().parseFromString(e.detail.xhr.responseText || "", "text/html");
    const said = $("[data-error-message]", page);
    const next = $("[data-error-next]", page);
    failed(e.detail, said ? said.textContent.trim() : words.failed, next ? next.textContent.trim() : words.failed_next);
  });
  document.addEventListener("htmx:sendError", (e) => failed(e.detail, words.offline, words.offline_next));
  document.addEventListener("htmx:timeout", (e) => failed(e.detail, words.slow, words.failed_next));
  /* Tabs that run over a phone's edge: the open one is where it can be seen. */
  for (const on of document.querySelectorAll(".tabset [aria-current]")) {
    const row = on.parentElement;
    if (row.scrollWidth > row.clientWidth) row.scrollLeft = on.offsetLeft - row.offsetLeft - (row.clientWidth - on.offsetWidth) / 2;
  }
})();
