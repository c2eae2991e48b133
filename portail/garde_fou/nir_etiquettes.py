"""The words around a number: those that name a NIR, and those that name something else."""

from bisect import bisect_left
from typing import NamedTuple

from .mots import Mot

_PORTEE_AVANT = 60
_PORTEE_APRES = 30
_MOTS_VUS = 14
_CHIFFRES_ENTRE = 8
_LIAISONS_VUES = 3
_DOSSIERS = ("dossier", "dossiers", "demande", "demandes")
NIR, AUTRE, ANNONCE, LIAISON, NOM, INCONNU = range(6)
_TOLERANCE = 1  # how many capitalised words may stand between a label and its number

_MOTS_NIR = frozenset(
    """nir nss nia secu nsecu nosecu numsecu nss noss insee immat immatriculation immatricule
    immatriculee matricule vitale securitesociale numsecu numerosecu""".split()
)
_SUITES_NIR = frozenset(
    tuple(suite.split())
    for suite in """securite sociale|securite social|securite soc|n ss|no ss|num ss|numero ss
    |n assure|no assure|num assure|numero assure|d assure|assure social|assuree sociale
    |n i r|n s s""".replace("\n", "").split("|")
)
_SUITES_AUTRES = frozenset({("france", "travail"), ("pole", "emploi")})
_MOTS_AUTRES = frozenset(
    """commande commandes facture factures colis suivi siret siren rpps finess adeli iban rib bic
    tel telephone portable mobile fax devis contrat contrats mandat cheque transaction virement ean
    gtin isbn imei barres barre reference references ref fiscal spi impots allocataire caf ticket
    incident compte recommande recommandes bordereau tva agrement licence serie lot article lrar
    police mutuelle adherent client echeance quittance envoi expedition livraison tracking agdref
    etranger sejour passeport pdl prm rae compteur edf gdf engie permis ine amende contravention
    avis abonne abonnement chronopost colissimo ups dhl iccid sim badge operation paiement
    prelevement bulletin rcs""".split()
)
_CIVILITES = frozenset("m mr mme mlle monsieur madame mademoiselle dr assure assuree".split())
_LIAISONS = frozenset(
    """n no nos num numero numeros nb nr de du des d la le les l un une ma mon mes ta ton sa son ses
    votre vos notre nos leur est sont sous et ou a au aux en par date code id identifiant est passee
    recue recu envoye envoyee livree livre expedie expediee impaye impayee payee suivant suivante
    ci dessous c voici assurance""".split()
)
_ANNONCES = frozenset("n no num numero nr".split())


class Etiquettes:
    """Tells which label a number bears, from the words just before it or just after."""

    def __init__(self, mots: list[Mot]) -> None:
        self.debuts = [mot.debut for mot in mots]
        self.mots = _reconnaitre(mots)
        self._avant: dict[int, bool | None] = {}
        self._apres: dict[int, bool] = {}

    def avant(self, position: int) -> bool | None:
        """Tell whether the label before this position names a NIR; None without a label.

        A label names a number from a short distance, through linking words; one that has its own
        number in between (« tél. 06… ») names nothing here.
        """
        dernier = bisect_left(self.debuts, position) - 1
        if dernier not in self._avant:
            self._avant[dernier] = self._chercher_avant(dernier, position)
        return self._avant[dernier]

    def _chercher_avant(self, dernier: int, position: int) -> bool | None:
        inconnus, chiffres = 0, 0
        tolere = _TOLERANCE + (dernier >= 0 and self.mots[dernier].role == ANNONCE)
        for i in range(dernier, max(dernier - _MOTS_VUS, -1), -1):
            mot = self.mots[i]
            if position - self.debuts[i] > _PORTEE_AVANT or chiffres > _CHIFFRES_ENTRE:
                return None
            if mot.role == NIR:
                return True
            if mot.role == AUTRE and inconnus <= tolere:
                return False
            chiffres += mot.chiffres
            if mot.role >= NOM:
                inconnus += 1 if mot.role == NOM else tolere + 1
        return None

    def apres(self, position: int) -> bool:
        """Tell whether the first label just after this position is one of a NIR."""
        debut = bisect_left(self.debuts, position)
        if debut not in self._apres:
            self._apres[debut] = self._chercher_apres(debut, position)
        return self._apres[debut]

    def _chercher_apres(self, debut: int, position: int) -> bool:
        for i in range(debut, min(debut + _MOTS_VUS, len(self.mots))):
            if self.debuts[i] - position > _PORTEE_APRES:
                return False
            if self.mots[i].role in (NIR, AUTRE):
                return self.mots[i].role == NIR
        return False

    def annonce_un_dossier(self, position: int) -> bool:
        """Tell whether « dossier n° » or « demande » stands right before this position."""
        i = bisect_left(self.debuts, position) - 1
        for mot in reversed(self.mots[max(0, i - _LIAISONS_VUES) : i + 1]):
            if mot.role not in (LIAISON, ANNONCE):
                return mot.forme in _DOSSIERS
        return False


class _Reconnu(NamedTuple):
    role: int
    chiffres: int
    forme: str


def _reconnaitre(mots: list[Mot]) -> list[_Reconnu]:
    """Tell the part that each word plays, and how many digits it holds."""
    lus: dict[tuple[str, bool], _Reconnu] = {}
    sortie = []
    precedents = ("", "")
    for mot in mots:
        cle = (mot.forme, mot.capitale)
        if cle not in lus:
            forme = _partie_lettres(mot.forme)
            lus[cle] = _Reconnu(_role(forme, mot.capitale), sum(map(str.isdigit, mot.forme)), forme)
        reconnu = lus[cle]
        suites = (precedents[1], reconnu.forme), (*precedents, reconnu.forme)
        if not _SUITES_NIR.isdisjoint(suites):
            reconnu = reconnu._replace(role=NIR)
        elif not _SUITES_AUTRES.isdisjoint(suites):
            reconnu = reconnu._replace(role=AUTRE)
        sortie.append(reconnu)
        precedents = (precedents[1], reconnu.forme)
    return sortie


def _role(forme: str, capitale: bool) -> int:
    if forme in _MOTS_NIR or forme.endswith("secu"):
        return NIR
    if forme in _MOTS_AUTRES:
        return AUTRE
    if forme in _ANNONCES:
        return ANNONCE
    if not forme or forme in _LIAISONS:
        return LIAISON
    return NOM if capitale and forme not in _CIVILITES else INCONNU


def _partie_lettres(forme: str) -> str:
    """Return the letters before the first digit: « nss185… » still says « nss »."""
    if forme.isalpha():
        return forme
    return forme[: next((i for i, c in enumerate(forme) if not c.isalpha()), len(forme))]
