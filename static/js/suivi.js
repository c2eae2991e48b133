/* Pages of the queue and of one request, after htmx replaced a part: say it, move the focus.
   Attributes read: data-annonce, data-focus. Without this file everything works. */
(function () {
  "use strict";

  document.addEventListener("htmx:load", function (evenement) {
    var partie = evenement.detail.elt;
    if (!partie.getAttribute || partie === document.body) { return; }
    var annonce = partie.getAttribute("data-annonce");
    var erreur = partie.querySelector("[aria-invalid=true]");
    if (annonce) { window.portail.annoncer(annonce); }
    if (erreur) { erreur.focus(); }
  });
}());
