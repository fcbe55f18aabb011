/**
 * The API's documentation: Swagger UI (its own script, loaded before this one) draws the OpenAPI
 * document that the page names.
 */

const place = /** @type {HTMLElement} */ (document.getElementById('api-docs'));

globalThis.SwaggerUIBundle({
  url: place.dataset.schema,
  domNode: place,
  deepLinking: true,
  validatorUrl: null,
});
