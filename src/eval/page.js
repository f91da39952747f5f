const page = document.documentElement;
page.dataset.lang = page.lang = (navigator.language || "en").toLowerCase().startsWith("zh") ? "zh" : "en";
addEventListener("DOMContentLoaded", () => {
  document.getElementById("lang").addEventListener("click", () => {
    page.dataset.lang = page.lang = page.dataset.lang === "zh" ? "en" : "zh";
  });
});
