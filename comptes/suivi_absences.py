"""The absences of an agent as pages show them, with what is wrong about the substitute."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from comptes import habilitations
from comptes.absences import accorder
from comptes.models import Absence, Caisse, Etat, Profil, Utilisateur
from portail.templatetags.portail import jour

MEMOIRE = timedelta(days=365)
"""How long the past ones are listed."""


@dataclass(slots=True)
class Fiche:
    """One absence; `reserves` tell what its substitute will not do, `perdu` that none is left.

    `fin` is what one does to end it.
    """

    absence: Absence
    moment: str
    badge: str = ""
    fin: str = ""
    perdu: bool = False
    reserves: list[str] = field(default_factory=list)


def composer(agent: Utilisateur, aujourd_hui: date) -> dict[str, Any]:
    """What the agent's absences are: those that run or come, then those of the last year."""
    siennes = agent.absences.maintenues().select_related("agent", "remplacant")
    fiches = [_fiche(absence, aujourd_hui) for absence in siennes.filter(au__gte=aujourd_hui)]
    _annoter(fiches)
    passees = siennes.filter(au__lt=aujourd_hui, au__gte=aujourd_hui - MEMOIRE).order_by("-du")
    return {"absences": fiches, "passees": [_fiche(absence, aujourd_hui) for absence in passees]}


def section(compte: Utilisateur, aujourd_hui: date) -> dict[str, Any]:
    """The same for the page of an account; nothing for one that has no absence to note."""
    if compte.profil != Profil.AGENT or compte.etat != Etat.ACTIF:
        return {}
    return {"avec_absences": True, **composer(compte, aujourd_hui)}


def remplacements(agent: Utilisateur, aujourd_hui: date) -> list[Fiche]:
    """Those that this agent was chosen for, running or to come."""
    confies = Absence.objects.maintenues().filter(
        remplacant=agent, agent__etat=Etat.ACTIF, au__gte=aujourd_hui
    )
    return [_fiche(absence, aujourd_hui) for absence in confies.select_related("agent")]


def reserves(
    agent: Utilisateur, candidats: Collection[Utilisateur], aujourd_hui: date
) -> dict[int, str]:
    """What one should know of each candidate before choosing it: two queries."""
    pks = [candidat.pk for candidat in candidats]
    tenues = habilitations.caisses_par_compte([agent.pk, *pks])
    conges = Absence.objects.maintenues().filter(agent__in=pks, au__gte=aujourd_hui)
    dites: dict[int, list[str]] = {pk: [] for pk in pks}
    for conge in conges.select_related("agent"):
        mot = est_absent(conge.agent)
        dites[conge.agent_id].append(f"{mot} du {jour(conge.du)} au {jour(conge.au)}")
    for pk in pks:
        manquantes = [str(c) for c in tenues[agent.pk] if c not in tenues[pk]]
        if manquantes:
            dites[pk].append(f"ne travaille pas pour {', '.join(manquantes)}")
    return {pk: ", ".join(lignes) for pk, lignes in dites.items()}


def est_absent(compte: Utilisateur) -> str:
    """The word as it agrees with the person."""
    return accorder(compte.civilite, "absent")


def _fiche(absence: Absence, aujourd_hui: date) -> Fiche:
    if absence.au < aujourd_hui:
        return Fiche(absence, "Terminée")
    if absence.du > aujourd_hui:
        return Fiche(absence, "À venir", "info", "Annuler")
    return Fiche(absence, "En cours", "warning", "Mettre fin")


def _annoter(fiches: Sequence[Fiche]) -> None:
    """Say what each substitute will not do: two queries, however many absences."""
    absences = [fiche.absence for fiche in fiches]
    comptes = {pk for absence in absences for pk in (absence.agent_id, absence.remplacant_id)}
    caisses = habilitations.caisses_par_compte(comptes)
    autres = Absence.objects.maintenues().filter(agent__in={a.remplacant_id for a in absences})
    conges = list(autres.select_related("remplacant"))
    for fiche in fiches:
        tenues, couvertes = caisses[fiche.absence.agent_id], caisses[fiche.absence.remplacant_id]
        restent = [caisse for caisse in tenues if caisse not in couvertes]
        fiche.perdu = fiche.absence.remplacant.etat != Etat.ACTIF or restent == tenues
        if not fiche.perdu:
            fiche.reserves = [*_decouvertes(fiche, restent), *_chevauchements(fiche, conges)]


def _decouvertes(fiche: Fiche, caisses: Sequence[Caisse]) -> Iterator[str]:
    remplacant = fiche.absence.remplacant
    for caisse in caisses:
        yield f"Personne ne prend la suite pour {caisse} : {remplacant} n’y travaille pas."


def _chevauchements(fiche: Fiche, conges: Sequence[Absence]) -> Iterator[str]:
    absence = fiche.absence
    for conge in conges:
        if conge.agent_id == absence.remplacant_id and _se_croisent(conge, absence):
            seul = conge.remplacant_id == absence.agent_id
            suite = "personne ne prend" if seul else f"{conge.remplacant} prend"
            yield (
                f"{absence.remplacant} est aussi {est_absent(absence.remplacant)} du "
                f"{jour(conge.du)} au {jour(conge.au)} : {suite} alors la suite."
            )


def _se_croisent(une: Absence, autre: Absence) -> bool:
    return une.du <= autre.au and une.au >= autre.du
