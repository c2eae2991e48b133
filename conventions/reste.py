"""What remains to be done for a convention to open, to go on or to end well, told in order."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.urls import NoReverseMatch, reverse

from comptes.models import OUVERTS, Caisse, Partenaire, Profil, Utilisateur
from conventions.etats import VIVANTES
from conventions.models import Acte, Contact, Convention, Rupture, Signature

Etat = Convention.Etat


@dataclass(frozen=True, slots=True)
class Geste:
    """A button or a link; `methode` post is taken at once, get opens a page."""

    libelle: str
    url: str
    methode: str = "get"
    genre: str = "secondaire"


@dataclass(frozen=True, slots=True)
class Tache:
    """One thing that remains: what, why, what is missing, what to press."""

    titre: str
    texte: str = ""
    manque: list[tuple[str, str]] = field(default_factory=list)
    gestes: list[Geste] = field(default_factory=list)


def reste_a_faire(
    convention: Convention,
    *,
    actes: Sequence[Acte],
    ruptures: Iterable[Rupture],
    possibles: frozenset[str],
    siennes: Collection[int],
) -> list[Tache]:
    """The tasks of the caisse, in the order in which they are done; empty when all is done.

    `siennes` are the caisses that the actor administers: what one caisse alone decided is its own.
    """
    return [
        *_ruptures(convention, ruptures, possibles, siennes),
        *_brouillon(convention, possibles),
        *_signatures(convention, actes, possibles),
        *_utilisation(convention, actes, possibles),
        *(_equipes(convention, siennes) if convention.etat in VIVANTES else []),
    ]


def _brouillon(convention: Convention, possibles: frozenset[str]) -> Iterator[Tache]:
    if convention.etat != Etat.BROUILLON:
        return
    gestes = []
    if "envoyer" in possibles:
        gestes.append(_etape(convention, "envoyer", "Envoyer en signature", "principal"))
    if "corriger" in possibles:
        adresse = reverse("conventions:modifier", args=[convention.identifiant])
        gestes.append(Geste("Modifier le brouillon", adresse))
    yield Tache(
        "Relire, puis envoyer en signature",
        "Ensuite, les parties et les paramètres ne changent plus que par un avenant.",
        gestes=gestes,
    )


def _signatures(
    convention: Convention, actes: Iterable[Acte], possibles: frozenset[str]
) -> Iterator[Tache]:
    """For each act sent, the parties whose signature is awaited."""
    for acte in actes:
        if acte.etat == Acte.Etat.SIGNATURE:
            manque = [s for s in acte.signatures.all() if s.signee_le is None]
            total = len(acte.signatures.all())
            yield Tache(
                f"Recueillir les signatures : {acte}",
                f"Signatures reçues : {total - len(manque)} sur {total}. {_suite(acte)}",
                manque=[
                    (s.partie, _adresse_signature(s) if "signer" in possibles else "")
                    for s in manque
                ],
            )
        elif acte.etat == Acte.Etat.BROUILLON and acte.nature == Acte.Nature.AVENANT:
            adresse = reverse("conventions:acte", args=[convention.identifiant, acte.identifiant])
            yield Tache(
                f"Relire, puis envoyer en signature : {acte}",
                gestes=[Geste(f"Ouvrir l’avenant n° {acte.numero}", adresse)],
            )


def _suite(acte: Acte) -> str:
    return {
        Acte.Nature.METIER: "La convention prend effet le jour de la dernière signature.",
        Acte.Nature.UTILISATION: "Le portail ouvre le jour de la dernière signature.",
        Acte.Nature.AVENANT: "L’avenant ne s’applique qu’une fois signé par tous.",
    }[Acte.Nature(acte.nature)]


def _adresse_signature(signature: Signature) -> str:
    convention = signature.acte.convention
    return reverse("conventions:signer", args=[convention.identifiant, signature.identifiant])


def _utilisation(
    convention: Convention, actes: Iterable[Acte], possibles: frozenset[str]
) -> Iterator[Tache]:
    if convention.etat not in VIVANTES or convention.date_utilisation:
        return
    vivants = [
        a for a in actes if a.nature == Acte.Nature.UTILISATION and a.etat != Acte.Etat.ABANDONNE
    ]
    if not vivants and "preparer_utilisation" in possibles:
        libelle = "Préparer la convention d’utilisation"
        yield Tache(
            libelle,
            "Elle s’appuie sur la convention métier et ouvre le portail aux partenaires.",
            gestes=[_etape(convention, "preparer_utilisation", libelle, "principal")],
        )
    for acte in vivants:
        if acte.etat == Acte.Etat.BROUILLON:
            adresse = reverse(
                "conventions:envoyer_acte", args=[convention.identifiant, acte.identifiant]
            )
            yield Tache(
                "Envoyer en signature la convention d’utilisation",
                "Le PDF à signer est établi à l’envoi. Avant, « Documents » en donne un projet.",
                gestes=[Geste("Envoyer en signature", adresse, "post", "principal")],
            )


def _ruptures(
    convention: Convention,
    ruptures: Iterable[Rupture],
    possibles: frozenset[str],
    siennes: Collection[int],
) -> Iterator[Tache]:
    """A procedure that runs may be lifted; one that was cured in time, even later (C-03)."""
    terminee = convention.etat == Etat.TERMINEE
    parties = set(convention.liens.exclude(close_le=None).values_list("caisse", flat=True))
    for rupture in ruptures:
        if rupture.levee_le or (terminee and "lever" not in possibles):
            continue
        adresse = reverse("conventions:lever", args=[convention.identifiant, rupture.identifiant])
        levable = "lever" in possibles and rupture.cause != Rupture.Cause.SECRET
        levable = levable and rupture.caisse_id in (None, *siennes)
        partie = rupture.caisse_id in parties
        if levable or not (terminee or partie):
            qui = f" ({rupture.caisse})" if rupture.caisse else ""
            yield Tache(
                f"{rupture.get_cause_display()}{qui} : dernier jour le "
                f"{rupture.dernier_jour:%d/%m/%Y}",
                _suite_de_rupture(terminee, partie),
                gestes=[Geste(libelle_levee(rupture), adresse)] if levable else [],
            )


def _suite_de_rupture(terminee: bool, partie: bool) -> str:
    """What follows of itself; what may still be said once it followed."""
    if not (terminee or partie):
        return "Sans autre geste de votre part, la fin s’applique d’elle-même ce jour-là, à minuit."
    fait = "La convention a pris fin." if terminee else "Cette caisse a quitté la convention."
    return f"{fait} Si tout a été réparé avant ce jour, vous pouvez encore le dire."


def libelle_levee(rupture: Rupture) -> str:
    if rupture.cause == Rupture.Cause.DENONCIATION:
        return "Retirer la dénonciation"
    return "Lever : manquement réparé"


def _equipes(convention: Convention, siennes: Collection[int]) -> Iterator[Tache]:
    """A gestionnaire for each partner (H-02), named contacts on every side (C-08)."""
    partenaires = list(convention.partenaires.all())
    caisses = list(convention.caisses.filter(pk__in=siennes))
    if convention.date_utilisation:
        equipes = set(_partenaires_equipes(partenaires))
        for partenaire in partenaires:
            if partenaire.pk not in equipes:
                yield Tache(
                    f"Habiliter un premier gestionnaire : {partenaire}",
                    "Il créera ensuite lui-même les comptes des techniciens.",
                    gestes=_lien("Voir ses comptes", "equipes:comptes", partenaire.code),
                )
    connus = _roles_connus(caisses, partenaires)
    for objet in (*caisses, *partenaires):
        manque = [libelle for role, libelle in _roles(objet) if (objet, role) not in connus]
        if manque:
            yield Tache(
                f"Compléter la fiche des contacts : {objet}",
                f"Il manque : {', '.join(manque)}.",
                gestes=_lien_contacts(objet),
            )


def _partenaires_equipes(partenaires: list[Partenaire]) -> Iterable[int]:
    comptes = Utilisateur.objects.filter(
        profil=Profil.GESTIONNAIRE,
        etat__in=OUVERTS,
        droitpartenaire__content_object__in=partenaires,
    )
    return comptes.values_list("droitpartenaire__content_object", flat=True)


def _roles(objet: Caisse | Partenaire) -> list[tuple[str, str]]:
    role = Contact.Role
    communs = [(role.REFERENT.value, "un référent local"), (role.DPO.value, "le délégué (DPO)")]
    support = [(role.SUPPORT.value, "le contact de support")]
    return communs + (support if isinstance(objet, Caisse) else [])


def _roles_connus(
    caisses: list[Caisse], partenaires: list[Partenaire]
) -> set[tuple[Caisse | Partenaire, str]]:
    actuels = Contact.objects.actuels().select_related("caisse", "partenaire")
    siens = actuels.filter(caisse__in=caisses) | actuels.filter(partenaire__in=partenaires)
    return {(c.caisse or c.partenaire, c.role) for c in siens}  # type: ignore[misc]


def _lien_contacts(objet: Any) -> list[Geste]:
    if isinstance(objet, Partenaire):
        return [Geste("Ouvrir sa page", reverse("conventions:partenaire", args=[objet.code]))]
    return [Geste("Ouvrir les contacts des caisses", reverse("conventions:contacts"))]


def _lien(libelle: str, nom: str, code: str) -> list[Geste]:
    try:
        return [Geste(libelle, reverse(nom, args=[code]))]
    except NoReverseMatch:
        return []


def _etape(convention: Convention, nom: str, libelle: str, genre: str) -> Geste:
    adresse = reverse("conventions:etape", args=[convention.identifiant, nom])
    return Geste(libelle, adresse, "post", genre)
