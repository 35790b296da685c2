// The explorer: going back asks the server again, so that charts are drawn anew; "/" goes to the sentence.
(function () {
  "use strict";
  if (window.htmx) window.htmx.config.refreshOnHistoryMiss = true;
  document.addEventListener("keydown", (e) => {
    if (e.key !== "/" || e.ctrlKey || e.metaKey || e.altKey || e.target.closest("input, select, textarea, dialog")) return;
    const ask = document.getElementById("ask");
    if (ask) { e.preventDefault(); ask.focus(); ask.select(); }
  });
})();
