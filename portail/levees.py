"""« Ce n'est pas une donnée de santé »: the guard's refusals, and what sets one aside (D-09).

A refusal is set aside for one exact text, by whoever gives a reason; a NIR never is (D-08).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from portail import garde_fou
from portail.garde_fou.resultats import Motif, TypeMotif
from portail.normalisation import cle_recherche

RAISON_MIN = 5  # letters
RAISON_MAX = 300  # characters
# Posted beside a text, after its own name: the keyed hash of what was refused, and why it stays.
SUFFIXE_EMPREINTE = "_levee"
SUFFIXE_RAISON = "_raison"


def empreinte(texte: str) -> str:
    """The keyed hash of this exact text, in hexadecimal: it tells nothing without the key."""
    return salted_hmac("portail.levees", texte, algorithm="sha256").hexdigest()


def a_confirmer(saisie: Mapping[str, Any]) -> dict[str, Any]:
    """What was typed, with the reasons but without what they were given for: to be asked anew."""
    return {nom: v for nom, v in saisie.items() if not nom.endswith(SUFFIXE_EMPREINTE)}


@dataclass(frozen=True, slots=True)
class Levee:
    """A text that passes although its words were taken for health data."""

    champ: str
    texte: str
    empreinte: str
    raison: str
    motifs: tuple[Motif, ...]


@dataclass(frozen=True, slots=True)
class Contestation:
    """What was posted beside a text; both are empty as long as nobody contested anything."""

    champ: str
    empreinte: str
    raison: str

    @classmethod
    def postee(cls, champ: str, nom_html: str, donnees: Mapping[str, Any]) -> "Contestation":
        """Read beside the field `champ`, sent under the name `nom_html`."""
        posee = donnees.get(nom_html + SUFFIXE_EMPREINTE) or ""
        raison = " ".join(str(donnees.get(nom_html + SUFFIXE_RAISON) or "").split())
        return cls(champ, str(posee), "".join(c for c in raison if c.isprintable()))

    def porte_sur(self, texte: str) -> bool:
        return constant_time_compare(self.empreinte, empreinte(texte))


class RefusRaison(ValidationError):
    """What is wrong with the reason: told at its own input, not at the text's."""


def garder(
    texte: str, *, sante: bool = True, contestation: Contestation | None = None
) -> Levee | None:
    """Refuse a text that holds a NIR (D-08) or, with `sante`, health data (D-09).

    Raises `ValidationError`, one message per kind found (codes "nir", "sante"), each quoting
    the passage with its faulty part in `<mark>`. Health data alone passes with a `contestation`
    of this very text and a fair reason, and is returned as a `Levee`; when only the reason is
    wrong, a `RefusRaison` comes last.
    """
    verdict = garde_fou.verifier(texte, sante=sante)
    if not verdict.est_bloquant:
        return None
    # Looked for alone as well: a health term could cover the first digits of a NIR.
    nirs = garde_fou.verifier(texte, sante=False).bloquants
    motifs = sorted({*verdict.bloquants, *nirs}, key=lambda motif: motif.debut)
    types = dict.fromkeys(motif.type for motif in motifs)
    refus = [_refuser(texte, motifs, type_) for type_ in types]
    if nirs or contestation is None or not contestation.porte_sur(texte):
        raise ValidationError(refus)
    if erreur := _juger(contestation.raison, motifs):
        raise ValidationError([*refus, erreur])
    c = contestation
    return Levee(c.champ, texte, c.empreinte, c.raison, tuple(motifs))


def _juger(raison: str, contestes: Iterable[Motif]) -> RefusRaison | None:
    """What is wrong with a reason. It is guarded too, but for the words that it speaks of."""
    if not raison:
        return RefusRaison(
            "Dites pourquoi ce n’est pas une donnée de santé, ou modifiez le texte.",
            code="raison_absente",
        )
    if nirs := garde_fou.verifier(raison, sante=False).bloquants:
        return RefusRaison(_refuser(raison, nirs, "nir").message, code="nir")
    if sum(map(str.isalpha, raison)) < RAISON_MIN:
        return RefusRaison(
            "Cette explication est trop courte : dites en quelques mots pourquoi ce n’est pas "
            "une donnée de santé.",
            code="raison_courte",
        )
    if len(raison) > RAISON_MAX:
        return RefusRaison(
            f"Cette explication compte {len(raison)} caractères, pour {RAISON_MAX} au maximum.",
            code="raison_longue",
        )
    return _juger_sante(raison, contestes)


def _juger_sante(raison: str, contestes: Iterable[Motif]) -> RefusRaison | None:
    admis = _mots(contestes)
    ajoutes = [
        motif for motif in garde_fou.verifier(raison).bloquants if not _mots([motif]) <= admis
    ]
    if not ajoutes:
        return None
    message = format_html(
        "Cette explication contient une autre donnée de santé : {}. Expliquez sans l’écrire.",
        _citer(raison, ajoutes),
    )
    return RefusRaison(message, code="sante")


def _mots(motifs: Iterable[Motif]) -> set[str]:
    return {mot for motif in motifs for mot in cle_recherche(motif.extrait).split()}


def _refuser(texte: str, motifs: Iterable[Motif], type_: TypeMotif) -> ValidationError:
    concernes = [motif for motif in motifs if motif.type == type_]
    passages = _citer(texte, concernes)
    message = format_html("{} Passage concerné : {}", garde_fou.message(type_), passages)
    return ValidationError(message, code=type_)


def _citer(texte: str, motifs: Iterable[Motif]) -> SafeString:
    passages = (marquer(segments) for segments in garde_fou.extraits(texte, motifs))
    return format_html_join(" ; ", "« {} »", ((passage,) for passage in passages))


def marquer(segments: Iterable[tuple[bool, str]]) -> SafeString:
    """A passage cut into [marked, text] segments, its marked parts in `<mark>`."""
    return format_html_join(
        "", "{}", ((format_html("<mark>{}</mark>", s) if marque else s,) for marque, s in segments)
    )


@dataclass(frozen=True, slots=True)
class Sortie:
    """What the page offers beside a text refused for health data, or one that passed so.

    Without `admise` there is no way out but to change the text. `empreinte` and `raison` are
    what its two inputs hold; `a_confirmer` says that the reason was given for another text.
    """

    admise: bool
    acquise: bool = False
    empreinte: str = ""
    raison: str = ""
    erreurs: tuple[str, ...] = ()
    a_confirmer: bool = False


def sortie(
    texte: str, erreurs: Sequence[ValidationError], contestation: Contestation | None
) -> Sortie | None:
    """The way out to show beside this field; None when health data is not the only matter."""
    codes = {erreur.code for erreur in erreurs if not isinstance(erreur, RefusRaison)}
    if codes == {"sante"} and contestation is None:
        return Sortie(admise=False)
    if contestation is None or codes - {"sante"}:
        return None
    sienne, raison = contestation.porte_sur(texte), contestation.raison
    if not codes and not (sienne and raison):
        return None
    return Sortie(
        admise=True,
        acquise=not codes,
        empreinte=empreinte(texte),
        raison=raison,
        erreurs=tuple(erreur.messages[0] for erreur in erreurs if isinstance(erreur, RefusRaison)),
        a_confirmer=bool(raison) and not sienne,
    )
