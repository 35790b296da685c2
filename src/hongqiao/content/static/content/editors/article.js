// An article: rich text in a page of its own that runs nothing, what is pasted made clean by the server, a live preview.
// Without scripts the two text fields of the form do the work; here one of them is kept in step with what is seen.
(function () {
  "use strict";
  const box = document.querySelector("[data-article]");
  if (!box) return;
  const $ = (s) => box.querySelector(s);
  const form = box.closest("form");
  const fields = { html: form.elements.html, markdown: form.elements.markdown };
  const sheet = $("[data-sheet]"), phone = $("[data-phone]");
  const may = box.dataset.may === "1";
  const token = () => form.elements.csrfmiddlewaretoken.value;
  let way = box.dataset.way, page = null, view = null, outside = [];

  const ask = async (address, values) => {
    const body = new FormData();
    Object.entries(values).forEach(([k, v]) => body.append(k, v));
    const answer = await fetch(address, { method: "POST", body, headers: { "X-CSRFToken": token(), Accept: "application/json" } });
    if (!answer.ok) throw new Error(String(answer.status));
    return answer.json();
  };
  const opened = (frame, address) => new Promise((done) => {
    frame.addEventListener("load", () => done(frame.contentDocument), { once: true });
    frame.src = address;
  });

  // ---- what is seen and what is sent
  const keep = () => {
    if (way === "html" && page) {
      const said = page.body.textContent.trim() || page.querySelector("main img");
      fields.html.value = said ? page.querySelector("main").innerHTML : "";
    }
    fields[way === "html" ? "markdown" : "html"].value = "";
    look();
  };
  let timer = 0;
  const look = () => { clearTimeout(timer); timer = setTimeout(draw, 500); };
  const draw = async () => {
    if (!view) return;
    const values = { html: fields.html.value, markdown: fields.markdown.value };
    ["title", "author", "digest", "theme", "colour"].forEach((k) => { values[k] = form.elements[k].value; });
    let answer;
    try { answer = await ask(box.dataset.preview, values); } catch (e) { return; }
    view.querySelector("#title").textContent = values.title;
    view.querySelector("#meta").textContent = values.author;
    view.querySelector("#article").innerHTML = answer.html;
    $("[data-pictures]").textContent = answer.pictures;
    list("[data-warned]", answer.warned);
    outside = answer.outside;
    ask_outside();
    $("[data-counts]").replaceChildren(...answer.counts.map((c) => {
      const one = document.createElement("div"), dt = document.createElement("dt"), dd = document.createElement("dd");
      one.className = c.level;
      dt.textContent = c.label;
      dd.textContent = `${c.count}/${c.most}`;
      one.append(dt, dd);
      return one;
    }));
  };

  const show = () => {
    const rich = way === "html";
    $("[data-ways]").hidden = false;
    $("[data-tools]").hidden = !(rich && may);
    sheet.hidden = !rich;
    $('[data-plain="html"]').hidden = true;
    $('[data-plain="markdown"]').hidden = rich;
    box.querySelectorAll("[data-way-said]").forEach((n) => { n.hidden = n.dataset.waySaid !== way; });
    box.querySelectorAll("[data-to]").forEach((n) => { n.hidden = n.dataset.to === way; });
    $("[data-markdown-tools]").hidden = rich || !may;
    const first = form.elements.theme.options[0];
    first.textContent = rich ? first.dataset.rich : first.dataset.plain;
  };
  const fill = () => { page.querySelector("main").innerHTML = fields.html.value; };

  // ---- pasting goes through the server
  const list = (where, lines) => {
    const ul = $(where);
    ul.hidden = !lines.length;
    ul.replaceChildren(...lines.map((l) => { const li = document.createElement("li"); li.textContent = l; return li; }));
  };
  const tell = (lines) => list("[data-said]", lines);
  const pasted = async (e) => {
    e.preventDefault();
    const html = e.clipboardData.getData("text/html"), text = e.clipboardData.getData("text/plain");
    if (!html) { page.execCommand("insertText", false, text); keep(); return; }
    try {
      const answer = await ask(box.dataset.paste, { html });
      page.execCommand("insertHTML", false, answer.html);
      tell(answer.said);
    } catch (e2) { page.execCommand("insertText", false, text); }
    keep();
  };

  // ---- the toolbar
  const acts = {
    h2: () => page.execCommand("formatBlock", false, "h2"),
    h3: () => page.execCommand("formatBlock", false, "h3"),
    p: () => page.execCommand("formatBlock", false, "p"),
    bold: () => page.execCommand("bold"),
    colour: () => page.execCommand("foreColor", false, swatch.value),
    quote: () => page.execCommand("formatBlock", false, "blockquote"),
    points: () => page.execCommand("insertUnorderedList"),
    line: () => page.execCommand("insertHorizontalRule"),
    picture: () => picture(),
    undo: () => page.execCommand("undo"),
    redo: () => page.execCommand("redo"),
    link: (button) => {
      const address = window.prompt(button.dataset.ask, "https://");
      if (address && /^https?:\/\/\S+\.\S+/.test(address)) page.execCommand("createLink", false, address);
    },
  };
  // ---- a picture of the library, at the cursor
  const picture = async () => {
    const rich = way === "html", main = page.querySelector("main"), chosen = page.getSelection();
    const at = rich && chosen.rangeCount && main.contains(chosen.anchorNode) ? chosen.getRangeAt(0).cloneRange() : null;
    const rows = await window.pickAssets(false);
    if (!rows.length) return;
    const { file, alt } = rows[0];
    if (rich) {
      main.focus();
      if (at) { chosen.removeAllRanges(); chosen.addRange(at); } else chosen.selectAllChildren(main), chosen.collapseToEnd();
      const img = page.createElement("img");
      img.src = file;
      img.setAttribute("src", file);
      img.alt = alt;
      page.execCommand("insertHTML", false, `<p>${img.outerHTML}</p><p><br></p>`);
    } else {
      const area = fields.markdown;
      area.setRangeText(`\n\n![${alt.replace(/[\[\]\n]/g, " ")}](${file})\n\n`, area.selectionStart, area.selectionEnd, "end");
      area.focus();
    }
    keep();
  };
  $("[data-markdown-tools]").addEventListener("click", (e) => { if (e.target.closest("[data-do]")) picture(); });

  // ---- pictures that still lie elsewhere: fetched into the library, or they stay and the check says so
  const ask_outside = () => {
    const row = $("[data-outside-box]"), button = $("[data-fetch]");
    row.hidden = !outside.length;
    $("[data-outside-said]").textContent = box.dataset.outside.replace("%(n)s", outside.length);
    if (button && !button.disabled) button.textContent = box.dataset.fetchWords.replace("%(n)s", outside.length);
  };
  const put = (taken) => {
    const area = fields[way === "html" ? "html" : "markdown"];
    if (way === "html") {
      const all = [...page.querySelectorAll("main img")];
      all.forEach((img) => { const now = taken[img.getAttribute("src")]; if (now) img.setAttribute("src", now); });
    } else Object.entries(taken).forEach(([was, now]) => { area.value = area.value.split(`(${was}`).join(`(${now}`); });
    form.dispatchEvent(new Event("input", { bubbles: true }));
  };
  $("[data-fetch]")?.addEventListener("click", async (e) => {
    const button = e.currentTarget, body = new FormData(), head = { "X-CSRFToken": token(), Accept: "application/json" };
    outside.forEach((src) => body.append("address", src));
    button.disabled = true;
    try {
      const { look: where } = await (await fetch(box.dataset.picturesUrl, { method: "POST", body, headers: head })).json();
      for (let seconds = 0, state; seconds < 300; seconds += 1) {
        state = await (await fetch(where)).json();
        button.textContent = box.dataset.fetching.replace("%(n)s", Math.round(state.share * 100)).replace("%%", "%");
        if (state.done) { put(state.taken); tell(state.failed); break; }
        await new Promise((wait) => setTimeout(wait, 1000));
      }
    } finally {
      button.disabled = false;
      ask_outside();
    }
  });

  // ---- theme and colour
  const swatch = $("#e-colour");
  const choose = (value) => { form.elements.colour.value = value; form.dispatchEvent(new Event("input", { bubbles: true })); };
  swatch.addEventListener("input", (e) => { e.stopPropagation(); choose(swatch.value); });
  $("[data-brand-colour]")?.addEventListener("click", () => { swatch.value = box.dataset.colour; choose(""); });
  $("[data-keep-look]")?.addEventListener("click", async (e) => {
    const values = { theme: form.elements.theme.value || box.dataset.theme, colour: swatch.value };
    let said = "";
    try {
      said = (await ask(e.currentTarget.dataset.keepLook, values)).said;
      Object.assign(box.dataset, values);
    } catch (refused) { said = refused.message; }
    $("[data-look-said]").textContent = said;
  });

  $("[data-tools]").addEventListener("mousedown", (e) => e.preventDefault()); // the selection stays where it is
  $("[data-tools]").addEventListener("click", (e) => {
    const button = e.target.closest("[data-do]");
    if (!button) return;
    page.querySelector("main").focus();
    acts[button.dataset.do](button);
    if (button.dataset.do !== "picture") keep();
  });

  // ---- the other way of writing
  box.addEventListener("click", async (e) => {
    const button = e.target.closest("[data-to]");
    if (!button || (button.dataset.ask && fields.html.value && !window.confirm(button.dataset.ask))) return;
    const answer = await ask(box.dataset.switch, { html: fields.html.value, markdown: fields.markdown.value });
    way = button.dataset.to;
    if (way === "html" && !form.elements.theme.value) form.elements.theme.value = box.dataset.theme; // else it would be bare
    fields.html.value = answer.html;
    fields.markdown.value = answer.markdown;
    fill();
    show();
    keep();
  });

  // ---- copying with its styles
  const select = () => {
    const range = view.createRange(), chosen = phone.contentWindow.getSelection();
    range.selectNodeContents(view.querySelector("#article"));
    chosen.removeAllRanges();
    chosen.addRange(range);
    phone.contentWindow.focus();
  };
  $("[data-copy]").addEventListener("click", async (e) => {
    const article = view.querySelector("#article"), button = e.currentTarget;
    let done = false;
    try {
      const as = (kind, text) => new Blob([text], { type: kind });
      const parts = { "text/html": as("text/html", article.innerHTML), "text/plain": as("text/plain", article.innerText) };
      await navigator.clipboard.write([new ClipboardItem(parts)]);
      done = true;
    } catch (refused) {
      select();
      try { done = view.execCommand("copy"); } catch (e2) { done = false; }
    }
    const note = $("[data-copied]");
    note.textContent = done ? button.dataset.done : button.dataset.refused;
    note.hidden = false;
  });

  form.addEventListener("input", keep);
  form.addEventListener("submit", keep);
  Promise.all([opened(sheet, box.dataset.frame), opened(phone, `${box.dataset.frame}?phone=1`)]).then(([one, two]) => {
    page = one;
    view = two;
    const main = page.querySelector("main");
    main.dataset.hint = sheet.dataset.hint;
    if (may) {
      main.contentEditable = "true";
      page.execCommand("defaultParagraphSeparator", false, "p");
      page.execCommand("styleWithCSS", false, true);
      main.addEventListener("input", keep);
      main.addEventListener("paste", pasted);
    }
    fill();
    show();
    $("[data-view]").hidden = false;
    draw();
  });
})();
