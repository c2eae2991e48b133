"""« Ce n'est pas une donnée de santé »: the guard's refusals, and what sets one aside (D-09).

A refusal is set aside for one exact text, by whoever gives a reason. A NIR never is; digits that
only look like one are, once their author says what they are (D-08).
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from portail import garde_fou
from portail.garde_fou.presentation import Genre, genre
from portail.garde_fou.resultats import Motif
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
    """What was posted beside a text; both are empty as long as nobody contested anything.

    `sante_admise` tells whether the caisse lets health refusals be contested.
    """

    champ: str
    empreinte: str
    raison: str
    sante_admise: bool

    @classmethod
    def postee(
        cls, champ: str, nom_html: str, donnees: Mapping[str, Any], *, sante_admise: bool
    ) -> "Contestation":
        """Read beside the field `champ`, sent under the name `nom_html`."""
        posee = donnees.get(nom_html + SUFFIXE_EMPREINTE) or ""
        raison = " ".join(str(donnees.get(nom_html + SUFFIXE_RAISON) or "").split())
        lisible = "".join(c for c in raison if c.isprintable())
        return cls(champ, str(posee), lisible, sante_admise)

    def porte_sur(self, texte: str) -> bool:
        return constant_time_compare(self.empreinte, empreinte(texte))

    def peut_lever(self, genres: Collection[str | None]) -> bool:
        """Tell whether such refusals may be set aside: a NIR never, health data if admitted."""
        return "nir" not in genres and (self.sante_admise or "sante" not in genres)


class RefusRaison(ValidationError):
    """What is wrong with the reason: told at its own input, not at the text's."""


def garder(
    texte: str, *, sante: bool = True, contestation: Contestation | None = None
) -> Levee | None:
    """Refuse a text that holds a NIR (D-08) or, with `sante`, health data (D-09).

    Raises `ValidationError`, one message per kind found (codes "nir", "numero", "sante"), each
    quoting the passage with its faulty part in `<mark>`. What is no certain NIR passes with a
    `contestation` of this very text and a fair reason, and is returned as a `Levee`; when only
    the reason is wrong, a `RefusRaison` comes last. Without one, a doubtful number is a NIR.
    """
    verdict = garde_fou.verifier(texte, sante=sante)
    if not verdict.est_bloquant:
        return None
    motifs = verdict.bloquants
    genres = dict.fromkeys(map(genre, motifs) if contestation else (m.type for m in motifs))
    refus = [_refuser(texte, motifs, genre_) for genre_ in genres]
    leve = contestation and contestation.peut_lever(genres) and contestation.porte_sur(texte)
    if contestation is None or not leve:
        raise ValidationError(refus)
    if erreur := _juger(contestation.raison, motifs):
        raise ValidationError([*refus, erreur])
    c = contestation
    return Levee(c.champ, texte, c.empreinte, c.raison, motifs)


def _juger(raison: str, contestes: Iterable[Motif]) -> RefusRaison | None:
    """What is wrong with a reason. It is guarded too, but for the words that it speaks of."""
    if not raison:
        return RefusRaison(
            "Dites pourquoi ces mots peuvent rester, ou modifiez le texte.",
            code="raison_absente",
        )
    if nirs := garde_fou.verifier(raison, sante=False).bloquants:
        return RefusRaison(_refuser(raison, nirs, "nir").message, code="nir")
    if sum(map(str.isalpha, raison)) < RAISON_MIN:
        return RefusRaison(
            "Cette explication est trop courte : dites en quelques mots pourquoi cela peut rester.",
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


def _refuser(texte: str, motifs: Iterable[Motif], genre_: Genre) -> ValidationError:
    concernes = [motif for motif in motifs if genre_ in (motif.type, genre(motif))]
    passages = _citer(texte, concernes)
    message = format_html("{} Passage concerné : {}", garde_fou.message(genre_), passages)
    return ValidationError(message, code=genre_)


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
    """What the page offers beside a text that was refused but may pass, or one that passed so.

    `numero` and `sante` tell what is at stake: digits, health data, or both. Without `admise`
    there is no way out but to change the text. `empreinte` and `raison` are what its two inputs
    hold; `a_confirmer` says that the reason was given for another text.
    """

    admise: bool
    numero: bool = False
    sante: bool = False
    acquise: bool = False
    empreinte: str = ""
    raison: str = ""
    erreurs: tuple[str, ...] = ()
    a_confirmer: bool = False


def sortie(
    texte: str, erreurs: Sequence[ValidationError], contestation: Contestation | None
) -> Sortie | None:
    """The way out to show beside this field; None when there is more than the guard's doubts."""
    codes = {erreur.code for erreur in erreurs if not isinstance(erreur, RefusRaison)}
    if contestation is None or codes - {"sante", "numero"}:
        return Sortie(admise=False) if codes == {"sante"} else None
    if not contestation.peut_lever(codes):
        return Sortie(admise=False)
    sienne, raison = contestation.porte_sur(texte), contestation.raison
    if not codes and not (sienne and raison):
        return None
    doutes = codes or {genre(motif) for motif in garde_fou.verifier(texte).bloquants}
    return Sortie(
        admise=True,
        numero="numero" in doutes,
        sante="sante" in doutes,
        acquise=not codes,
        empreinte=empreinte(texte),
        raison=raison,
        erreurs=tuple(erreur.messages[0] for erreur in erreurs if isinstance(erreur, RefusRaison)),
        a_confirmer=bool(raison) and not sienne,
    )
