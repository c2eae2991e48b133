/* Base behaviours of every page. Nothing depends on them: without this file, all forms work.
   Attributes read: data-compteur, data-focus, data-si, data-plusieurs-envois. */
(function () {
  "use strict";

  var DELAI_ANNONCE = 600;
  var DELAI_RENVOI = 15000;

  function tous(selecteur, racine) {
    return Array.prototype.slice.call((racine || document).querySelectorAll(selecteur));
  }

  /* Said by screen readers, without moving the focus. */
  function annoncer(texte) {
    var zone = document.getElementById("ep-annonce");
    if (!zone) { return; }
    zone.textContent = "";
    window.setTimeout(function () { zone.textContent = texte; }, 50);
  }

  /* Shown and said at the top of the page; an empty text clears it. */
  function alerter(texte) {
    var zone = document.getElementById("ep-alerte");
    if (!zone || zone.textContent === texte) { return; }
    zone.textContent = "";
    if (!texte) { return; }
    var bloc = document.createElement("div");
    var paragraphe = document.createElement("p");
    bloc.className = "fr-alert fr-alert--error fr-alert--sm fr-mb-3w";
    paragraphe.textContent = texte;
    bloc.appendChild(paragraphe);
    zone.appendChild(bloc);
    zone.scrollIntoView({ block: "nearest" });
  }

  /* --- counters: characters as the server counts them ------------------------------------- */
  function longueur(texte) {
    return texte.replace(/\r\n?/g, "\n").replace(/[\uD800-\uDBFF][\uDC00-\uDFFF]/g, "_").length;
  }

  function francais(nombre) {
    return String(nombre).replace(/\B(?=(\d{3})+$)/g, "\u202f");
  }

  function pluriel(nombre) {
    return francais(nombre) + (nombre > 1 ? " caractères" : " caractère");
  }

  function compter(champ, dire) {
    var zone = document.getElementById(champ.id + "_compteur");
    var limite = Number(champ.getAttribute("data-compteur"));
    var nombre = longueur(champ.value);
    if (!zone) { return; }
    zone.classList.toggle("ep-trop", nombre > limite);
    zone.textContent = nombre > limite
      ? pluriel(nombre - limite) + " en trop : " + francais(limite) + " au maximum"
      : francais(nombre) + " / " + pluriel(limite);
    window.clearTimeout(champ.epAnnonce);
    if (dire && nombre > limite * 0.9) {
      champ.epAnnonce = window.setTimeout(function () { annoncer(zone.textContent); }, DELAI_ANNONCE);
    }
  }

  /* --- conditional fields: data-si="champ=valeur|valeur2" or data-si="champ" -------------- */
  function reponses(formulaire, nom) {
    return tous("[name]", formulaire).filter(function (controle) {
      var aCocher = controle.type === "checkbox" || controle.type === "radio";
      return controle.name === nom && !controle.disabled && (!aCocher || controle.checked);
    }).map(function (controle) { return controle.value; }).filter(Boolean);
  }

  function estRemplie(conteneur) {
    var condition = conteneur.getAttribute("data-si");
    var egal = condition.indexOf("=");
    var nom = egal < 0 ? condition : condition.slice(0, egal);
    var attendues = egal < 0 ? null : condition.slice(egal + 1).split("|");
    var donnees = reponses(conteneur.closest("form") || document, nom);
    return donnees.some(function (valeur) { return !attendues || attendues.indexOf(valeur) >= 0; });
  }

  function montrer(conteneur, visible) {
    conteneur.hidden = !visible;
    tous("input, select, textarea, button", conteneur).forEach(function (controle) {
      var cache = controle.closest("[data-si][hidden]") !== null;
      if (cache && !controle.disabled) {
        controle.disabled = true;
        controle.setAttribute("data-si-desactive", "");
      } else if (!cache && controle.hasAttribute("data-si-desactive")) {
        controle.disabled = false;
        controle.removeAttribute("data-si-desactive");
      }
    });
  }

  /* In the order of the page: a hidden question counts as not answered for the next ones. */
  function conditionner(racine) {
    tous("[data-si]", racine).forEach(function (conteneur) {
      montrer(conteneur, estRemplie(conteneur));
    });
  }

  /* --- one form, one sending -------------------------------------------------------------- */
  function boutons(formulaire) {
    return tous("button, input[type=submit]").filter(function (bouton) {
      return bouton.form === formulaire && bouton.type === "submit";
    });
  }

  function liberer(formulaire) {
    formulaire.removeAttribute("data-envoye");
    boutons(formulaire).forEach(function (bouton) { bouton.removeAttribute("aria-disabled"); });
  }

  function surEnvoi(evenement) {
    var formulaire = evenement.target;
    if (evenement.defaultPrevented || formulaire.hasAttribute("data-plusieurs-envois")) { return; }
    if (formulaire.hasAttribute("data-envoye")) {
      evenement.preventDefault();
      annoncer("Envoi en cours, patientez.");
      return;
    }
    formulaire.setAttribute("data-envoye", "");
    /* aria-disabled and not disabled: the button that was pressed keeps its name and value. */
    boutons(formulaire).forEach(function (bouton) { bouton.setAttribute("aria-disabled", "true"); });
    window.setTimeout(function () { liberer(formulaire); }, DELAI_RENVOI);
  }

  /* --- htmx -------------------------------------------------------------------------------- */
  function estAilleurs(detail) {
    var arrivee = detail.xhr.responseURL;
    var demande = detail.pathInfo && detail.pathInfo.requestPath;
    if (!arrivee || !demande || detail.boosted) { return false; }
    return new URL(arrivee, location.href).pathname !== new URL(demande, location.href).pathname;
  }

  /* A redirection to another page (a session that ended, for example) is followed whole. */
  function surEchange(evenement) {
    var detail = evenement.detail;
    if (estAilleurs(detail) && /^\s*<!doctype html/i.test(detail.xhr.responseText)) {
      detail.shouldSwap = false;
      window.location.assign(detail.xhr.responseURL);
    }
  }

  function surRefus(evenement) {
    var code = evenement.detail.xhr.status;
    alerter(code === 403
      ? "Cette action vous est refusée, ou votre session a expiré. Rechargez la page puis recommencez."
      : "Le portail n’a pas pu répondre (erreur " + code + "). Rechargez la page puis recommencez.");
  }

  function surPanne() {
    alerter("La connexion au portail est interrompue. Vérifiez votre réseau puis recommencez.");
  }

  /* --- start ------------------------------------------------------------------------------- */
  function preparer(racine) {
    tous("[data-compteur]", racine).forEach(function (champ) { compter(champ, false); });
    conditionner(document);
  }

  function surSaisie(evenement) {
    var champ = evenement.target;
    if (champ.hasAttribute && champ.hasAttribute("data-compteur")) { compter(champ, true); }
  }

  function demarrer() {
    var resume = document.querySelector("[data-focus]");
    preparer(document);
    if (resume) { resume.focus(); }
  }

  document.addEventListener("input", surSaisie);
  document.addEventListener("change", function () { conditionner(document); });
  document.addEventListener("reset", function () {
    window.setTimeout(function () { preparer(document); }, 0);
  });
  document.addEventListener("submit", surEnvoi);
  window.addEventListener("pageshow", function (evenement) {
    if (!evenement.persisted) { return; }
    tous("form[data-envoye]").forEach(liberer);
    preparer(document);
  });
  document.addEventListener("htmx:load", function (evenement) { preparer(evenement.target); });
  document.addEventListener("htmx:afterRequest", function (evenement) {
    if (evenement.detail.successful) { alerter(""); }
  });
  document.addEventListener("htmx:beforeSwap", surEchange);
  document.addEventListener("htmx:responseError", surRefus);
  document.addEventListener("htmx:sendError", surPanne);
  document.addEventListener("htmx:timeout", surPanne);

  window.portail = { annoncer: annoncer, alerter: alerter, preparer: preparer };
  if (document.readyState === "loading") {
    document.addEventListener("DOMContentLoaded", demarrer);
  } else {
    demarrer();
  }
}());
