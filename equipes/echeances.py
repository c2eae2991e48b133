"""A deadline in clear: « mardi 3 mars, dans 2 jours ouvrés » (H-02)."""

from datetime import date, timedelta

from django.utils.formats import date_format

from portail.calendrier import est_ouvre

ESPACE = "\u00a0"


def jour_en_mots(jour: date, aujourdhui: date) -> str:
    """« mardi 3 mars », with its year when it is not the current one."""
    texte = date_format(jour, "l j F" if jour.year == aujourdhui.year else "l j F Y")
    return texte.replace(" 1 ", " 1er ").replace(" ", ESPACE)


def jours_restants(echeance: date, aujourdhui: date, departement: str) -> int:
    """Working days still to come until the deadline included; negative once it is past."""
    debut, fin = sorted((aujourdhui, echeance))
    jours = (debut + timedelta(days=n) for n in range(1, (fin - debut).days + 1))
    ouvres = sum(est_ouvre(jour, departement) for jour in jours)
    return ouvres if echeance >= aujourdhui else -ouvres


def delai(echeance: date, aujourdhui: date, departement: str) -> tuple[str, str]:
    """The deadline as a badge: its kind (retard, proche, normal) and its words."""
    quand = jour_en_mots(echeance, aujourdhui)
    if echeance < aujourdhui:
        return "retard", f"en retard : c’était à traiter au plus tard le {quand}"
    if echeance == aujourdhui:
        return "proche", f"à traiter aujourd’hui, {quand}"
    reste = jours_restants(echeance, aujourdhui, departement)
    unite = "jours ouvrés" if reste > 1 else "jour ouvré"
    genre = "proche" if reste <= 1 else "normal"
    return genre, f"à traiter au plus tard le {quand}, dans {reste}{ESPACE}{unite}"
