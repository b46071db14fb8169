// Sets the theme before the first paint; a file of its own since the page allows no inline script.
(() => {
  let theme = "system";
  try {
    theme = localStorage.getItem("theme") || "system";
  } catch {
    // Storage may be closed to us: the system's theme holds.
  }
  const dark = theme === "dark" || (theme === "system" && matchMedia("(prefers-color-scheme: dark)").matches);
  document.documentElement.classList.toggle("dark", dark);
})();
