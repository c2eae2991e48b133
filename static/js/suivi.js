/* Pages of the queue and of one request, after htmx replaced a part: say it, move the focus.
   Attributes read: data-annonce, tabindex. Without this file everything works. */
(function () {
  "use strict";

  document.addEventListener("htmx:load", function (evenement) {
    var partie = evenement.detail.elt;
    if (partie === document.body) { return; }
    var annonce = partie.getAttribute("data-annonce");
    var erreur = partie.querySelector("[aria-invalid=true]");
    if (annonce) { window.portail.annoncer(annonce); }
    if (erreur) {
      erreur.focus();
    } else if (document.activeElement === document.body && partie.tabIndex === -1) {
      /* The link that was followed (« Page suivante ») is gone: start again from the top. */
      partie.focus({ preventScroll: true });
      partie.scrollIntoView();
    }
  });
}());
