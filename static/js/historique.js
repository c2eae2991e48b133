/* The partner's list: a search that is under way outlives a change of filters, and stays out of
   the address. Without this file the forms work one by one. */
(function () {
  "use strict";

  var depuisPagination = false;

  function valeur(id) {
    var champ = document.getElementById(id);
    return champ ? champ.value.trim() : "";
  }

  /* Filters that are set, as they are written in the address. */
  function adresse(parametres) {
    var morceaux = Object.keys(parametres).filter(function (nom) {
      return parametres[nom];
    }).map(function (nom) {
      return encodeURIComponent(nom) + "=" + encodeURIComponent(parametres[nom]);
    });
    return location.pathname + (morceaux.length ? "?" + morceaux.join("&") : "");
  }

  document.addEventListener("htmx:configRequest", function (evenement) {
    var detail = evenement.detail;
    depuisPagination = detail.elt.closest(".ep-pagination") !== null ||
      (detail.parameters.curseur || "") !== "";
    if (detail.elt.id !== "filtres") { return; }
    detail.path = adresse(detail.parameters);
    detail.parameters = {};
    if (valeur("id_q")) {
      detail.verb = "post";
      detail.useUrlParams = false;
      detail.headers["Content-Type"] = "application/x-www-form-urlencoded";
      detail.parameters = { q: valeur("id_q") };
    }
  });

  document.addEventListener("htmx:afterSwap", function (evenement) {
    var liste = document.getElementById("liste");
    if (!liste || evenement.detail.target.id !== "liste") { return; }
    var nombre = Number(liste.getAttribute("data-nombre"));
    var titre = liste.querySelector("h2");
    window.portail.annoncer(nombre
      ? "Liste mise à jour : " + nombre + (nombre > 1 ? " demandes affichées." : " demande affichée.")
      : titre && titre.textContent);
    if (depuisPagination) {
      liste.focus();
      liste.scrollIntoView();
    }
  });
}());
