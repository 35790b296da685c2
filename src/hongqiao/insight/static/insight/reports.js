// A file that the worker has just made starts by itself, once; its link stays for whoever wants it again.
(function () {
  "use strict";
  document.addEventListener("htmx:load", (e) => {
    const made = e.target instanceof Element && (e.target.matches("[data-start]") ? e.target : e.target.querySelector("[data-start]"));
    if (!made) return;
    made.removeAttribute("data-start");
    made.click();
  });
})();
