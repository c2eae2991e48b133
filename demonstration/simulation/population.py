"""Invented people: colleagues with a professional address, insured persons (D-02)."""

import random
import unicodedata
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from comptes.models import Civilite, Utilisateur

ELLES = (
    "Adèle Agathe Amina Anaïs Assia Bérénice Capucine Clémence Coralie Daphné Delphine Élodie "
    "Fanny Gaëlle Héloïse Inès Jeanne Kadiatou Leïla Louise Maëlle Nora Ophélie Pauline Rania "
    "Salomé Tiphaine Violette Yasmine Zoé"
).split()
EUX = (
    "Abel Adrien Alexis Anatole Basile Baptiste Célestin Damien Édouard Émile Fabien Gaspard "
    "Hakim Idriss Jules Karim Léon Malik Nathan Octave Pablo Quentin Rayan Samir Théo Ugo "
    "Valentin Wassim Yanis Zacharie"
).split()
NOMS = (
    "Abadie Bailleul Cauchy Delattre Escande Fournel Gaudin Hennebelle Imbert Jacquot Kerbrat "
    "Lamarque Morvan Nivelle Obry Pasquier Quesnel Roussel Saulnier Tellier Urbain Vasseur "
    "Wallart Ybert Zeller Bensaïd Camara Diallo Ferreira Ouali"
).split()
FONCTIONS = ("Travail social", "Accueil", "Accès aux droits", "Coordination")


class Population:
    """Nobody comes twice before everybody came."""

    def __init__(self, hasard: random.Random) -> None:
        self.hasard = hasard
        self._suivant = self._tous()
        self._rang = 0

    def identite(self, domaine: str) -> dict[str, Any]:
        """Somebody who works there, as the forms of H-02 and H-03 ask for them."""
        civilite, prenom, nom = next(self._suivant)
        self._rang += 1
        return {
            "civilite": civilite,
            "prenom": prenom,
            "nom": nom,
            "fonction": self.hasard.choice(FONCTIONS),
            "telephone": f"03 53 01 {self._rang // 100 % 100:02d} {self._rang % 100:02d}",
            "email": f"{_plat(prenom)}.{_plat(nom)}{self._rang}@{domaine}",
        }

    def technicien(self, domaine: str) -> dict[str, Any]:
        statut = self.hasard.choice(Utilisateur.Statut.values)
        return {**self.identite(domaine), "statut": statut}

    def assure(self) -> dict[str, Any]:
        """Whom a request is about."""
        civilite, prenom, nom = next(self._suivant)
        self._rang += 1
        return {
            "civilite": civilite,
            "prenom": prenom,
            "nom": nom,
            "date_naissance": date(1935, 1, 1) + timedelta(days=self.hasard.randint(0, 25_000)),
            "lieu_naissance": self.hasard.choice(["59", "62", "80", "Portugal", "Algérie"]),
            "departement_residence": self.hasard.choice(["59", "62"]),
            "telephone": f"06 39 98 {self._rang // 100 % 100:02d} {self._rang % 100:02d}",
        }

    def _tous(self) -> Iterator[tuple[str, str, str]]:
        tous = [
            (civilite, prenom, nom)
            for civilite, prenoms in ((Civilite.MADAME, ELLES), (Civilite.MONSIEUR, EUX))
            for prenom in prenoms
            for nom in NOMS
        ]
        while True:
            self.hasard.shuffle(tous)
            yield from tous


def _plat(texte: str) -> str:
    plat = unicodedata.normalize("NFKD", texte.lower())
    return "".join(c for c in plat if not unicodedata.combining(c))
