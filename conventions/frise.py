"""The timeline of a convention: every date past and future, each with its cause.

Pure: it reads what it is given and the day, and asks the database nothing.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from conventions.dates import (
    anniversaire,
    apres_mois,
    dernier_jour_denonciation,
    fenetre_denonciation,
)
from conventions.models import Acte, CaisseLiee, Convention, Rupture

MOIS_AVANT_SUPPRESSION = 6  # H-14
UN_JOUR = timedelta(days=1)

NOTIFICATIONS = {
    Rupture.Cause.DENONCIATION: "Dénonciation notifiée",
    Rupture.Cause.MANQUEMENT: "Mise en demeure notifiée",
    Rupture.Cause.SECRET: "Violation du secret professionnel notifiée",
    Rupture.Cause.UTILISATION: "Mise en demeure notifiée, convention d’utilisation",
}
LEVEES = {
    Rupture.Cause.DENONCIATION: "Dénonciation retirée",
    Rupture.Cause.SECRET: "Rupture retirée",
}
LEVEE = "Mise en demeure levée : le manquement est réparé"


@dataclass(frozen=True, slots=True)
class Repere:
    """One day of the timeline; `jusqu_au` closes a period, no `quand` is a date yet unknown."""

    quand: date | None
    titre: str
    texte: str = ""
    jusqu_au: date | None = None
    etat: str = "a_venir"


def frise(
    convention: Convention,
    *,
    actes: Iterable[Acte],
    ruptures: Iterable[Rupture],
    liens: Iterable[CaisseLiee],
    copil: Iterable[Repere] = (),
    jour: date,
) -> list[Repere]:
    """Every date of the convention as seen on that day, oldest first, today among them.

    `copil`: the dates of its committee. Two facts of the same day stay in the order in which they
    follow from one another.
    """
    ruptures = list(ruptures)
    reperes = [
        *_signatures(convention, actes),
        *_reconductions(convention, jour),
        *_procedures(ruptures),
        *_fins_de_caisse(convention, liens, ruptures),
        *_fins(convention, ruptures),
        *copil,
        Repere(jour, "Aujourd’hui", etat="courant"),
    ]
    connus = sorted((r for r in reperes if r.quand), key=lambda r: r.quand or jour)
    return [_situer(r, jour) for r in connus] + [r for r in reperes if r.quand is None]


def prochaine_date(convention: Convention, jour: date) -> Repere | None:
    """The next date that matters, for one line of a list; None when nothing is to come."""
    if convention.etat in (Convention.Etat.TERMINEE, Convention.Etat.ABANDONNEE):
        return None
    fins = [r for r in _fins(convention, []) if r.quand and r.quand >= jour]
    if fins:
        return fins[0]
    prochaines = [r for r in _reconductions(convention, jour) if (r.jusqu_au or r.quand) >= jour]
    return min(prochaines, key=lambda r: (r.jusqu_au is None, r.quand)) if prochaines else None


def _situer(repere: Repere, jour: date) -> Repere:
    if repere.etat == "courant" or repere.quand is None or repere.quand > jour:
        return repere
    return Repere(repere.quand, repere.titre, repere.texte, repere.jusqu_au, "fait")


def _signatures(convention: Convention, actes: Iterable[Acte]) -> Iterator[Repere]:
    """What was signed and since when it holds (C-02, C-04, C-05)."""
    if convention.date_effet:
        yield Repere(
            convention.date_effet,
            "Convention métier signée par toutes les parties",
            "Elle prend effet ce jour, pour un an.",
        )
    elif convention.etat != Convention.Etat.ABANDONNEE:
        yield Repere(None, "Prise d’effet", "Le jour où la dernière partie signe.")
    if convention.date_utilisation:
        yield Repere(
            convention.date_utilisation,
            "Convention d’utilisation signée par toutes les parties",
            "Le portail est ouvert aux partenaires.",
        )
    for acte in actes:
        if acte.nature == Acte.Nature.AVENANT and acte.signe_le:
            depuis = max(filter(None, (acte.effet_le, acte.signe_le)))
            signe = f"Signé par toutes les parties le {acte.signe_le:%d/%m/%Y}."
            yield Repere(depuis, f"{acte} : prise d’effet", signe)


def _reconductions(convention: Convention, jour: date) -> Iterator[Repere]:
    """The anniversaries passed and the next one, with the time left to denounce (C-02)."""
    effet, fin = convention.date_effet, convention.date_fin
    if effet is None:
        return
    rang = 1
    while (echeance := anniversaire(effet, rang)) <= (min(jour, fin) if fin else jour):
        yield Repere(echeance, f"{_ordinal(rang)} reconduction tacite", "Pour un an.")
        rang += 1
    if fin is None:
        yield from _fenetre(convention, effet, jour)
        yield Repere(
            echeance, f"{_ordinal(rang)} reconduction tacite", "Pour un an, sauf dénonciation."
        )


def _fenetre(convention: Convention, effet: date, jour: date) -> Iterator[Repere]:
    """When one may denounce; once it has begun, its end is a date to come of its own."""
    preavis = convention.preavis_mois, convention.regle_preavis
    debut, fin = fenetre_denonciation(effet, *preavis, jour)
    dernier_jour = dernier_jour_denonciation(effet, *preavis, fin)
    yield Repere(
        debut,
        "Dénonciation possible",
        f"Notifiée dans cette période, elle met fin à la convention le {dernier_jour:%d/%m/%Y}.",
        jusqu_au=fin,
    )
    if debut <= jour <= fin:
        yield Repere(fin, "Dernier jour pour dénoncer", etat="a_venir")


def _procedures(ruptures: Iterable[Rupture]) -> Iterator[Repere]:
    for rupture in ruptures:
        cause = Rupture.Cause(rupture.cause)
        qui = f" – {rupture.caisse}" if rupture.caisse else ""
        suite = f"Dernier jour : {rupture.dernier_jour:%d/%m/%Y}."
        if rupture.levee_le:
            suite = f"Levée le {rupture.levee_le:%d/%m/%Y}, avant son terme."
            yield Repere(rupture.levee_le, LEVEES.get(cause, LEVEE) + qui)
        yield Repere(rupture.notifiee_le, NOTIFICATIONS[cause] + qui, suite)


def _fins_de_caisse(
    convention: Convention, liens: Iterable[CaisseLiee], ruptures: list[Rupture]
) -> Iterator[Repere]:
    """A caisse that leaves before the others (H-12)."""
    for lien in liens:
        if lien.date_fin and lien.date_fin != convention.date_fin:
            siennes = [r for r in ruptures if r.caisse_id == lien.caisse_id]
            yield Repere(
                lien.date_fin,
                f"Dernier jour pour {lien.caisse}",
                _cause(siennes, lien.date_fin),
            )


def _fins(convention: Convention, ruptures: list[Rupture]) -> Iterator[Repere]:
    """The last day of the portal, then of the whole, then of the accounts (H-12, H-14)."""
    fin, portail = convention.date_fin, convention.fin_utilisation
    if portail and (fin is None or portail < fin):
        yield Repere(portail, "Dernier jour du portail", _cause(ruptures, portail))
    if fin:
        yield Repere(fin, "Dernier jour de la convention", _cause(ruptures, fin))
    arrets = [jour for jour in (fin, portail) if jour]
    if arrets:
        yield Repere(
            apres_mois(min(arrets) + UN_JOUR, MOIS_AVANT_SUPPRESSION),
            "Suppression des comptes inactivés",
            "Pour les partenaires qu’aucune autre convention ne lie à une caisse.",
        )


def _cause(ruptures: Iterable[Rupture], dernier_jour: date) -> str:
    for rupture in ruptures:
        if rupture.levee_le is None and rupture.dernier_jour == dernier_jour:
            return f"Cause : {rupture.get_cause_display().lower()}."
    return ""


def _ordinal(rang: int) -> str:
    return "1re" if rang == 1 else f"{rang}e"
