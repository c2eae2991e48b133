/* The draft saves itself. Without this file, its buttons save it.
   The form gives its addresses: data-enregistrer, data-connexion. */
(function () {
  "use strict";

  var DELAI_SAISIE = 2500;
  var DELAI_MAX = 10000;
  var RELANCES = [5000, 10000, 20000, 30000];

  var formulaire = document.getElementById("depot");
  if (!formulaire || !window.FormData || !window.portail) { return; }

  var etat = document.getElementById("depot-etat");
  var alerte = document.getElementById("depot-alerte");
  var adresse = formulaire.getAttribute("data-enregistrer");
  var saisies = 0;
  var enregistrees = 0;
  var premiereSaisie = 0;
  var echecs = 0;
  var minuterie = null;
  var requete = null;
  var expiree = false;
  var disparu = false;
  var parti = false;

  function tous(selecteur, racine) {
    return Array.prototype.slice.call((racine || document).querySelectorAll(selecteur));
  }

  function aEnregistrer() {
    return saisies > enregistrees && !disparu && !parti;
  }

  /* --- what is said ------------------------------------------------------------------------ */
  function dire(texte, genre) {
    etat.textContent = texte;
    etat.parentNode.setAttribute("data-genre", genre || "");
  }

  /* Said at once by screen readers; the link, if any, opens in another tab. */
  function alerter(texte, lien, adresseLien) {
    alerte.textContent = "";
    alerte.parentNode.setAttribute("data-genre", texte ? "erreur" : "");
    if (!texte) { return; }
    var paragraphe = document.createElement("p");
    paragraphe.textContent = texte + " ";
    if (lien) {
      var ancre = document.createElement("a");
      ancre.href = adresseLien;
      ancre.target = "_blank";
      ancre.rel = "noopener";
      ancre.textContent = lien + " (nouvel onglet)";
      paragraphe.appendChild(ancre);
    }
    alerte.appendChild(paragraphe);
  }

  /* --- the session and its token ------------------------------------------------------------ */
  function arrivee(xhr) {
    return xhr.responseURL ? new URL(xhr.responseURL).pathname : "";
  }

  /* The sign-in pages, or the terms to accept again: what was asked is not done. */
  function estConnexion(xhr) {
    var page = arrivee(xhr);
    return page.indexOf(formulaire.getAttribute("data-connexion")) === 0 ||
      page === formulaire.getAttribute("data-cgu");
  }

  /* The answer that was expected: from the address that was asked, and of this kind. */
  function estAttendue(xhr, demandee, genre) {
    var type = xhr.getResponseHeader("Content-Type") || "";
    return xhr.status === 200 && type.indexOf(genre) === 0 &&
      arrivee(xhr) === new URL(demandee, location.href).pathname;
  }

  function expirer() {
    if (disparu) { return; }
    expiree = true;
    dire("Non enregistré : la session a expiré", "erreur");
    alerter(
      "Votre session a expiré. Rien n’est perdu : gardez cette page ouverte, reconnectez-vous, puis revenez ici.",
      "Se reconnecter", formulaire.getAttribute("data-connexion")
    );
  }

  function changerJeton(jeton) {
    tous("[name=csrfmiddlewaretoken]").forEach(function (champ) { champ.value = jeton; });
    document.body.setAttribute("hx-headers", JSON.stringify({ "X-CSRFToken": jeton }));
  }

  /* Signing in again changes the token: the page asks for the new one. `suite` gets true or false. */
  function reprendre(suite) {
    var xhr = new XMLHttpRequest();
    xhr.open("GET", formulaire.action);
    xhr.timeout = 20000;
    xhr.onloadend = function () {
      if (xhr.status === 404) { disparaitre(); }
      if (xhr.status === 200 && !estConnexion(xhr) && arrivee(xhr) !== new URL(formulaire.action).pathname) {
        disparaitre("", arrivee(xhr));
      }
      if (disparu || estConnexion(xhr) || !estAttendue(xhr, formulaire.action, "text/html")) { suite(false); return; }
      var page = new DOMParser().parseFromString(xhr.responseText, "text/html");
      changerJeton(page.querySelector("[name=csrfmiddlewaretoken]").value);
      if (expiree) {
        expiree = false;
        alerter("");
      }
      suite(true);
    };
    xhr.send();
  }

  function disparaitre(raison, demande) {
    disparu = true;
    window.clearTimeout(minuterie);
    dire("Non enregistré", "erreur");
    alerter((raison || "Ce brouillon n’existe plus : il a été déposé ou supprimé ailleurs.") +
      " Copiez vos textes si vous en avez encore besoin.", demande ? "Voir la demande" : "", demande);
  }

  /* 409: filed already, or not taken any more. Returns the reason. */
  function fermer(xhr) {
    var reponse = {};
    try { reponse = JSON.parse(xhr.responseText); } catch (erreur) { /* not our answer */ }
    disparaitre(reponse.raison, reponse.adresse);
    return reponse.raison || "Ce brouillon n’existe plus.";
  }

  /* --- saving ------------------------------------------------------------------------------- */
  function donnees() {
    var resultat = new FormData();
    tous("[name]", formulaire).forEach(function (champ) {
      var aCocher = champ.type === "checkbox" || champ.type === "radio";
      if (champ.disabled || champ.type === "file" || champ.tagName === "BUTTON") { return; }
      if (champ.hasAttribute("data-empreinte") && estMuette(champ)) { return; }
      if (!aCocher || champ.checked) { resultat.append(champ.name, champ.value); }
    });
    return resultat;
  }

  function planifier(delai) {
    window.clearTimeout(minuterie);
    minuterie = window.setTimeout(enregistrer, delai);
  }

  function enregistrer() {
    window.clearTimeout(minuterie);
    if (requete || !aEnregistrer()) { return; }
    if (expiree) {
      reprendre(function (ok) { if (ok) { enregistrer(); } });
      return;
    }
    var version = saisies;
    premiereSaisie = 0;
    requete = new XMLHttpRequest();
    requete.open("POST", adresse);
    requete.timeout = 20000;
    requete.onloadend = function () {
      var xhr = requete;
      requete = null;
      if (!parti) { lire(xhr, version); }
    };
    requete.send(donnees());
    dire("Enregistrement…");
  }

  function lire(xhr, version) {
    if (estConnexion(xhr)) {
      expirer();
    } else if (estAttendue(xhr, adresse, "application/json")) {
      reussir(JSON.parse(xhr.responseText), version);
    } else if (xhr.status === 403) {
      reprendre(function (ok) { if (ok) { echouer("nouvel essai"); } else { expirer(); } });
    } else if (xhr.status === 404) {
      disparaitre();
    } else if (xhr.status === 409) {
      fermer(xhr);
    } else {
      echouer(xhr.status ? "le portail ne répond pas" : "la connexion est interrompue");
    }
  }

  function reussir(reponse, version) {
    var noms = Object.keys(reponse.refus);
    enregistrees = version;
    echecs = 0;
    alerter("");
    dire("Enregistré à " + reponse.enregistre_le + " – conservé jusqu’au " + reponse.expire_le +
      (noms.length ? ", sauf ce qui est signalé en rouge" : ""), noms.length ? "erreur" : "");
    montrerRefus(reponse.refus);
    montrerSorties(reponse.sorties);
    if (aEnregistrer()) { planifier(DELAI_SAISIE); }
  }

  function echouer(raison) {
    var delai = RELANCES[Math.min(echecs, RELANCES.length - 1)];
    echecs += 1;
    dire("Non enregistré : " + raison + ". Nouvelle tentative dans " + delai / 1000 + " secondes.", "erreur");
    if (echecs === 1) {
      window.portail.annoncer("Le brouillon n’est pas enregistré : " + raison + ".");
    }
    planifier(delai);
  }

  /* --- what the guard refuses, told at the field --------------------------------------------- */
  function montrerRefus(refus) {
    tous("[data-refus]", formulaire).forEach(function (bloc) {
      if (!(bloc.getAttribute("data-refus") in refus)) { effacerRefus(bloc); }
    });
    Object.keys(refus).forEach(function (nom) { poserRefus(nom, refus[nom]); });
  }

  function effacerRefus(bloc) {
    var champ = formulaire.elements[bloc.getAttribute("data-refus")];
    var decrit = (champ.getAttribute("aria-describedby") || "").split(" ");
    champ.removeAttribute("aria-invalid");
    champ.setAttribute("aria-describedby", decrit.filter(function (id) {
      return id !== bloc.id;
    }).join(" "));
    champ.closest(".ep-champ").classList.remove("fr-input-group--error");
    bloc.parentNode.removeChild(bloc);
  }

  /* `html` comes from the server, already escaped, with the faulty passage in <mark>. */
  function poserRefus(nom, html) {
    var champ = formulaire.elements[nom];
    var groupe = champ && champ.closest && champ.closest(".ep-champ");
    if (!groupe) { return; }
    var bloc = groupe.querySelector("[data-refus]");
    if (!bloc) {
      bloc = document.createElement("div");
      bloc.id = champ.id + "_refus";
      bloc.className = "fr-messages-group";
      bloc.setAttribute("data-refus", nom);
      groupe.insertBefore(bloc, groupe.querySelector("[data-sortie]"));
      champ.setAttribute("aria-invalid", "true");
      champ.setAttribute("aria-describedby",
        ((champ.getAttribute("aria-describedby") || "") + " " + bloc.id).trim());
      groupe.classList.add("fr-input-group--error");
      var serveur = document.getElementById(champ.id + "_error");
      if (serveur) { serveur.hidden = true; }
    }
    var message = analyser('<p class="fr-message fr-message--error"><span>' + html + "</span></p>");
    if (message.textContent === bloc.textContent.trim()) { return; }
    bloc.textContent = "";
    bloc.appendChild(message);
    window.portail.annoncer(bloc.textContent);
  }

  function analyser(html) {
    var boite = document.createElement("div");
    boite.innerHTML = html;
    return boite.firstElementChild;
  }

  /* --- « Ce n'est pas une donnée de santé » --------------------------------------------------
     Saving by itself never stands by a reason: it sends the hash of the text only beside a
     reason typed for that very text. */
  function estMuette(empreinte) {
    var bloc = empreinte.closest("[data-sortie]");
    return bloc.hasAttribute("data-a-confirmer") || !bloc.querySelector("[data-raison]").value.trim();
  }

  function montrerSorties(sorties) {
    tous("[data-sortie]", formulaire).forEach(function (bloc) {
      bloc.hidden = !(bloc.getAttribute("data-sortie") in sorties);
    });
    Object.keys(sorties).forEach(function (nom) { poserSortie(nom, analyser(sorties[nom])); });
  }

  /* The reason stays as it is: somebody may be typing there. */
  function poserSortie(nom, neuve) {
    var groupe = formulaire.elements[nom].closest(".ep-champ");
    var bloc = groupe.querySelector("[data-sortie]");
    var empreinte = bloc && bloc.querySelector("[data-empreinte]");
    var nouvelle = neuve.querySelector("[data-empreinte]");
    if (!empreinte || !nouvelle) {
      if (bloc) { groupe.removeChild(bloc); }
      groupe.appendChild(neuve);
      return;
    }
    ["summary", "label", "[id$=_raison_aide]"].forEach(function (morceau) {
      bloc.querySelector(morceau).textContent = neuve.querySelector(morceau).textContent;
    });
    var etat = bloc.querySelector("[data-etat]");
    var nouvel = neuve.querySelector("[data-etat]");
    empreinte.value = nouvelle.value;
    ["data-acquise", "data-a-confirmer"].forEach(function (nom) {
      bloc.toggleAttribute(nom, neuve.hasAttribute(nom));
    });
    if (etat.textContent === nouvel.textContent) { return; }
    etat.parentNode.className = nouvel.parentNode.className;
    etat.innerHTML = nouvel.innerHTML;
    window.portail.annoncer(etat.textContent);
  }

  function surTexte(champ) {
    var bloc = champ.closest(".ep-champ") && champ.closest(".ep-champ").querySelector("[data-sortie]");
    if (bloc) { bloc.removeAttribute(champ.hasAttribute("data-raison") ? "data-a-confirmer" : "data-acquise"); }
  }

  /* --- events -------------------------------------------------------------------------------- */
  function surSaisie(evenement) {
    var champ = evenement.target;
    if (champ.type === "file" || champ.name === "caisse" || !champ.name) { return; }
    saisies += 1;
    surTexte(champ);
    if (expiree || disparu) { return; }
    premiereSaisie = premiereSaisie || Date.now();
    planifier(Math.max(0, Math.min(DELAI_SAISIE, premiereSaisie + DELAI_MAX - Date.now())));
  }

  function surEnvoi(evenement) {
    var bouton = evenement.submitter;
    if (evenement.defaultPrevented) { return; }
    if (expiree) {
      evenement.preventDefault();
      expirer();
    } else if (bouton && bouton.getAttribute("tabindex") === "-1") {
      /* The Enter key: save, and stay where one is. */
      evenement.preventDefault();
      saisies += 1;
      enregistrer();
    } else {
      parti = true;
      window.clearTimeout(minuterie);
      if (requete) { requete.abort(); }
    }
  }

  function quitter() {
    if (aEnregistrer() && !expiree && navigator.sendBeacon) {
      navigator.sendBeacon(adresse, donnees());
    }
  }

  function revenir() {
    if (expiree) { reprendre(function (ok) { if (ok) { enregistrer(); } }); }
  }

  formulaire.addEventListener("input", surSaisie);
  formulaire.addEventListener("change", surSaisie);
  formulaire.addEventListener("submit", surEnvoi);
  window.addEventListener("pagehide", quitter);
  window.addEventListener("pageshow", function () { parti = false; });
  window.addEventListener("focus", revenir);
  window.addEventListener("online", enregistrer);
  document.addEventListener("visibilitychange", function () {
    if (document.visibilityState === "hidden") { enregistrer(); } else { revenir(); }
  });
  window.addEventListener("beforeunload", function (evenement) {
    var refuse = !parti && formulaire.querySelector("[data-refus]:not([hidden]) mark") !== null;
    if (refuse || (aEnregistrer() && (expiree || echecs))) {
      evenement.preventDefault();
      evenement.returnValue = "";
    }
  });

  window.depot = {
    alerter: alerter,
    disparaitre: disparaitre,
    estAttendue: estAttendue,
    estConnexion: estConnexion,
    expirer: expirer,
    fermer: fermer,
    reprendre: reprendre
  };
}());
