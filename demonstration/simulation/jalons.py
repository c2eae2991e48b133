"""What has to happen once to the conventions, and on which day (C-02 to C-05, C-10, H-12)."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from django.core.exceptions import ValidationError

from comptes.actions.reglages import regler_caisse
from comptes.models import Caisse, Partenaire, Profil
from conventions import actions
from conventions.models import Acte, Convention, Coupure, Rupture
from conventions.quotas import QuotaAtteint, champ_de_grille, quotas
from demonstration.simulation import fiches, violations
from demonstration.simulation import monde as mondes
from demonstration.simulation.monde import Monde
from equipes import actions as equipes
from portail.etats import TransitionImpossible

Cause = Rupture.Cause
MOTIF = "Accès partagés malgré un rappel écrit."
AVANT_LE_TERME = timedelta(days=40)
REPARER = timedelta(days=9)


@dataclass(frozen=True, slots=True)
class Jalon:
    """On that day, or on the first one after it on which somebody works."""

    jour: date
    libelle: str
    faire: Callable[[Monde], None]


def jalons(monde: Monde) -> list[Jalon]:
    """In the order in which they must come, on a same day too."""
    le = monde.le
    return sorted(
        [
            Jalon(le(0.02), "nouvelle convention", _nouvelle_convention),
            Jalon(le(0.05), "grille trop basse", _grille_trop_basse),
            Jalon(le(0.08), "équipes pleines", _remplir("hopital")),
            Jalon(le(0.12), "mise en demeure", _mettre_en_demeure("mission-voisine")),
            Jalon(
                le(0.15), "violation dite à une caisse", violations.annoncer("opale", "departement")
            ),
            Jalon(le(0.2), "avenant", _avenant),
            Jalon(
                le(0.25),
                "violation dite à un partenaire",
                violations.annoncer("artois", "mission", par_la_caisse=True),
            ),
            Jalon(le(0.3), "mise en demeure à lever", _mettre_en_demeure("ccas")),
            Jalon(le(0.3) + REPARER, "levée", _lever("ccas")),
            Jalon(le(0.35), "coupure", _couper("opale", "hopital")),
            Jalon(le(0.35) + timedelta(days=6), "rétablissement", _retablir("hopital")),
            Jalon(_avant_le_terme(monde, 0.4), "dénonciation", _denoncer("tutelle")),
            Jalon(_avant_le_terme(monde, 0.6), "départ d’une caisse", _partir("departement")),
            Jalon(le(0.45), "manquement au portail", _rompre_le_portail("ville")),
            Jalon(le(0.45) + timedelta(days=38), "portail rouvert", _rouvrir("ville")),
            Jalon(le(0.66), "coupure d’une caisse sur deux", _couper("artois", "ccas")),
            Jalon(le(0.7), "rétablissement partiel", _retablir("ccas")),
            Jalon(le(0.8), "violation du secret", _violer_le_secret("association")),
            Jalon(le(0.86), "convention suivante", _recommencer("association")),
        ],
        key=lambda jalon: jalon.jour,
    )


def _avant_le_terme(monde: Monde, part: float) -> date:
    """Within the three months that precede the anniversary (C-02)."""
    terme = min(monde.le(part), monde.debut + mondes.AU_PLUS_TARD)
    return max(terme - AVANT_LE_TERME, monde.debut)


def _nouvelle_convention(monde: Monde) -> None:
    """A partner that nobody knew: its first gestionnaire is keyed in by the caisse, and stays."""
    partenaire = mondes.inscrire(
        fiches.FichePartenaire(
            "foyer", "Foyer de la Course", Partenaire.Type.ASSOCIATION, 4, (1, 0)
        )
    )
    fiche = fiches.FicheConvention("foyer", {"artois": fiches.CASE}, ("foyer",), None)
    mondes.conclure(monde, mondes.preparer(monde, fiche))
    premier = mondes.habiliter(monde, partenaire)
    with monde.refuse("inactivation du seul gestionnaire (H-09)", TransitionImpossible):
        equipes.demander_inactivation(
            premier,
            monde.caisse("artois"),
            date_voulue=monde.jour + timedelta(days=20),
            acteur=premier,
        )


def _remplir(code: str) -> Callable[[Monde], None]:
    """Every place is taken; one more is refused, on both sides (H-06, H-07)."""

    def remplir(monde: Monde) -> None:
        partenaire = monde.partenaire(code)
        places = quotas(partenaire, monde.jour)
        for _ in range(places[Profil.GESTIONNAIRE].reste or 0):
            mondes.habiliter(monde, partenaire)
        for _ in range(places[Profil.TECHNICIEN].reste or 0):
            _ajouter(monde, partenaire)
        with monde.refuse("gestionnaire au-delà du quota (H-06)", QuotaAtteint):
            mondes.habiliter(monde, partenaire)
        with monde.refuse("technicien au-delà du quota (H-07)", QuotaAtteint):
            _ajouter(monde, partenaire)

    return remplir


def _ajouter(monde: Monde, partenaire: Partenaire) -> None:
    identite = monde.population.technicien(mondes.DOMAINE.format(partenaire.code))
    acteur = monde.gestionnaire(partenaire)
    equipes.creer_technicien(partenaire, acteur=acteur, **identite)


def _grille_trop_basse(monde: Monde) -> None:
    """An avenant that would leave less places than there are accounts (H-07)."""
    convention = monde.convention("association")
    partenaire = convention.partenaires.get()
    utilises = quotas(partenaire, monde.jour)[Profil.TECHNICIEN].utilises
    trop_peu = {champ_de_grille(partenaire.membres): utilises - 1}
    with monde.refuse("avenant sous le nombre de comptes (H-07)", ValidationError, QuotaAtteint):
        _signer_avenant(monde, convention, trop_peu, None)


def _avenant(monde: Monde) -> None:
    """New delays from a day to come on; the caisse changes its alert steps on that day (D-14)."""
    changements = {
        "delai_urgence_heures": 24,
        "delai_contact_heures": 36,
        "delai_instruction_jours": 20,
        "techniciens_moyen": 8,
        "delai_violation_heures": 48,
    }
    effet = monde.jour + timedelta(days=4)
    _signer_avenant(monde, monde.convention("association"), changements, effet)
    caisse = monde.caisse("artois")
    regler_caisse(
        caisse,
        mot_de_passe_jours=caisse.mot_de_passe_jours,
        revue_mois=caisse.revue_mois,
        seuils_alerte=[30, 60, 90],
        relance_heures=48,
        conservation_mois=caisse.conservation_mois,
        acteur=monde.admin(caisse),
    )


def _signer_avenant(
    monde: Monde, convention: Convention, changements: dict[str, int], effet: date | None
) -> Acte:
    acte = actions.preparer_avenant(
        convention,
        objet="Adapter la convention.",
        changements=changements,
        effet_le=effet,
        acteur=None,
    )
    acte = actions.envoyer_acte(acte, acteur=None)
    mondes.signer(monde, acte)
    return acte


def _mettre_en_demeure(code: str) -> Callable[[Monde], None]:
    return lambda monde: _notifier(monde, code, Cause.MANQUEMENT)


def _denoncer(code: str) -> Callable[[Monde], None]:
    return lambda monde: _notifier(monde, code, Cause.DENONCIATION)


def _rompre_le_portail(code: str) -> Callable[[Monde], None]:
    return lambda monde: _notifier(monde, code, Cause.UTILISATION)


def _violer_le_secret(code: str) -> Callable[[Monde], None]:
    return lambda monde: _notifier(monde, code, Cause.SECRET)


def _partir(code: str) -> Callable[[Monde], None]:
    """One caisse alone denounces: the other one stays bound (H-12)."""
    return lambda monde: _notifier(monde, code, Cause.DENONCIATION, caisse=monde.caisse("opale"))


def _notifier(monde: Monde, code: str, cause: str, caisse: Caisse | None = None) -> None:
    convention = monde.convention(code)
    acteur = monde.admin(caisse or convention.caisses.order_by("pk")[0])
    actions.notifier_rupture(
        convention,
        cause=cause,
        notifiee_le=monde.jour,
        motif=MOTIF,
        caisse=caisse,
        acteur=acteur,
    )


def _lever(code: str) -> Callable[[Monde], None]:
    def lever(monde: Monde) -> None:
        rupture = monde.convention(code).ruptures.ouvertes().get()
        actions.lever_rupture(rupture, levee_le=monde.jour, motif="Réparé.", acteur=None)

    return lever


def _couper(caisse: str, partenaire: str) -> Callable[[Monde], None]:
    def couper(monde: Monde) -> None:
        qui = monde.caisse(caisse)
        acteur = monde.admin(qui)
        actions.couper(qui, monde.partenaire(partenaire), motif=MOTIF, acteur=acteur)

    return couper


def _retablir(partenaire: str) -> Callable[[Monde], None]:
    def retablir(monde: Monde) -> None:
        coupure = Coupure.objects.ouvertes().get(partenaire__code=partenaire)
        actions.retablir(coupure, acteur=monde.admin(coupure.caisse))

    return retablir


def _rouvrir(code: str) -> Callable[[Monde], None]:
    """Another convention d'utilisation is signed, then the accounts are given back."""

    def rouvrir(monde: Monde) -> None:
        convention = monde.convention(code)
        mondes.ouvrir_le_portail(monde, convention)
        _rendre(monde, convention)

    return rouvrir


def _recommencer(code: str) -> Callable[[Monde], None]:
    """The same parties sign another convention: one gesture reopens the accounts (H-12)."""

    def recommencer(monde: Monde) -> None:
        modele = next(fiche for fiche in fiches.CONVENTIONS if fiche.code == code)
        suivante = fiches.FicheConvention(
            f"{code}-suite", modele.caisses, modele.partenaires, None, modele.parametres
        )
        convention = mondes.preparer(monde, suivante)
        mondes.conclure(monde, convention)
        _rendre(monde, convention)

    return recommencer


def _rendre(monde: Monde, convention: Convention) -> None:
    admin = monde.admin(convention.caisses.order_by("pk")[0])
    for partenaire in convention.partenaires.order_by("pk"):
        rendus = actions.restaurer_comptes(partenaire, acteur=admin)
        monde.faits["comptes rendus"] += len(rendus.rendus)
        monde.faits["comptes non rendus"] += len(rendus.refuses)
