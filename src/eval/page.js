document.documentElement.dataset.lang = (navigator.language || "en").toLowerCase().startsWith("zh") ? "zh" : "en";
addEventListener("DOMContentLoaded", () => {
  document.getElementById("lang").addEventListener("click", () => {
    const root = document.documentElement;
    root.dataset.lang = root.lang = root.dataset.lang === "zh" ? "en" : "zh";
  });
});
