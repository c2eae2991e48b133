"""`kill -9` of worker and beat, again and again, while deadlines fall and people work on them.

`make endurance` kills 200 times, the suite 10: ENDURANCE says how many, ENDURANCE_GRAINE replays
a draw. Real processes, a real broker, a real SMTP server on loopback, and the real clock: steps
fall a few seconds apart, all along. At the end each step that fell was told once to each person
concerned, in the portal and by the mail server's own count, and each deadline is in its state.
"""

import os
import random
import secrets
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

import pytest
from aiosmtpd.controller import Controller
from django.conf import settings
from django.db.models import F, QuerySet
from django.utils import timezone
from kombu import Connection

from comptes.models import Courriel, Notification
from echeances.delais import JAMAIS
from echeances.models import Alerte, Echeance
from portail.models import Execution
from signalements.models import Demande
from tests.processus.attelage import Attelage, Boite
from tests.processus.attendus import SECONDE
from tests.processus.bureau import Bureau, Suivi
from tests.processus.outils import attendre, port_libre

NOMBRE = int(os.environ.get("ENDURANCE") or 10)
GRAINE = int(os.environ.get("ENDURANCE_GRAINE") or secrets.randbelow(1_000_000))
ECART = 4.0  # seconds between two kills, about
INSTANT = 0.05  # seconds, on a busy machine
COURTES = {nom for nom, e in settings.CELERY_BEAT_SCHEDULE.items() if e["schedule"] <= 3}
EQUIPE = ("anne", "bruno", "chloe")
# Who is told at once, by default or because they asked for it.
IMMEDIATES = {
    "alerte_suivie": EQUIPE,
    "alerte_equipe": ("bruno",),
    "alerte_encadrement": ("admin",),
    "alerte_demarche": ("admin",),
    "delai_depasse": ("auteur",),
}


