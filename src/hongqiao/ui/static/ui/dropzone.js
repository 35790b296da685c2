// Files: dropped or picked, listed, checked against the limits, sent with progress. Without this script the form posts as it is.
(function () {
  "use strict";
  const words = JSON.parse(document.getElementById("ui-words")?.textContent || "{}");
  const AT_ONCE = 2;
  const say = (text, value) => text.replace("%s", value);
  function bytes(n) {
    for (const [step, mark] of [[2 ** 30, "GB"], [2 ** 20, "MB"], [1024, "KB"]])
      if (n >= step) return (n / step).toFixed(1).replace(/\.0$/, "") + " " + mark;
    return n + " B";
  }
  function make(tag, css, text) {
    const el = document.createElement(tag);
    if (css) el.className = css;
    if (text) el.textContent = text;
    return el;
  }

  document.querySelectorAll("form[data-dropzone]").forEach((form) => {
    const input = form.querySelector('input[type="file"]');
    const zone = form.querySelector(".drop");
    const list = form.querySelector(".files");
    const send = form.querySelector('button[type="submit"]');
    const label = send.textContent;
    const most = Number(form.dataset.maxFiles), heaviest = Number(form.dataset.maxBytes);
    const kinds = (input.accept || "").toLowerCase().split(",").map((s) => s.trim()).filter(Boolean);
    const items = []; // {file, row, state, progress, note}
    let busy = false, next = form.dataset.next || "";
    input.required = false;

    function refusal(file) {
      if (file.size === 0) return words.empty_file;
      if (file.size > heaviest) return say(words.too_big, form.dataset.maxSize);
      if (kinds.length && !kinds.some((k) => (k.startsWith(".") ? file.name.toLowerCase().endsWith(k) : file.type === k))) return words.wrong_type;
      return "";
    }
    function add(files) {
      for (const file of files) {
        if (items.some((i) => i.file.name === file.name && i.file.size === file.size && i.file.lastModified === file.lastModified)) continue;
        if (items.filter((i) => i.state !== "refused").length >= most) { window.hongqiao?.toast({ text: say(words.too_many, most), kind: "warn" }); break; }
        const why = refusal(file);
        const item = { file, state: why ? "refused" : "waiting", note: why };
        items.push(item);
        draw(item);
      }
      show();
    }
    function draw(item) {
      const row = item.row || make("li");
      row.replaceChildren(make("span", "name", item.file.name), make("span", "sub num", bytes(item.file.size)));
      const state = { waiting: words.waiting, sending: words.uploading, reading: words.reading, done: words.done }[item.state];
      if (item.state === "waiting" || item.state === "refused" || item.state === "failed") {
        const x = make("button", "btn quiet", words.remove);
        x.type = "button";
        x.setAttribute("aria-label", words.remove + " " + item.file.name);
        x.addEventListener("click", () => { items.splice(items.indexOf(item), 1); row.remove(); show(); input.focus(); });
        row.append(x);
      } else row.append(make("span", item.state === "done" ? "tag good" : "tag", state));
      if (item.state === "sending") {
        const p = make("progress");
        p.max = 1;
        p.value = item.progress || 0;
        p.setAttribute("aria-label", item.file.name);
        row.append(p);
        item.bar = p;
      }
      if (item.note) row.append(make("span", item.state === "done" ? "sub" : "note", item.note));
      if (!item.row) { item.row = row; list.append(row); }
    }
    function set(item, state, note = "") { item.state = state; item.note = note; draw(item); }
    const ready = () => items.filter((i) => i.state === "waiting" || i.state === "failed");
    function show() {
      const n = ready().length;
      send.disabled = busy || n === 0;
      send.textContent = n ? say(words.upload_n, n) : label;
    }

    function body(files) {
      const data = new FormData(form);
      data.delete(input.name);
      files.forEach((f) => data.append(input.name, f, f.name));
      return data;
    }
    function answer(xhr) {
      let said = {};
      try { said = JSON.parse(xhr.responseText); } catch (e) { /* a page, not JSON */ }
      if (xhr.status >= 200 && xhr.status < 300) return { ok: true, message: said.message || "", next: said.next || "" };
      const words_ = [said.title, said.detail].filter(Boolean).join("；");
      return { ok: false, message: words_ || (xhr.status ? words.failed + "（" + xhr.status + "）" : words.offline) };
    }
    function post(group) {
      return new Promise((done) => {
        const xhr = new XMLHttpRequest();
        const total = group.reduce((n, i) => n + i.file.size, 0);
        group.forEach((i) => { i.progress = 0; set(i, "sending"); });
        xhr.open("POST", form.action);
        xhr.setRequestHeader("Accept", "application/json");
        xhr.setRequestHeader("X-Requested-With", "XMLHttpRequest");
        xhr.upload.addEventListener("progress", (e) => {
          // Files of one request go one after another, so the bytes sent say which of them has arrived.
          let sent = Math.min(e.loaded, total);
          for (const i of group) {
            const part = Math.min(sent, i.file.size);
            sent -= part;
            if (i.state === "sending" && i.bar) i.bar.value = i.file.size ? part / i.file.size : 1;
          }
        });
        xhr.upload.addEventListener("load", () => group.forEach((i) => set(i, "reading")));
        const end = () => {
          const a = answer(xhr);
          if (a.ok && a.next) next = a.next;
          group.forEach((i) => set(i, a.ok ? "done" : "failed", a.message));
          done(a.ok);
        };
        xhr.addEventListener("load", end);
        xhr.addEventListener("error", end);
        xhr.addEventListener("abort", end);
        xhr.send(body(group.map((i) => i.file)));
      });
    }
    async function upload() {
      busy = true;
      const queue = form.dataset.mode === "together" ? [ready()] : ready().map((i) => [i]);
      show();
      let fine = true;
      const worker = async () => { while (queue.length) fine = (await post(queue.shift())) && fine; };
      await Promise.all(Array.from({ length: AT_ONCE }, worker));
      busy = false;
      show();
      form.dispatchEvent(new CustomEvent("dropzone:done", { bubbles: true, detail: { ok: fine, next } }));
      if (fine && next && new URL(next, location.href).origin === location.origin) location.assign(next);
    }

    show();
    input.addEventListener("change", () => { add(input.files); input.value = ""; });
    form.addEventListener("submit", (e) => { e.preventDefault(); if (!busy && ready().length) upload(); });
    const stop = (e) => { e.preventDefault(); e.stopPropagation(); };
    ["dragenter", "dragover"].forEach((k) => zone.addEventListener(k, (e) => { stop(e); zone.classList.add("over"); }));
    ["dragleave", "drop"].forEach((k) => zone.addEventListener(k, (e) => { stop(e); zone.classList.remove("over"); }));
    zone.addEventListener("drop", (e) => add(e.dataTransfer.files));
    window.addEventListener("beforeunload", (e) => { if (busy) e.preventDefault(); });
  });
  // A file let go beside the zone must not open in place of the page.
  ["dragover", "drop"].forEach((k) => document.addEventListener(k, (e) => { if (document.querySelector("form[data-dropzone]")) e.preventDefault(); }));
})();
