"use strict";

// A table that fits needs no region of its own to scroll in; its header then sticks to the window.
const fitting = new ResizeObserver((entries) => {
  for (const { target } of entries) {
    target.classList.toggle("fits", target.firstElementChild.scrollWidth <= target.clientWidth);
  }
});

function watch(root) {
  root.querySelectorAll(".table-region").forEach((region) => fitting.observe(region));
}

// An open menu closes by Escape, and when the focus or a click goes elsewhere.
function closeMenus(except) {
  document.querySelectorAll("details.menu[open]").forEach((menu) => {
    if (!menu.contains(except)) menu.open = false;
  });
}

document.addEventListener("DOMContentLoaded", () => watch(document));
document.addEventListener("htmx:afterSwap", () => watch(document));
document.addEventListener("click", (event) => closeMenus(event.target));
document.addEventListener("focusin", (event) => closeMenus(event.target));
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") {
    document.activeElement.closest("details.menu")?.querySelector("summary").focus();
    closeMenus(null);
  }
});

// What is no part of the list (a sign-in page, an error) is opened as the page that it is.
document.addEventListener("htmx:beforeSwap", (event) => {
  const { target, serverResponse, pathInfo } = event.detail;
  if (!serverResponse.includes(`id="${target.id}"`)) {
    event.detail.shouldSwap = false;
    window.location.assign(pathInfo.finalRequestPath);
  }
});
