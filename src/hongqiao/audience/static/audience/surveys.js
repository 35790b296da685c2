// What is half written stays in this tab until it is saved: a form with data-draft is filled again after a reload.
(() => {
  const store = window.sessionStorage;
  const fields = (form) => [...form.elements].filter((e) => e.name && !["hidden", "submit", "button"].includes(e.type));
  for (const form of document.querySelectorAll("form[data-draft]")) {
    const key = `hq-draft-${form.dataset.draft}`;
    let held = null;
    try { held = JSON.parse(store.getItem(key)); } catch (e) { held = null; }
    const now = fields(form);
    if (Array.isArray(held) && held.length === now.length) {
      now.forEach((e, n) => { if (e.type === "checkbox") e.checked = held[n] === true; else e.value = String(held[n]); });
      const fold = form.closest("details");
      if (fold) fold.open = true;
    }
    form.addEventListener("input", () => {
      const said = fields(form).map((e) => (e.type === "checkbox" ? e.checked : e.value));
      try { store.setItem(key, JSON.stringify(said)); } catch (e) { /* no room: the form itself still holds it */ }
    });
    form.addEventListener("submit", () => { try { store.removeItem(key); } catch (e) { /* nothing is kept */ } });
  }
})();
