// Dialogs: opened by name, closed by a button, Esc or a click beside; and a question before a form that cannot be undone.
(function () {
  "use strict";
  document.addEventListener("click", (e) => {
    const t = e.target;
    if (!(t instanceof Element)) return;
    const opener = t.closest("[data-dialog]");
    if (opener) {
      e.preventDefault();
      opener.closest("details.menu")?.removeAttribute("open");
      document.querySelector(opener.dataset.dialog)?.showModal();
    }
    if (t.closest("[data-dialog-close]")) t.closest("dialog")?.close();
    if (t instanceof HTMLDialogElement) {
      const box = t.getBoundingClientRect();
      const inside = e.clientX >= box.left && e.clientX <= box.right && e.clientY >= box.top && e.clientY <= box.bottom;
      if (!inside) t.close();
    }
  });

  // What the server asks back about is open in the page as it comes, so that it can be answered without scripts; with
  // them it stands over the page, and Esc or 取消 leave everything as it was.
  const asked = () => document.querySelectorAll("dialog[data-asked][open]:not(:modal)").forEach((d) => { d.close(); d.showModal(); });
  document.addEventListener("htmx:afterSwap", asked);
  asked();

  const ask = document.getElementById("confirm");
  let waiting = null; // what to do when the person says yes
  function open(question, title, yes, danger, then) {
    ask.querySelector("[data-title]").textContent = title || ask.dataset.title;
    ask.querySelector("[data-text]").textContent = question;
    const ok = ask.querySelector("[data-ok]");
    ok.textContent = yes || ask.dataset.ok;
    ok.className = danger ? "btn danger" : "btn main";
    waiting = then;
    ask.showModal();
    ask.querySelector("[data-dialog-close]").focus(); // Enter alone does nothing that cannot be undone
  }
  ask?.addEventListener("close", () => { waiting = null; });
  ask?.querySelector("[data-ok]").addEventListener("click", () => { const then = waiting; ask.close(); then?.(); });
  const sure = new WeakSet();
  document.addEventListener("submit", (e) => {
    const form = e.target;
    const by = e.submitter;
    const question = by?.dataset.confirm || form.dataset.confirm;
    if (!question || !ask || sure.has(form)) { sure.delete(form); return; }
    e.preventDefault();
    e.stopImmediatePropagation();
    const d = { ...form.dataset, ...(by ? by.dataset : {}) };
    open(question, d.confirmTitle, d.confirmOk, d.confirmKind === "danger", () => {
      sure.add(form);
      form.requestSubmit(by && by.form === form ? by : undefined);
    });
  }, true);
  // htmx asks for itself (hx-confirm): the same dialog instead of the browser's.
  document.addEventListener("htmx:confirm", (e) => {
    if (!e.detail.question || !ask) return;
    e.preventDefault();
    const d = e.detail.elt.dataset;
    open(e.detail.question, d.confirmTitle, d.confirmOk, d.confirmKind === "danger", () => e.detail.issueRequest(true));
  });
})();
