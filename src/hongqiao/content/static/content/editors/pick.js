// Pictures are chosen from the library in a dialog: window.pickAssets(many) gives what was chosen, [] where nothing was.
(function () {
  "use strict";
  const dialog = document.getElementById("pick-dialog");
  if (!dialog) return;
  document.body.append(dialog); // out of the form: what is chosen here is not sent with it
  const found = dialog.querySelector("[data-pick-found]"), search = dialog.querySelector("[data-pick-search]");
  let many = false, done = null, timer = 0, turn = 0;

  const load = async () => {
    const mine = ++turn;
    const asked = new URLSearchParams({ name: "picked", kind: "image", q: search.value, ...(many ? { many: "1" } : {}) });
    const answer = await fetch(`${dialog.dataset.pick}?${asked}`);
    if (answer.ok && mine === turn) found.innerHTML = await answer.text();
  };
  const end = (rows) => { const tell = done; done = null; if (tell) tell(rows); };

  search.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(load, 250); });
  search.addEventListener("keydown", (e) => { if (e.key === "Enter") e.preventDefault(); });
  dialog.querySelector("[data-pick-ok]").addEventListener("click", () => {
    const rows = [...found.querySelectorAll("input:checked")].map((el) => ({ key: el.value, ...el.dataset }));
    end(rows);
    dialog.close();
  });
  found.addEventListener("dblclick", (e) => {
    const label = e.target.closest("label");
    if (!label || many) return;
    label.querySelector("input").checked = true;
    dialog.querySelector("[data-pick-ok]").click();
  });
  dialog.addEventListener("close", () => end([]));
  window.pickAssets = (several) => new Promise((tell) => {
    many = several;
    done = tell;
    search.value = "";
    found.replaceChildren();
    load();
    dialog.showModal();
    search.focus();
  });
})();
