/* Tells that the session is about to end, two minutes before, and lets it go on.
   The server alone knows: another tab may have kept the session alive. #ep-session gives
   data-reste (seconds), data-adresse and data-connexion. */
(function () {
  "use strict";

  var AVERTIR = 120;
  var dialogue = document.getElementById("ep-session");
  if (!dialogue || !dialogue.showModal) { return; }

  var titre = document.getElementById("ep-session-titre");
  var texte = document.getElementById("ep-session-texte");
  var compte = document.getElementById("ep-session-compte");
  var bouton = document.getElementById("ep-session-rester");
  var fin = 0;
  var minuterie = null;
  var finie = false;

  function jeton() {
    return JSON.parse(document.body.getAttribute("hx-headers"))["X-CSRFToken"];
  }

  function restant() {
    return Math.ceil((fin - Date.now()) / 1000);
  }

  /* --- the question to the server ------------------------------------------------------------ */
  function demander(methode) {
    var xhr = new XMLHttpRequest();
    xhr.open(methode, dialogue.getAttribute("data-adresse"));
    xhr.timeout = 10000;
    if (methode === "POST") {
      xhr.setRequestHeader("X-CSRFToken", jeton());
    } else {
      xhr.setRequestHeader("X-Arriere-Plan", "1");
    }
    xhr.onloadend = function () { lire(xhr); };
    xhr.send();
  }

  /* Not our answer: the sign-in page. No answer at all: the clock goes on. */
  function lire(xhr) {
    var json = (xhr.getResponseHeader("Content-Type") || "").indexOf("application/json") === 0;
    if (xhr.status === 200 && json) {
      armer(JSON.parse(xhr.responseText).reste);
    } else if (xhr.status === 200 || restant() <= 0) {
      terminer();
    }
  }

  /* --- the clock ------------------------------------------------------------------------------ */
  function armer(secondes) {
    window.clearTimeout(minuterie);
    fin = Date.now() + secondes * 1000;
    if (secondes > AVERTIR) {
      if (dialogue.open) { dialogue.close(); }
      minuterie = window.setTimeout(function () { demander("GET"); }, (secondes - AVERTIR) * 1000);
    } else if (secondes > 0) {
      avertir();
    } else {
      terminer();
    }
  }

  function avertir() {
    if (!dialogue.open) {
      dialogue.showModal();
      bouton.focus();
    }
    battre();
  }

  function battre() {
    var secondes = restant();
    if (secondes <= 0) {
      minuterie = window.setTimeout(function () { demander("GET"); }, 1000);
      return;
    }
    var minutes = Math.floor(secondes / 60);
    compte.textContent = (minutes ? minutes + " min " : "") + secondes % 60 + " s";
    if (secondes === 30) { window.portail.annoncer("Déconnexion dans 30 secondes."); }
    minuterie = window.setTimeout(battre, 1000);
  }

  /* --- the end -------------------------------------------------------------------------------- */
  /* A draft saves itself; anything else that was typed and not sent would be lost. */
  function aPerdre() {
    return Array.prototype.some.call(document.querySelectorAll("textarea, input[type=text]"), function (champ) {
      return champ.value !== champ.defaultValue && !champ.closest("[data-enregistrer]");
    });
  }

  function terminer() {
    if (finie) { return; }
    finie = true;
    if (!aPerdre()) {
      window.location.replace(window.location.pathname + window.location.search);
      return;
    }
    titre.textContent = "Votre session s’est fermée";
    texte.textContent = "Votre texte n’est pas envoyé, mais il est encore dans cette page. ";
    var lien = document.createElement("a");
    lien.href = dialogue.getAttribute("data-connexion");
    lien.target = "_blank";
    lien.rel = "noopener";
    lien.textContent = "Identifiez-vous de nouveau (nouvel onglet)";
    texte.appendChild(lien);
    texte.appendChild(document.createTextNode(", puis copiez votre texte dans la page rechargée."));
    bouton.textContent = "Revenir à mon texte";
    if (!dialogue.open) { dialogue.showModal(); }
  }

  /* --- events --------------------------------------------------------------------------------- */
  function rester() {
    if (finie) { dialogue.close(); } else { demander("POST"); }
  }

  bouton.addEventListener("click", rester);
  dialogue.addEventListener("cancel", function (evenement) {
    evenement.preventDefault();
    rester();
  });
  /* A machine that slept: its timers slept too. */
  document.addEventListener("visibilitychange", function () {
    if (!document.hidden && !finie && restant() <= AVERTIR) { demander("GET"); }
  });
  /* What a page asks by itself, without any event, is no sign of somebody. */
  document.body.addEventListener("htmx:configRequest", function (evenement) {
    if (!evenement.detail.triggeringEvent) { evenement.detail.headers["X-Arriere-Plan"] = "1"; }
  });
  armer(Number(dialogue.getAttribute("data-reste")));
})();
