"use strict";

// What is too large is said before it is sent: a server that refuses it on the way can only hang up.
document.addEventListener("change", ({ target }) => {
  if (!target.dataset.most) return;
  const size = [...target.files].reduce((sum, file) => sum + file.size, 0);
  target.setCustomValidity(size > Number(target.dataset.most) ? target.dataset.tooLarge : "");
  target.reportValidity();
});
