// A note: title, text and tags counted as its platform counts, and in the other way beside it.
(function () {
  "use strict";
  const box = document.querySelector("[data-note]");
  if (!box) return;
  const form = box.closest("form"), halves = box.dataset.halves === "1";
  const cut = new Intl.Segmenter("zh", { granularity: "grapheme" });
  const letters = (text) => [...cut.segment(text)].map((s) => s.segment);
  const emoji = (text) => letters(text).filter((l) => /\p{Extended_Pictographic}|\p{Regional_Indicator}|\u20e3/u.test(l)).length;
  const wide = (text) => Math.ceil(letters(text).reduce((n, l) => n + (/^[\u0000-\u00ff\uff61-\uffdc]+$/.test(l) ? 1 : 2), 0) / 2);
  const tags = () => form.elements.tags.value.split(/[#＃，,、\s]+/).filter(Boolean);

  const level = (note, n) => {
    const most = Number(note.dataset.most), advised = Number(note.dataset.advised);
    note.classList.toggle("over", Boolean(most) && n > most);
    note.classList.toggle("near", Boolean(advised) && n > advised && !(most && n > most));
    return `${n}${most || advised ? `/${advised && n <= advised ? advised : most || advised}` : ""}`;
  };
  const draw = () => {
    box.querySelectorAll("[data-of]").forEach((note) => {
      if (note.dataset.of === "tags") {
        const found = tags(), seen = new Set(), same = [];
        box.querySelector("[data-chips]").replaceChildren(...found.map((t) => {
          const li = document.createElement("li");
          li.textContent = `#${t}`;
          if (seen.has(t.toLowerCase())) { li.className = "twice"; same.push(t); }
          seen.add(t.toLowerCase());
          return li;
        }));
        note.textContent = level(note, found.length) + (same.length ? ` · ${box.dataset.same.replace("%(tag)s", same.join("、"))}` : "");
        return;
      }
      let text = form.elements[note.dataset.of].value;
      const faces = emoji(text);
      if (note.dataset.withTitle) text = form.elements.title.value + text;
      const both = box.dataset.both.replace("%(a)s", letters(text).length).replace("%(b)s", wide(text));
      note.textContent = [level(note, halves ? wide(text) : letters(text).length), both, faces ? box.dataset.emoji.replace("%(n)s", faces) : ""].filter(Boolean).join(" · ");
    });
  };
  form.addEventListener("input", draw);
  draw();
})();
