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
  let way = box.dataset.way, page = null, view = null, colour = "#c8493d";

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
    ["title", "author", "digest"].forEach((k) => { values[k] = form.elements[k].value; });
    let answer;
    try { answer = await ask(box.dataset.preview, values); } catch (e) { return; }
    view.querySelector("#title").textContent = values.title;
    view.querySelector("#meta").textContent = values.author;
    view.querySelector("#article").innerHTML = answer.html;
    $("[data-pictures]").textContent = answer.pictures;
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
  };
  const fill = () => { page.querySelector("main").innerHTML = fields.html.value; };

  // ---- pasting goes through the server
  const tell = (lines) => {
    const list = $("[data-said]");
    list.hidden = !lines.length;
    list.replaceChildren(...lines.map((l) => { const li = document.createElement("li"); li.textContent = l; return li; }));
  };
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
    colour: () => page.execCommand("foreColor", false, colour),
    quote: () => page.execCommand("formatBlock", false, "blockquote"),
    points: () => page.execCommand("insertUnorderedList"),
    line: () => page.execCommand("insertHorizontalRule"),
    undo: () => page.execCommand("undo"),
    redo: () => page.execCommand("redo"),
    link: (button) => {
      const address = window.prompt(button.dataset.ask, "https://");
      if (address && /^https?:\/\/\S+\.\S+/.test(address)) page.execCommand("createLink", false, address);
    },
  };
  $("[data-tools]").addEventListener("mousedown", (e) => e.preventDefault()); // the selection stays where it is
  $("[data-tools]").addEventListener("click", (e) => {
    const button = e.target.closest("[data-do]");
    if (!button) return;
    page.querySelector("main").focus();
    acts[button.dataset.do](button);
    keep();
  });

  // ---- the other way of writing
  box.addEventListener("click", async (e) => {
    const button = e.target.closest("[data-to]");
    if (!button || (button.dataset.ask && fields.html.value && !window.confirm(button.dataset.ask))) return;
    const answer = await ask(box.dataset.switch, { html: fields.html.value, markdown: fields.markdown.value });
    way = button.dataset.to;
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
