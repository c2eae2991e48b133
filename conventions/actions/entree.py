"""What follows from the last signature of an act: a convention in force, a portal, a version."""

from datetime import date, datetime, timedelta
from typing import Any

from django.utils import timezone

from comptes import journal
from conventions import dates, quotas
from conventions.actions.verrous import Acteur
from conventions.models import Acte, Convention, Rupture, Version
from portail.calendrier import jour_civil

MODES = "modes_consentement"
REMPLACEE = "Une nouvelle convention d'utilisation est signée."


def conclure(acte: Acte, convention: Convention, *, acteur: Acteur) -> None:
    """All have signed: the act holds from the last signature on (C-02, C-04, C-05)."""
    maintenant = timezone.now()
    derniere = max(s.signee_le for s in acte.signatures.all() if s.signee_le)
    acte.etat, acte.signe_le = Acte.Etat.SIGNE, derniere
    SUITES[acte.nature](acte, convention, maintenant)
    acte.save(update_fields=["etat", "signe_le", "effet_le", "applique_le"])
    journal.tracer(
        acteur,
        journal.Action.CHANGEMENT,
        convention,
        acte=acte.nature,
        numero=f"{acte.numero}",
        etat=acte.etat,
        effet=f"{acte.effet_le}",
    )
    if acte.applique_le is None and (acte.effet_le or derniere) <= jour_civil(maintenant):
        appliquer(acte, convention, maintenant)


def appliquer(acte: Acte, convention: Convention, maintenant: datetime) -> Version:
    """Make a signed avenant the rule: parameters changed, a new version of them (C-05)."""
    changements = dict(acte.changements)
    for code, mode in changements.pop(MODES, {}).items():
        convention.liens.filter(caisse__code=code).update(mode_consentement=mode)
    for nom, valeur in changements.items():
        setattr(convention, nom, valeur)
    convention.save(update_fields=list(changements))
    acte.applique_le = maintenant
    acte.save(update_fields=["applique_le"])
    version = _dater(acte, convention, acte.effet_le or jour_civil(maintenant))
    journal.tracer(
        None,
        journal.Action.CHANGEMENT,
        convention,
        version=version.numero,
        champs=sorted(acte.changements),
    )
    return version


def exiger_grille(acte: Acte, convention: Convention) -> None:
    """Raise `QuotaAtteint` when an avenant leaves less places than a partner has accounts.

    The partners stay locked: nobody opens an account meanwhile under the former grid (H-07).
    """
    if not acte.changements:
        return
    jour = jour_civil(timezone.now())
    siens = convention.partenaires.order_by("pk").select_for_update(of=("self",))
    for partenaire in list(siens):
        message = quotas.depassement(
            partenaire, convention, acte.changements, jour, effet_le=acte.effet_le
        )
        if message:
            raise quotas.QuotaAtteint(message)


def _metier(acte: Acte, convention: Convention, maintenant: datetime) -> None:
    effet = acte.signe_le
    assert effet is not None  # noqa: S101 - set by `conclure`
    acte.effet_le, acte.applique_le = effet, maintenant
    convention.date_effet = effet
    convention.etat = Convention.Etat.EN_VIGUEUR
    convention.prochaine_echeance = dates.prochain_anniversaire(effet, jour_civil(maintenant))
    convention.save(update_fields=["date_effet", "etat", "prochaine_echeance"])
    _dater(acte, convention, effet)


def _utilisation(acte: Acte, convention: Convention, maintenant: datetime) -> None:
    """The portal opens, never before the convention métier, nor before the former one ended."""
    bornes = [acte.signe_le, convention.date_effet]
    if convention.fin_utilisation:
        bornes.append(convention.fin_utilisation + timedelta(days=1))
    acte.effet_le, acte.applique_le = max(filter(None, bornes)), maintenant
    finies = convention.ruptures.ouvertes().filter(cause=Rupture.Cause.UTILISATION)
    finies.update(levee_le=acte.effet_le, motif_levee=REMPLACEE)
    convention.date_utilisation = acte.effet_le
    convention.fin_utilisation = convention.utilisation_close_le = None
    champs = ["date_utilisation", "fin_utilisation", "utilisation_close_le"]
    convention.save(update_fields=champs)


def _avenant(acte: Acte, convention: Convention, maintenant: datetime) -> None:
    """Its day is the one it names, or the last signature; never before a version already read."""
    derniere = convention.versions.order_by("-depuis").first()
    bornes = (acte.effet_le, acte.signe_le, derniere and derniere.depuis)
    acte.effet_le = max(borne for borne in bornes if borne)


SUITES: dict[str, Any] = {
    Acte.Nature.METIER: _metier,
    Acte.Nature.UTILISATION: _utilisation,
    Acte.Nature.AVENANT: _avenant,
}


def _dater(acte: Acte, convention: Convention, depuis: date) -> Version:
    numero = convention.versions.count() + 1
    parametres = {nom: getattr(convention, nom) for nom in Convention.PARAMETRES}
    liens = convention.liens.select_related("caisse").order_by("caisse__code")
    parametres[MODES] = {lien.caisse.code: lien.mode_consentement for lien in liens}
    return convention.versions.create(
        acte=acte, numero=numero, depuis=depuis, parametres=parametres
    )
