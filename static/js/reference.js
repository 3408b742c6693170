"use strict";

// Swagger UI as a part of our page: without a head and a main element of its own.
const inPage = ({ React, specSelectors }) => ({
  components: {
    InPage({ getComponent }) {
      const parts = specSelectors.loadingStatus() === "success"
        ? ["AuthorizeBtnContainer", "operations"]
        : ["errors"];
      const draw = (name) => React.createElement(getComponent(name, true), { key: name });
      return React.createElement("div", { className: "swagger-ui" }, parts.map(draw));
    },
  },
});

// What it leaves out: names of its fields, headings in order, and a way by keyboard into long text.
const COMPLETED = [
  ["h3, h4, h5", (heading) => ["aria-level", Number(heading.localName[1]) - 1]],
  ["select:not([aria-label])", () => ["aria-label", "Choice"]],
  ["pre", () => ["tabindex", 0]],
  [".close-modal", () => ["aria-label", "Close"]],
];

function complete(place) {
  for (const [selector, attribute] of COMPLETED) {
    place.querySelectorAll(selector).forEach((one) => one.setAttribute(...attribute(one)));
  }
}

document.addEventListener("DOMContentLoaded", () => {
  const place = document.getElementById("reference");
  new MutationObserver(() => complete(place)).observe(place, { childList: true, subtree: true });
  window.SwaggerUIBundle({
    domNode: place,
    url: place.dataset.schema,
    plugins: [inPage],
    layout: "InPage",
    docExpansion: "list",
    syntaxHighlight: false,
    validatorUrl: null,
    // Only what was entered here opens an address, not that somebody is signed in to the portal.
    requestInterceptor: (request) => {
      request.credentials = request.loadSpec ? "same-origin" : "omit";
      return request;
    },
  });
});
