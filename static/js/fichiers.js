/* Attachments of a draft: dropped or chosen, each file is sent on its own, with its progress bar.
   Without this file, the inputs and buttons of the form do the same. */
(function () {
  "use strict";

  var TAILLE_MAX = 5242880;
  var ENSEMBLE = 2;

  var formulaire = document.getElementById("depot");
  if (!formulaire || !window.FormData || !window.depot) { return; }

  var adresse = formulaire.getAttribute("data-pieces");
  var attente = [];
  var envois = [];
  var dernierCompte = compte();
  var numero = 0;

  function tous(selecteur, racine) {
    return Array.prototype.slice.call((racine || document).querySelectorAll(selecteur));
  }

  function element(nom, classe, texte) {
    var noeud = document.createElement(nom);
    if (classe) { noeud.className = classe; }
    if (texte) { noeud.textContent = texte; }
    return noeud;
  }

  function compte() {
    var noeud = document.querySelector("[data-compte]");
    return noeud ? noeud.textContent : "";
  }

  function enMo(octets) {
    var dixiemes = Math.ceil(octets * 10 / 1048576);
    return String(dixiemes / 10).replace(".", ",") + "\u00a0Mo";
  }

  /* --- a first look, as a courtesy: the server decides ---------------------------------------- */
  function refusLocal(fichier, champ) {
    var extension = "." + fichier.name.split(".").pop().toLowerCase();
    if (champ.accept.split(",").indexOf(extension) < 0) {
      return "Ce type de fichier n’est pas accepté : joignez un fichier pdf, doc, docx, xls, xlsx, csv, tiff, png ou jpeg.";
    }
    if (fichier.size > TAILLE_MAX) {
      return "Ce fichier fait " + enMo(fichier.size) + " et la limite est de 5\u00a0Mo : " +
        "réduisez-le ou partagez-le en plusieurs fichiers.";
    }
    return fichier.size ? "" : "Ce fichier est vide : vérifiez-le sur votre poste, puis joignez-le de nouveau.";
  }

  /* --- one line per file that is being sent --------------------------------------------------- */
  function creerLigne(envoi) {
    var id = "envoi-" + (numero += 1);
    var ligne = element("li", "ep-fichier ep-envoi");
    envoi.nom = element("p", "ep-fichier__nom", envoi.sous);
    envoi.nom.id = id;
    envoi.barre = element("progress", "ep-progression");
    envoi.barre.max = 100;
    envoi.barre.value = 0;
    envoi.barre.setAttribute("aria-labelledby", id);
    envoi.etat = element("p", "ep-fichier__etat", "En attente");
    envoi.boutons = element("p", "ep-envoi__boutons");
    [envoi.nom, envoi.barre, envoi.etat, envoi.boutons].forEach(function (noeud) {
      ligne.appendChild(noeud);
    });
    poserBouton(envoi, "Annuler", annuler);
    envoi.ligne = ligne;
    envoi.liste.appendChild(ligne);
  }

  function poserBouton(envoi, libelle, action) {
    var bouton = element("button", "fr-btn fr-btn--tertiary fr-btn--sm", libelle);
    bouton.type = "button";
    bouton.appendChild(element("span", "fr-sr-only", " " + envoi.sous));
    bouton.addEventListener("click", function () { action(envoi); });
    envoi.boutons.appendChild(bouton);
  }

  function enlever(envoi) {
    if (envoi.ligne.parentNode) { envoi.ligne.parentNode.removeChild(envoi.ligne); }
  }

  function annuler(envoi) {
    attente = attente.filter(function (autre) { return autre !== envoi; });
    if (envoi.xhr) { envoi.xhr.abort(); }
    fermer(envoi);
    window.portail.annoncer("Envoi annulé : " + envoi.sous);
  }

  function fermer(envoi) {
    enlever(envoi);
    envoi.champ.focus();
  }

  function refuser(envoi, raison, peutReessayer) {
    envoi.ligne.classList.add("ep-envoi--refus");
    envoi.barre.hidden = true;
    envoi.etat.className = "fr-message fr-message--error";
    envoi.etat.textContent = raison;
    envoi.boutons.textContent = "";
    if (peutReessayer) { poserBouton(envoi, "Réessayer", reessayer); }
    poserBouton(envoi, "Fermer", fermer);
    window.portail.annoncer("Fichier non ajouté : " + envoi.sous + ". " + raison);
  }

  function reessayer(envoi) {
    enlever(envoi);
    prendre([envoi.fichier], envoi.champ, envoi.liste, envoi.sous);
    envoi.champ.focus();
  }

  /* --- a name that the guard refuses: the same file, under another one ------------------------- */
  function extension(nom) {
    return nom.slice(nom.lastIndexOf("."));
  }

  function proposerNom(envoi) {
    var groupe = element("div", "ep-champ fr-input-group");
    var libelle = element("label", "fr-label", "Autre nom pour ce fichier");
    var saisie = element("input", "fr-input");
    saisie.id = libelle.htmlFor = envoi.nom.id + "-sous";
    saisie.type = "text";
    saisie.maxLength = 120;
    saisie.autocomplete = "off";
    saisie.value = "piece-jointe-" + (parseInt(dernierCompte, 10) + 1) + extension(envoi.sous);
    saisie.setAttribute("data-garde", "sante");
    saisie.setAttribute("data-sans-recours", "");
    saisie.addEventListener("keydown", function (evenement) {
      if (evenement.key !== "Enter") { return; }
      evenement.preventDefault();
      renommer(envoi, saisie.value);
    });
    groupe.appendChild(libelle);
    groupe.appendChild(saisie);
    envoi.boutons.textContent = "";
    poserBouton(envoi, "Ajouter sous un autre nom", function () { renommer(envoi, saisie.value); });
    poserBouton(envoi, "Fermer", fermer);
    envoi.ligne.insertBefore(groupe, envoi.boutons);
  }

  function renommer(envoi, nom) {
    var fin = extension(envoi.fichier.name);
    nom = nom.trim();
    if (nom.slice(-fin.length).toLowerCase() !== fin.toLowerCase()) { nom += fin; }
    envoi.sous = nom;
    reessayer(envoi);
  }

  /* --- sending -------------------------------------------------------------------------------- */
  function prendre(fichiers, champ, liste, sous) {
    Array.prototype.slice.call(fichiers).forEach(function (fichier) {
      var envoi = {
        fichier: fichier, sous: sous || fichier.name, champ: champ, liste: liste, jetonRepris: false
      };
      var refus = refusLocal(fichier, champ);
      creerLigne(envoi);
      if (refus) { refuser(envoi, refus, false); } else { attente.push(envoi); }
    });
    avancer();
  }

  function avancer() {
    while (attente.length && envois.length < ENSEMBLE) {
      var envoi = attente.shift();
      envois.push(envoi);
      envoyer(envoi);
    }
  }

  function envoyer(envoi) {
    var corps = new FormData();
    var xhr = envoi.xhr = new XMLHttpRequest();
    corps.append("usage", envoi.champ.getAttribute("data-depot"));
    corps.append("fichier", envoi.fichier, envoi.sous);
    xhr.open("POST", adresse);
    xhr.setRequestHeader("X-CSRFToken", formulaire.elements.csrfmiddlewaretoken.value);
    xhr.upload.onprogress = function (evenement) { progresser(envoi, evenement); };
    xhr.onloadend = function () {
      envois = envois.filter(function (autre) { return autre !== envoi; });
      if (xhr.readyState === 4 && !envoi.annule) { lire(envoi, xhr); }
      avancer();
    };
    xhr.onabort = function () { envoi.annule = true; };
    envoi.etat.textContent = "Envoi en cours";
    xhr.send(corps);
  }

  function progresser(envoi, evenement) {
    if (!evenement.lengthComputable) { return; }
    var part = Math.round(evenement.loaded * 100 / evenement.total);
    envoi.barre.value = part;
    envoi.etat.textContent = part < 100 ? "Envoi en cours : " + part + "\u00a0%" : "Contrôle du fichier…";
  }

  function lire(envoi, xhr) {
    if (window.depot.estConnexion(xhr)) {
      expirer(envoi);
    } else if (window.depot.estAttendue(xhr, adresse, "text/html")) {
      reussir(envoi, xhr.responseText);
    } else if (xhr.status === 422) {
      var raison = lireHtml(xhr.responseText).querySelector("[data-erreur]");
      refuser(envoi, raison.textContent, false);
      if (raison.getAttribute("data-erreur") === "nom") { proposerNom(envoi); }
    } else if (xhr.status === 409) {
      refuser(envoi, window.depot.fermer(xhr), false);
    } else if (xhr.status === 404) {
      window.depot.disparaitre();
      refuser(envoi, "Ce brouillon n’existe plus.", false);
    } else if (xhr.status === 403 && !envoi.jetonRepris) {
      reprendre(envoi);
    } else {
      refuser(envoi, xhr.status
        ? "Le portail n’a pas pu recevoir ce fichier (réponse " + xhr.status + ")."
        : "La connexion est interrompue.", true);
    }
  }

  function expirer(envoi) {
    window.depot.expirer();
    refuser(envoi, "Votre session a expiré : reconnectez-vous, puis réessayez.", true);
  }

  function reprendre(envoi) {
    envoi.jetonRepris = true;
    window.depot.reprendre(function (ok) {
      if (!ok) {
        expirer(envoi);
        return;
      }
      attente.push(envoi);
      avancer();
    });
  }

  function reussir(envoi, html) {
    var avaitLeFocus = envoi.ligne.contains(document.activeElement);
    enlever(envoi);
    remplacer(html);
    dernierCompte = compte();
    if (avaitLeFocus) { envoi.champ.focus(); }
    window.portail.annoncer(envoi.sous + " est ajouté : " + dernierCompte + ".");
  }

  /* --- the lists that the server writes --------------------------------------------------------- */
  function lireHtml(html) {
    return new DOMParser().parseFromString(html, "text/html");
  }

  function remplacer(html) {
    tous("body > [id]", lireHtml(html)).forEach(function (neuf) {
      var ancien = document.getElementById(neuf.id);
      if (!ancien) { return; }
      neuf.removeAttribute("hx-swap-oob");
      ancien.parentNode.replaceChild(neuf, ancien);
      if (window.htmx) { window.htmx.process(neuf); }
    });
  }

  /* --- the drop zones --------------------------------------------------------------------------- */
  function preparer(champ) {
    var bloc = champ.closest(".ep-depot");
    var zone = element("div", "ep-zone");
    var liste = element("ul", "fr-raw-list ep-envois");
    var bouton = bloc.querySelector(".ep-depot__ajouter");
    bouton.parentNode.removeChild(bouton);
    champ.parentNode.insertBefore(zone, champ);
    zone.appendChild(element("p", "ep-zone__texte", "Glissez vos fichiers ici, ou choisissez-les :"));
    zone.appendChild(champ);
    zone.parentNode.insertBefore(liste, zone.nextSibling);
    champ.addEventListener("change", function () {
      prendre(champ.files, champ, liste);
      champ.value = "";
    });
    ecouter(zone, champ, liste);
  }

  function ecouter(zone, champ, liste) {
    ["dragenter", "dragover"].forEach(function (nom) {
      zone.addEventListener(nom, function (evenement) {
        evenement.preventDefault();
        zone.classList.add("ep-zone--survol");
      });
    });
    ["dragleave", "drop"].forEach(function (nom) {
      zone.addEventListener(nom, function () { zone.classList.remove("ep-zone--survol"); });
    });
    zone.addEventListener("drop", function (evenement) {
      evenement.preventDefault();
      evenement.stopPropagation();
      prendre(evenement.dataTransfer.files, champ, liste);
    });
  }

  /* A file dropped beside a zone must not replace the page. */
  ["dragover", "drop"].forEach(function (nom) {
    document.addEventListener(nom, function (evenement) { evenement.preventDefault(); });
  });

  function surEnvoi(evenement) {
    if (!envois.length && !attente.length) { return; }
    evenement.preventDefault();
    window.depot.alerter("Des fichiers sont en cours d’envoi : attendez la fin, ou annulez-les.");
  }

  function surEchange(evenement) {
    if (evenement.detail.target.id !== "pieces") { return; }
    var requete = evenement.detail.requestConfig;
    if (requete.verb === "post") { document.getElementById("pieces").focus(); }
    if (compte() !== dernierCompte) {
      dernierCompte = compte();
      window.portail.annoncer(dernierCompte);
    }
  }

  /* The list asks for verdicts: a session that ended must not take the page away. */
  function surReponse(evenement) {
    if (evenement.detail.xhr.getResponseHeader("HX-Redirect")) {
      evenement.preventDefault();
      window.depot.expirer();
    }
  }

  /* « Retirer » with an old token: take the new one, and press again, once. */
  function surRefus(evenement) {
    var bouton = evenement.detail.elt;
    var statut = evenement.detail.xhr.status;
    if (statut === 409 || (statut === 404 && evenement.detail.requestConfig.verb === "get")) {
      evenement.stopPropagation();
      cesser();
      window.depot.fermer(evenement.detail.xhr);
      return;
    }
    if (statut !== 403 || bouton.epRepris) { return; }
    bouton.epRepris = true;
    evenement.stopPropagation();
    window.depot.reprendre(function (ok) { if (ok) { bouton.click(); } else { window.depot.expirer(); } });
  }

  /* The draft is filed: no verdict to ask for any more. */
  function cesser() {
    var liste = document.getElementById("pieces");
    var muette = liste.cloneNode(true);
    muette.removeAttribute("hx-get");
    muette.removeAttribute("hx-trigger");
    liste.parentNode.replaceChild(muette, liste);
  }

  /* The question asked every few seconds fails in silence: saving says that the network is down. */
  function surPanne(evenement) {
    if (evenement.detail.requestConfig.verb === "get") { evenement.stopPropagation(); }
  }

  tous("input[data-depot]", formulaire).forEach(preparer);
  formulaire.addEventListener("submit", surEnvoi, true);
  document.addEventListener("htmx:afterSwap", surEchange);
  formulaire.addEventListener("htmx:beforeOnLoad", surReponse);
  formulaire.addEventListener("htmx:responseError", surRefus);
  formulaire.addEventListener("htmx:sendError", surPanne);
  formulaire.addEventListener("htmx:timeout", surPanne);
  window.addEventListener("beforeunload", function (evenement) {
    if (envois.length || attente.length) {
      evenement.preventDefault();
      evenement.returnValue = "";
    }
  });
}());
