/* The check while typing: the words that will stop a text, shown where they stand (D-08, D-09).
   The server decides when the form is sent: what fails here fails in silence.
   Attributes read: data-verifier, data-garde, data-sans-recours, data-refus,
   data-sortie, data-acquise. */
(function () {
  "use strict";

  var DELAI = 600;
  var LONGUEUR_MAX = 20000;
  var MOTS_MAX = 4;
  /* What makes a letter stand where it stands in the field. */
  var COPIES = [
    "direction", "fontFamily", "fontFeatureSettings", "fontKerning", "fontSize", "fontStretch",
    "fontStyle", "fontVariant", "fontWeight", "hyphens", "letterSpacing", "lineBreak",
    "lineHeight", "overflowWrap", "paddingBottom", "paddingLeft", "paddingRight", "paddingTop",
    "tabSize", "textAlign", "textIndent", "textRendering", "textTransform", "whiteSpace",
    "wordBreak", "wordSpacing"
  ];

  var adresse = document.body.getAttribute("data-verifier");
  if (!adresse || !document.body.closest) { return; }

  var etats = [];
  var jetonRefuse = null;
  var tailles = window.ResizeObserver && new ResizeObserver(function () { etats.forEach(caler); });

  function tous(selecteur, racine) {
    return Array.prototype.slice.call((racine || document).querySelectorAll(selecteur));
  }

  function element(nom, classe, texte) {
    var noeud = document.createElement(nom);
    if (classe) { noeud.className = classe; }
    if (texte) { noeud.textContent = texte; }
    return noeud;
  }

  /* --- one field: its marks, its messages ---------------------------------------------------- */
  function estGarde(champ) {
    return champ && champ.getAttribute && champ.hasAttribute("data-garde") && !champ.disabled;
  }

  /* `vu` is the text that `marques` stand on; `reponse` is the last answer, for `lu`. */
  function preparer(champ) {
    if (champ.epGarde) { return champ.epGarde; }
    var groupe = champ.closest(".ep-champ") || champ.parentNode;
    var etat = champ.epGarde = {
      champ: champ, groupe: groupe, vu: "", marques: [], lu: "",
      reponse: { marques: [], messages: [] }, requete: null
    };
    etat.couche = element("div", "ep-garde");
    etat.couche.hidden = true;
    etat.couche.setAttribute("aria-hidden", "true");
    etat.couche.appendChild(etat.texte = element("div"));
    etat.zone = element("div", "fr-messages-group ep-garde-messages");
    etat.zone.id = champ.id + "_garde";
    etat.zone.setAttribute("aria-live", "polite");
    champ.setAttribute("aria-describedby",
      ((champ.getAttribute("aria-describedby") || "") + " " + etat.zone.id).trim());
    placer(etat);
    observer(etat);
    etats = etats.filter(function (autre) { return document.body.contains(autre.champ); });
    etats.push(etat);
    return etat;
  }

  /* Last in the group: what the server refuses comes before a hint. */
  function placer(etat) {
    if (etat.groupe.lastChild === etat.couche) { return; }
    etat.groupe.appendChild(etat.zone);
    etat.groupe.appendChild(etat.couche);
  }

  function observer(etat) {
    if (tailles) {
      tailles.observe(etat.champ);
      tailles.observe(etat.groupe);
    }
    if (window.MutationObserver) {
      new MutationObserver(function () { dire(etat); }).observe(etat.groupe, {
        attributes: true, attributeFilter: ["data-acquise"], childList: true, subtree: true
      });
    }
  }

  /* --- the marks, in a transparent copy of the text laid over the field ----------------------- */
  function dessiner(etat) {
    var position = 0;
    etat.texte.textContent = "";
    etat.couche.hidden = !etat.marques.length;
    if (etat.couche.hidden) { return; }
    etat.marques.forEach(function (marque) {
      etat.texte.appendChild(document.createTextNode(etat.vu.slice(position, marque.debut)));
      etat.texte.appendChild(
        element("mark", "ep-garde--" + marque.genre, etat.vu.slice(marque.debut, marque.fin)));
      position = marque.fin;
    });
    etat.texte.appendChild(document.createTextNode(etat.vu.slice(position)));
    caler(etat);
  }

  function caler(etat) {
    if (etat.couche.hidden) { return; }
    var champ = etat.champ;
    var couche = etat.couche.style;
    var style = window.getComputedStyle(champ);
    var boite = champ.getBoundingClientRect();
    var groupe = etat.groupe.getBoundingClientRect();
    COPIES.forEach(function (nom) { couche[nom] = style[nom]; });
    couche.left = boite.left - groupe.left - etat.groupe.clientLeft + champ.clientLeft + "px";
    couche.top = boite.top - groupe.top - etat.groupe.clientTop + champ.clientTop + "px";
    couche.width = boite.width - champ.offsetWidth + champ.clientWidth + "px";
    couche.height = boite.height - champ.offsetHeight + champ.clientHeight + "px";
    if (champ.tagName === "INPUT") {
      /* A single line, in the middle of the field. */
      couche.whiteSpace = "pre";
      couche.lineHeight = champ.clientHeight - parseFloat(style.paddingTop) -
        parseFloat(style.paddingBottom) + "px";
    }
    defiler(etat);
  }

  function defiler(etat) {
    etat.texte.style.transform =
      "translate(" + -etat.champ.scrollLeft + "px," + -etat.champ.scrollTop + "px)";
  }

  /* The marks before and after what is being typed follow; those that it touches vanish. */
  function suivre(etat) {
    var avant = etat.vu;
    var texte = etat.champ.value;
    var reste = Math.min(avant.length, texte.length);
    var debut = 0;
    var fin = 0;
    if (avant === texte) { return; }
    while (debut < reste && avant.charAt(debut) === texte.charAt(debut)) { debut += 1; }
    while (fin < reste - debut &&
      avant.charAt(avant.length - 1 - fin) === texte.charAt(texte.length - 1 - fin)) { fin += 1; }
    etat.vu = texte;
    etat.marques = etat.marques.filter(function (marque) {
      return marque.fin <= debut || marque.debut >= avant.length - fin;
    }).map(function (marque) {
      var saut = marque.fin <= debut ? 0 : texte.length - avant.length;
      return { debut: marque.debut + saut, fin: marque.fin + saut, genre: marque.genre };
    });
    dessiner(etat);
  }

  /* --- the question, and its answer ------------------------------------------------------------ */
  function jeton() {
    return JSON.parse(document.body.getAttribute("hx-headers"))["X-CSRFToken"];
  }

  function corps(etat, texte) {
    return "texte=" + encodeURIComponent(texte) +
      "&sante=" + (etat.champ.getAttribute("data-garde") === "nir" ? "0" : "1") +
      "&recours=" + (etat.champ.hasAttribute("data-sans-recours") ? "0" : "1");
  }

  function planifier(etat, delai) {
    window.clearTimeout(etat.minuterie);
    etat.minuterie = window.setTimeout(function () { verifier(etat); }, delai);
  }

  function verifier(etat) {
    var texte = etat.champ.value;
    window.clearTimeout(etat.minuterie);
    if (etat.requete) { return; }
    if (!/\S/.test(texte)) {
      etat.lu = texte;
      etat.reponse = { marques: [], messages: [] };
    }
    if (texte === etat.lu) {
      montrer(etat);
    } else if (texte.length <= LONGUEUR_MAX && jeton() !== jetonRefuse) {
      demander(etat, texte);
    }
  }

  function demander(etat, texte) {
    var cle = jeton();
    var xhr = etat.requete = new XMLHttpRequest();
    xhr.open("POST", adresse);
    xhr.timeout = 10000;
    xhr.setRequestHeader("Content-Type", "application/x-www-form-urlencoded");
    xhr.setRequestHeader("X-CSRFToken", cle);
    xhr.onloadend = function () {
      etat.requete = null;
      recevoir(etat, texte, lire(xhr, texte, cle));
    };
    try { xhr.send(corps(etat, texte)); } catch (erreur) { etat.requete = null; /* half a character */ }
  }

  /* Signed out, or an old token: not asked again before the page has a new one. */
  function lire(xhr, texte, cle) {
    var json = (xhr.getResponseHeader("Content-Type") || "").indexOf("application/json") === 0;
    if (xhr.status === 403 || (xhr.status === 200 && !json)) { jetonRefuse = cle; }
    if (xhr.status !== 200 || !json) { return null; }
    var reponse = JSON.parse(xhr.responseText);
    var position = 0;
    var marques = [];
    reponse.segments.forEach(function (segment) {
      var debut = position;
      position += segment.texte.length;
      if (segment.genre) { marques.push({ debut: debut, fin: position, genre: segment.genre }); }
    });
    return reponse.segments.map(function (segment) { return segment.texte; }).join("") === texte
      ? { marques: marques, messages: reponse.messages } : null;
  }

  function recevoir(etat, texte, reponse) {
    if (reponse) {
      etat.lu = texte;
      etat.reponse = reponse;
    }
    if (etat.champ.value !== texte) {
      planifier(etat, DELAI);
    } else if (reponse) {
      montrer(etat);
    } else {
      dire(etat);
    }
  }

  function montrer(etat) {
    etat.vu = etat.lu;
    etat.marques = etat.reponse.marques;
    dessiner(etat);
    dire(etat);
  }

  /* --- what is said under the field ------------------------------------------------------------- */
  /* A refusal of the server, with its way out, says the same: then the marks are enough. */
  function estDit(etat, message) {
    return tous("[data-refus] .fr-message--error", etat.groupe).some(function (refus) {
      return !refus.closest("[hidden]") && refus.textContent.indexOf(message.texte) >= 0;
    }) || (estContestable(message) && estAcquise(etat));
  }

  function estContestable(message) {
    return message.genre === "sante" || message.genre === "numero";
  }

  /* Contested with a reason, for this very text: what is left is worth no more than a hint. */
  function estAcquise(etat) {
    return etat.groupe.querySelector("[data-acquise]:not([hidden])") !== null &&
      (estBrouillon(etat) || etat.champ.value === etat.champ.defaultValue);
  }

  /* A draft saves itself: it keeps its refusals up to date by itself. */
  function estBrouillon(etat) {
    return etat.champ.form !== null && etat.champ.form.hasAttribute("data-enregistrer");
  }

  function dire(etat) {
    var frais = etat.champ.value === etat.lu;
    var messages = etat.reponse.messages.filter(function (message) {
      return frais || etat.marques.some(function (marque) { return marque.genre === message.genre; });
    });
    if (frais) { oublierRefus(etat, messages); }
    messages = messages.filter(function (message) { return !estDit(etat, message); });
    placer(etat);
    ecrire(etat, messages);
    etat.couche.classList.toggle("ep-garde--acquise", estAcquise(etat));
    signaler(etat);
  }

  function ecrire(etat, messages) {
    var zone = element("div");
    messages.forEach(function (message) {
      var ligne = element("p", "fr-message fr-message--" + (message.genre === "indice" ? "info" : "error"));
      ligne.appendChild(element("span", "", message.texte + citer(etat, message)));
      zone.appendChild(ligne);
    });
    if (zone.innerHTML !== etat.zone.innerHTML) { etat.zone.innerHTML = zone.innerHTML; }
  }

  /* The words, for who does not see the marks, and what they were taken for. */
  function citer(etat, message) {
    var cites = [];
    if (message.genre === "nir" || message.genre === "numero") { return ""; }
    etat.reponse.marques.filter(function (marque) {
      return marque.genre === message.genre;
    }).forEach(function (marque, rang) {
      var mots = etat.lu.slice(marque.debut, marque.fin).replace(/\s+/g, " ");
      var citation = "«\u00a0" + mots + "\u00a0»";
      if (message.genre === "sante") { citation += " (" + message.explications[rang] + ")"; }
      if (cites.indexOf(citation) < 0) { cites.push(citation); }
    });
    return " Mots repérés\u00a0: " + cites.slice(0, MOTS_MAX).join(", ") +
      (cites.length > MOTS_MAX ? "…" : ".");
  }

  /* What the server refused shows as long as it is true. A draft shows it again by itself. */
  function oublierRefus(etat, messages) {
    var brouillon = estBrouillon(etat);
    var change = brouillon || etat.champ.value !== etat.champ.defaultValue;
    tous("[data-refus] .fr-message--error", etat.groupe).forEach(function (refus) {
      if (brouillon && !refus.querySelector("mark")) { return; }
      refus.hidden = change && !messages.some(function (message) {
        return refus.textContent.indexOf(message.texte) >= 0;
      });
    });
    tous("[data-sortie]", etat.groupe).forEach(function (sortie) {
      if (brouillon && sortie.hidden) { return; }
      sortie.hidden = change && !messages.some(estContestable);
    });
  }

  function signaler(etat) {
    var erreur = tous(".fr-message--error", etat.groupe).some(function (message) {
      return !message.closest("[hidden], [data-sortie]");
    });
    etat.groupe.classList.toggle("fr-input-group--error", erreur);
    if (erreur) {
      etat.champ.setAttribute("aria-invalid", "true");
    } else {
      etat.champ.removeAttribute("aria-invalid");
    }
  }

  /* --- events ------------------------------------------------------------------------------------ */
  function surSaisie(evenement) {
    if (!estGarde(evenement.target)) { return; }
    var etat = preparer(evenement.target);
    suivre(etat);
    planifier(etat, /^insertFrom(Paste|Drop)/.test(evenement.inputType || "") ? 0 : DELAI);
  }

  function surPassage(evenement) {
    if (!estGarde(evenement.target)) { return; }
    var etat = preparer(evenement.target);
    if (evenement.type === "focusout") { verifier(etat); }
  }

  function surDefilement(evenement) {
    var etat = evenement.target.epGarde;
    if (etat && !etat.couche.hidden) { window.requestAnimationFrame(function () { defiler(etat); }); }
  }

  /* Texts that the page came with: those that were refused, and the long ones. */
  function examiner(racine) {
    tous("[data-garde]", racine).forEach(function (champ) {
      var refuse = champ.getAttribute("aria-invalid") === "true";
      if (estGarde(champ) && champ.value && (refuse || champ.tagName === "TEXTAREA")) {
        planifier(preparer(champ), 0);
      }
    });
    if (estGarde(document.activeElement)) { preparer(document.activeElement); }
  }

  document.addEventListener("input", surSaisie);
  document.addEventListener("focusin", surPassage);
  document.addEventListener("focusout", surPassage);
  ["scroll", "keydown", "pointerup", "select"].forEach(function (nom) {
    document.addEventListener(nom, surDefilement, true);
  });
  document.addEventListener("reset", function () {
    window.setTimeout(function () {
      etats.forEach(function (etat) {
        suivre(etat);
        planifier(etat, 0);
      });
    }, 0);
  });
  document.addEventListener("htmx:load", function (evenement) { examiner(evenement.detail.elt); });
  window.addEventListener("resize", function () { etats.forEach(caler); });
  window.addEventListener("pageshow", function () { examiner(document); });
}());
