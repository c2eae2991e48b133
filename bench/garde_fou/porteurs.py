"""The texts around a number: short sentences, labels, long messages, tables, mark-up."""

import random
from collections.abc import Callable

SIMPLES = (
    "{}",
    "{}\n",
    " {} ",
    "Bonjour, {} merci",
    "Pour Mme Petit {} merci",
    "Voir {}.",
    "Dossier de M. Durand ({}) à revoir",
    "Durand Paul, {}, sans nouvelles depuis un mois",
    "Mme Leroy Anne {}",
    "il s'agit de {} il a déménagé",
    "Merci de regarder pour {} s'il vous plaît",
    "On me dit que {} a changé de caisse",
    "{} : rien reçu",
    "Identité : {}",
    "numéro {}",
    "n° {}",
    "son numéro est le {}",
    "assuré {} à rappeler",
    "{} la carte est perdue",
    "Je vous écris pour {}, si possible vite",
)
ETIQUETTES = (
    "n° sécu {}",
    "N° de sécurité sociale : {}",
    "NIR : {}",
    "NSS={}",
    "son numéro de sécurité sociale, que voici : {}",
    "immatriculation {}",
    "Numéro INSEE {}",
    "carte vitale n° {}",
    "{} (n° de sécu)",
    "{} est son numéro de sécurité sociale",
    "sécu de Monsieur, vu ensemble au guichet : {}",
    "matricule assuré : {}",
)
BALISES = (
    '{{"nom": "Durand", "numero": "{}"}}',
    "| Nom | Numéro |\n|---|---|\n| Durand | {} |",
    "**{}**",
    "`{}`",
    "- Durand\n- {}\n- Lille",
    "<td>{}</td>",
    "nom;prenom;numero\nDurand;Paul;{}",
    "nom,numero\nDurand,{}",
    "[{}](dossier)",
    "https://exemple.example/dossier?id={}",
    "numero={}&nom=Durand",
    '"{}"',
    "« {} »",
    "> {}",
)
VOISINS = (
    "Née le 12/03/1985 {} à rappeler",
    "{} tél. 06 12 34 56 78",
    "06 12 34 56 78 / {}",
    "tél. 06.12.34.56.78 - {}",
    "{}, né le 03/02/1990",
    "59000 Lille, {}",
    "12 rue des Lilas 75012 Paris {}",
    "{} 59000 Lille",
    "1. {}",
    "2) {}",
    "Demande EP-7KQ2-M9FX, {}",
    "SIRET 732 829 320 00074 ; {}",
    "{} (2 enfants)",
    "depuis 2021 {}",
    "montant 350,50 € pour {}",
    "le 3 mars à 14h30, {}",
    "commande de lunettes pour {}",
    "{} à rappeler au 0612345678 avant 17 h",
)
_PHRASES = (
    "Je vous contacte au sujet de la situation de Monsieur, reçu ce matin au guichet.",
    "Il attend une réponse depuis plusieurs semaines et ne comprend pas le refus.",
    "Le dossier a été envoyé en deux fois, le 12/03/2024 puis le 02/04/2024.",
    "Nous avons appelé le 36 46 sans succès.",
    "Merci de votre retour rapide.",
    "Le logement est au 12 rue des Lilas, 59000 Lille.",
    "Les ressources déclarées sont de 1 250,50 € par mois.",
)


def _parmi(modeles: tuple[str, ...]) -> Callable[[random.Random], tuple[str, str]]:
    def porter(alea: random.Random) -> tuple[str, str]:
        avant, apres = alea.choice(modeles).split("{}")
        return avant.replace("{{", "{"), apres.replace("}}", "}")

    return porter


def _discours(alea: random.Random, phrases: int) -> str:
    return " ".join(alea.choice(_PHRASES) for _ in range(phrases))


def _long(alea: random.Random) -> tuple[str, str]:
    """Put the number in the middle, at the start or at the end of a long message."""
    avant, apres = alea.choice(((20, 20), (40, 0), (0, 40), (5, 30)))
    return _discours(alea, avant) + " ", " " + _discours(alea, apres)


def _capitales(alea: random.Random) -> tuple[str, str]:
    avant, apres = alea.choice(SIMPLES).split("{}")
    return avant.upper(), apres.upper()


FAMILLES: dict[str, Callable[[random.Random], tuple[str, str]]] = {
    "porté : étiquette": _parmi(ETIQUETTES),
    "porté : balises, JSON, tableau": _parmi(BALISES),
    "porté : autres nombres à côté": _parmi(VOISINS),
    "porté : long message": _long,
    "porté : capitales": _capitales,
}
