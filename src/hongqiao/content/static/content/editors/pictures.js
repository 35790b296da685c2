// The pictures of a note: moved by dragging or by buttons, the first is the cover; what its platform's shape cuts away.
(function () {
  "use strict";
  const box = document.querySelector("[data-pics]");
  if (!box) return;
  const form = box.closest("form"), list = box.querySelector("[data-pics-order]"), add = box.querySelector("[data-pics-add]");
  const cover = box.querySelector("[data-cover]"), ratio = Number(box.dataset.ratio), far = Number(box.dataset.far);
  const rows = () => [...list.querySelectorAll("[data-pic]")];
  const percent = (n) => `${Math.round(1000 * n) / 10}%`;

  const shape = (img) => img && img.naturalWidth ? img.naturalWidth / img.naturalHeight : 0;
  const judge = (row) => {
    const note = row.querySelector("[data-pic-far]"), own = shape(row.querySelector("img"));
    const cut = ratio && own ? 1 - Math.min(own / ratio, ratio / own) : 0;
    note.hidden = cut <= far;
    note.textContent = note.hidden ? "" : box.dataset.farWords.replace("%(shape)s", box.dataset.shape).replace("%(n)s", `${Math.round(100 * cut)}%`);
  };
  const guide = () => {
    if (!cover) return;
    const first = rows()[0]?.querySelector("img"), own = shape(first);
    cover.hidden = !own;
    if (!own) return;
    const whole = cover.querySelector("[data-cover-whole]"), card = cover.querySelector("[data-cover-card]");
    [whole, card].forEach((img) => { if (img.getAttribute("src") !== first.getAttribute("src")) { img.src = first.getAttribute("src"); img.alt = first.alt; } });
    const wide = Math.min(1, ratio / own), high = Math.min(1, own / ratio);
    Object.assign(cover.querySelector("[data-cover-cut]").style, { left: percent((1 - wide) / 2), top: percent((1 - high) / 2), width: percent(wide), height: percent(high) });
    card.style.aspectRatio = String(ratio);
    cover.querySelector("[data-cover-title]").textContent = form.elements.title.value;
  };
  const tell = () => {
    const all = rows(), keys = all.map((row) => row.dataset.pic);
    form.elements.images.value = keys.join(" ");
    form.elements.cover.value = keys[0] || "";
    all.forEach((row, i) => {
      row.querySelector("[data-pic-nr]").textContent = i + 1;
      row.classList.toggle("first", i === 0);
      const up = row.querySelector("[data-pic-up]"), down = row.querySelector("[data-pic-down]");
      if (up) { up.disabled = i === 0; down.disabled = i === all.length - 1; }
      judge(row);
    });
    const count = box.querySelector("[data-pics-count]"), most = Number(count.dataset.most), advised = Number(count.dataset.advised), n = all.length;
    count.textContent = `${n}${most || advised ? `/${advised && n <= advised ? advised : most || advised}` : ""}`;
    count.classList.toggle("over", Boolean(most) && n > most);
    count.classList.toggle("near", Boolean(advised) && n > advised && !(most && n > most));
    guide();
  };
  const changed = () => { tell(); form.dispatchEvent(new Event("input", { bubbles: true })); };
  const dress = (row) => {
    row.querySelector("img")?.addEventListener("load", tell);
    if (!add) return;
    row.draggable = true;
    row.querySelector("[data-pic-acts]").hidden = false;
  };

  const put = (one) => {
    if (rows().some((row) => row.dataset.pic === one.key)) return;
    const row = box.querySelector("template[data-pic-one]").content.firstElementChild.cloneNode(true), img = row.querySelector("img");
    row.dataset.pic = one.key;
    row.querySelector("[data-pic-name]").textContent = one.name;
    const want = row.querySelector("[data-pic-want]");
    want.textContent = one.right || "";
    want.hidden = !one.right;
    list.append(row);
    dress(row);
    img.alt = one.alt || "";
    img.src = one.thumb || one.file;
  };
  const step = (row, button) => {
    const up = button.hasAttribute("data-pic-up"), other = up ? row.previousElementSibling : row.nextElementSibling;
    if (!other) return;
    if (up) other.before(row); else other.after(row);
    changed();
    const again = button.disabled ? row.querySelector(up ? "[data-pic-down]" : "[data-pic-up]") : button;
    again.focus();
    box.querySelector("[data-pics-said]").textContent = box.dataset.moved.replace("%(n)s", rows().indexOf(row) + 1);
  };
  box.addEventListener("click", async (e) => {
    const row = e.target.closest("[data-pic]"), button = e.target.closest("[data-pic-up], [data-pic-down]");
    if (button) step(row, button);
    else if (e.target.closest("[data-pic-drop]")) {
      const next = row.nextElementSibling || row.previousElementSibling;
      row.remove();
      changed();
      (next?.querySelector("[data-pic-drop]") || add).focus();
    } else if (e.target.closest("[data-pics-add]")) {
      (await window.pickAssets(true)).forEach(put);
      changed();
    }
  });

  let lifted = null;
  list.addEventListener("dragstart", (e) => {
    lifted = add && e.target.closest("[data-pic]");
    if (!lifted) return;
    e.dataTransfer.effectAllowed = "move";
    e.dataTransfer.setData("text/plain", "");
    lifted.classList.add("lifted");
  });
  list.addEventListener("dragover", (e) => {
    const row = e.target.closest("[data-pic]");
    if (!lifted) return;
    e.preventDefault();
    if (!row || row === lifted) return;
    if (rows().indexOf(row) < rows().indexOf(lifted)) row.before(lifted); else row.after(lifted);
  });
  list.addEventListener("drop", (e) => { if (lifted) e.preventDefault(); });
  list.addEventListener("dragend", () => { if (lifted) { lifted.classList.remove("lifted"); lifted = null; changed(); } });
  form.addEventListener("input", (e) => { if (e.target.name === "title") guide(); });

  rows().forEach(dress);
  if (add) add.hidden = false;
  tell();
})();