@pytest.mark.processus
@pytest.mark.regle("D-14")
@pytest.mark.django_db(transaction=True)
@pytest.mark.timeout(300 + 15 * NOMBRE)
def test_every_step_is_told_once_whatever_is_killed(environnement: dict[str, str]) -> None:
    print(f"\n{NOMBRE} kills, ENDURANCE_GRAINE={GRAINE}")  # noqa: T201
    alea = random.Random(GRAINE)
    bureau = Bureau(alea, demandes=8 + NOMBRE // 4)
    boite = Boite(random.Random(GRAINE))
    with _serveur(boite) as port:
        env = {**environnement, "EMAIL_URL": f"smtp://127.0.0.1:{port}"}
        attelage = Attelage(env, boite, alea)
        suivis = bureau.programmer(timezone.now(), NOMBRE * ECART)
        try:
            for _ in range(NOMBRE):
                attelage.relever()
                attelage.guetter()
                attelage.tuer()
                bureau.agir(suivis)
            attelage.relever()
            limite = _laisser_finir(boite)
        finally:
            attelage.arreter()
    print(bilan(attelage, boite, suivis))  # noqa: T201
    for suivi in suivis:
        verifier_les_paliers(suivi, limite)
        verifier_l_etat(suivi, limite)
    for contact, instruction in zip(suivis[:-1:2], suivis[1:-1:2], strict=True):
        verifier_la_demande(contact, instruction)
    verifier_qui_sait(suivis)
    verifier_les_courriels(boite, attelage.instants)


@contextmanager
def _serveur(boite: Boite) -> Iterator[int]:
    """The mail server, and a queue that is empty before and after."""
    port = port_libre()
    serveur = Controller(boite, hostname="127.0.0.1", port=port)
    serveur.start()
    _vider_la_file()
    try:
        yield port
    finally:
        serveur.stop()
        _vider_la_file()


def _vider_la_file() -> None:
    with Connection(settings.CELERY_BROKER_URL) as broker:
        broker.default_channel.client.delete("celery", "unacked", "unacked_index")


def _laisser_finir(boite: Boite) -> datetime:
    """Let each sweep succeed once more, and every mail arrive; what fell before was told then."""
    limite = timezone.now()
    reussies: set[str] = set()

    def toutes() -> bool:
        finies = Execution.objects.filter(
            debut_le__gt=limite, fin_le__gte=F("debut_le"), derniere_reussite_le=F("fin_le")
        )
        reussies.update(finies.values_list("nom", flat=True))
        return reussies >= COURTES

    attendre(toutes, "each sweep succeeds after the last kill")
    attendre(lambda: _messages(Courriel.objects.all()) <= set(boite.recus), "every mail arrived")
    return limite


def dites(suivi: Suivi) -> list[tuple[int, datetime]]:
    alertes = Alerte.objects.filter(echeance=suivi.pk).order_by("emise_le", "palier")
    return list(alertes.values_list("palier", "emise_le"))


def verifier_les_paliers(suivi: Suivi, limite: datetime) -> None:
    """Each was told while it was the last one reached, and none is missing at the end."""
    cours, dernier = suivi.cours, suivi.cours.palier
    for palier, quand in dites(suivi):
        assert cours.court(quand)
        assert palier == cours.atteint(quand) > dernier
        dernier = palier
    assert dernier >= cours.atteint(limite) or not cours.court(limite)


def verifier_l_etat(suivi: Suivi, limite: datetime) -> None:
    echeance, cours = Echeance.objects.get(pk=suivi.pk), suivi.cours
    assert echeance.echeance_le == cours.echeance_le(timezone.now())
    assert echeance.terminee_le == cours.terminee_le
    assert echeance.suspendue_le == cours.suspendue_le
    assert echeance.palier == max([p for p, _ in dites(suivi)], default=cours.palier)
    assert echeance.depassee_le == _manquee_le(suivi)
    assert echeance.a_alerter_le > limite or not cours.court(limite)


def _manquee_le(suivi: Suivi) -> datetime | None:
    """When it was seen: before the start, by a sweep, or by who ended it."""
    cours = suivi.cours
    if cours.palier:
        return cours.fin + SECONDE
    fin = cours.terminee_le
    vues = [quand for palier, quand in dites(suivi) if palier >= 100]
    return vues[0] if vues else fin if fin and cours.manquee(fin) else None


def verifier_la_demande(contact: Suivi, instruction: Suivi) -> None:
    """What both sides read of its clocks."""
    demande = Demande.objects.get(pk=contact.demande.pk)
    maintenant = timezone.now()
    courantes = [s for s in (contact, instruction) if s.cours.court(maintenant)]
    fins = [s.cours.echeance_le(maintenant) for s in courantes]
    assert demande.a_traiter_avant == min(fins, default=JAMAIS)
    assert demande.en_retard == any(_manquee_le(s) for s in courantes)
    ecrites = demande.evenements.filter(libelle__startswith="Délai dépassé").count()
    assert ecrites == (_manquee_le(contact) is not None)


def destinataires(suivi: Suivi, palier: int, quand: datetime) -> set[tuple[str, str, int]]:
    """Who is told of this step, by which message and under which step (D-14)."""
    if suivi.demande is None:
        return {("admin", "alerte_demarche", palier)}
    agent = suivi.suivie_par(quand)
    equipe = {(nom, "alerte_equipe", palier) for nom in EQUIPE if nom != agent}
    siens = {(agent, "alerte_suivie", palier)} if agent else equipe
    if palier >= 80:
        siens = siens | equipe
    if palier >= 100:
        siens |= {("admin", "alerte_encadrement", palier)}
    if palier >= 100 > suivi.cours.palier:
        siens |= {("auteur", "delai_depasse", 100)}
    return siens


def verifier_qui_sait(suivis: list[Suivi]) -> None:
    attendues = {
        (qui, gabarit, f"echeance:{suivi.pk}:{sous}")
        for suivi in suivis
        for palier, quand in dites(suivi)
        for qui, gabarit, sous in destinataires(suivi, palier, quand)
    }
    lignes = Notification.objects.filter(cle__startswith="echeance:")
    obtenues = lignes.values_list("destinataire__identifiant", "gabarit", "cle")
    assert Counter(obtenues) == Counter(attendues)
    presses = {ligne for ligne in attendues if ligne[0] in IMMEDIATES[ligne[1]]}
    courriels = Courriel.objects.filter(cle__startswith="echeance:").values_list(
        "destinataire__identifiant", "gabarit", "cle"
    )
    assert Counter((q, g, cle.rpartition(":")[0]) for q, g, cle in courriels) == Counter(presses)


def verifier_les_courriels(boite: Boite, tues: list[float]) -> None:
    """Every mail of the run, by the count of the server that accepted them.

    None is missing. One may come again only if somebody was killed at the instant of its dot.
    """
    ecrits = Courriel.objects.all()
    # A sweep may have written one more as the worker was stopped.
    assert _messages(ecrits.filter(etat="envoye")) <= set(boite.recus) <= _messages(ecrits)
    for *repetes, _ in boite.recus.values():
        for recu in repetes:
            assert min(abs(tue - recu) for tue in tues) < INSTANT


def _messages(courriels: "QuerySet[Courriel]") -> set[str]:
    domaine = settings.DOMAINE_COURRIEL
    return {f"<courriel-{pk}@{domaine}>" for pk in courriels.values_list("pk", flat=True)}


def bilan(attelage: Attelage, boite: Boite, suivis: list[Suivi]) -> str:
    morts = ", ".join(f"{nom} {nombre}" for nom, nombre in sorted(attelage.morts.items()))
    maintenant = timezone.now()
    tombes = sum(suivi.cours.tombes(maintenant) for suivi in suivis)
    return (
        f"killed: {morts}\n"
        f"{len(suivis)} deadlines; steps told {Alerte.objects.count()} of {tombes} that fell"
        " (a late sweep tells the highest only, one that is met says nothing)\n"
        f"lines in the portal {Notification.objects.count()}, mails {Courriel.objects.count()},"
        f" accepted by the server {sum(map(len, boite.recus.values()))},"
        f" twice {sum(len(fois) > 1 for fois in boite.recus.values())},"
        f" never {Courriel.objects.count() - len(boite.recus)}"
    )
