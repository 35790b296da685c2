// In the head, before the first paint: the person's own choice of theme, if any, goes on <html>.
(function () {
  "use strict";
  var KEY = "hongqiao-theme";
  function read() { try { return localStorage.getItem(KEY) || "auto"; } catch (e) { return "auto"; } }
  function put(theme) {
    if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
    else delete document.documentElement.dataset.theme;
  }
  put(read());
  window.hongqiaoTheme = {
    get: read,
    set: function (theme) {
      try { localStorage.setItem(KEY, theme); } catch (e) { /* private mode: the choice lasts for this page */ }
      put(theme);
      document.dispatchEvent(new CustomEvent("hongqiao:theme"));
    },
  };
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", function () {
    document.dispatchEvent(new CustomEvent("hongqiao:theme"));
  });
})();
