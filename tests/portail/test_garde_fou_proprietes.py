import sys
from collections.abc import Callable
from itertools import pairwise
from types import FrameType

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from portail.garde_fou import Verdict, extraits, surligner, verifier

SEPARATEURS = [
    *" .-/'’–—_·\u00a0\u202f\u2009\u3000\u200b\u2060\ufeff\u00ad",
    "\n",
    "\r\n",
    "  ",
    " - ",
]
SOSIES = {"0": "0Oo", "1": "1Il", "5": "5S"}
MOTS = ["Bonjour,", "le dossier de M. Durand", "à revoir ;", "merci", "(urgent)", "cf.\n", "Née"]


@st.composite
def nirs(draw: st.DrawFn) -> str:
    """Draw a number with its structure and its key, computed here."""
    numero = (
        draw(st.sampled_from("123478"))
        + f"{draw(st.integers(0, 99)):02d}"
        + f"{draw(st.integers(1, 12)):02d}"
        + draw(st.sampled_from([*(f"{d:02d}" for d in range(1, 100)), "2A", "2B"]))
        + f"{draw(st.integers(1, 999)):03d}"
        + f"{draw(st.integers(1, 999)):03d}"
    )
    chiffres = numero.replace("2A", "19").replace("2B", "18")
    return f"{numero}{97 - int(chiffres) % 97:02d}"


@st.composite
def deguisements(draw: st.DrawFn) -> str:
    """Draw a number with separators anywhere and look-alikes for any of its digits."""
    numero = draw(nirs())
    coupes = draw(st.sets(st.integers(1, 14)))
    morceaux = []
    for i, caractere in enumerate(numero):
        pleine_chasse = chr(0xFF10 + int(caractere)) if caractere.isdigit() else caractere.lower()
        choix = SOSIES.get(caractere, caractere) + pleine_chasse
        separateur = draw(st.sampled_from(SEPARATEURS)) if i in coupes else ""
        morceaux.append(separateur + draw(st.sampled_from(choix)))
    return "".join(morceaux)


textes = st.lists(st.sampled_from(MOTS), max_size=4).map(" ".join)


@pytest.mark.regle("D-08")
@settings(max_examples=300, deadline=None)
@given(avant=textes, deguise=deguisements(), apres=textes)
def test_no_disguise_hides_a_number_anywhere(avant, deguise, apres):
    texte = f"{avant} {deguise} {apres}"
    verdict = verifier(texte, sante=False)
    assert verdict.verdict == "bloque"
    assert chiffres_surlignes(texte, verdict, len(avant) + 1, deguise)


def chiffres_surlignes(texte: str, verdict: Verdict, debut: int, deguise: str) -> bool:
    """Tell whether every character of the number stands in a refused span."""
    positions = {debut + i for i, c in enumerate(deguise) if c.isalnum()}
    spans = [range(m.debut, m.fin) for m in verdict.bloquants]
    return bool(positions) and all(any(p in span for span in spans) for p in positions)


GROUPES = [(1, 3, 5, 7, 10), range(1, 13), range(1, 13, 2), (7,), (3, 7, 10), (1, 7, 10), ()]


@pytest.mark.regle("D-08")
@settings(max_examples=300, deadline=None)
@given(
    avant=textes,
    nir=nirs(),
    bornes=st.sampled_from(GROUPES),
    separateur=st.sampled_from([*SEPARATEURS, "\t", ", ", "#"]),
    apres=textes,
)
def test_thirteen_digits_without_key_or_label_are_stopped(avant, nir, bornes, separateur, apres):
    deguise = separateur.join(nir[d:f] for d, f in pairwise([0, *bornes, 13]))
    texte = f"{avant} {deguise} {apres}"
    verdict = verifier(texte, sante=False)
    assert verdict.est_bloquant
    assert chiffres_surlignes(texte, verdict, len(avant) + 1, deguise)


UNITES = "zéro un deux trois quatre cinq six sept huit neuf".split()


@pytest.mark.regle("D-08")
@settings(max_examples=200, deadline=None)
@given(avant=textes, nir=nirs(), ecrits=st.sets(st.integers(0, 11)), apres=textes)
def test_digits_in_words_hide_no_number(avant, nir, ecrits, apres):
    deguise = " ".join(
        UNITES[int(c)] if i in ecrits and c.isdigit() else c for i, c in enumerate(nir)
    )
    texte = f"{avant} {deguise} {apres}"
    verdict = verifier(texte, sante=False)
    assert verdict.verdict == "bloque"
    assert chiffres_surlignes(texte, verdict, len(avant) + 1, deguise)


@pytest.mark.regle("D-08")
@settings(max_examples=200, deadline=None)
@given(
    mot=st.sampled_from("NIR nss n° secu: dossier_ x".split()),
    nir=nirs(),
    lettres=st.sets(st.sampled_from(["0O", "1l", "5S", "8B", "2Z", "6G"])),
    longueur=st.sampled_from([13, 15]),
)
def test_a_number_glued_to_a_word_is_stopped(mot, nir, lettres, longueur):
    deguise = nir[:longueur]
    assume("A" not in deguise and "B" not in deguise)
    fin = deguise[6:]  # the look-alikes stay apart from the word, true digits begin the number
    for chiffre, lettre in sorted(lettres):
        fin = fin.replace(chiffre, lettre)
    verdict = verifier(f"{mot}{deguise[:6]}{fin} svp", sante=False)
    assert verdict.est_bloquant
    assert verdict.motifs[0].fin == len(f"{mot}{deguise}")


@pytest.mark.regle("D-08")
@settings(max_examples=200, deadline=None)
@given(texte=st.text("abcdefghijklmnopqrstuvwxyzéèà ,;:!?\n", max_size=300), nir=nirs())
def test_letters_alone_are_never_a_number(texte, nir):
    assert verifier(texte, sante=False).verdict == "ok"
    assert verifier(f"{texte} {nir} {texte}", sante=False).verdict == "bloque"


TELEPHONES = st.from_regex(r"0[1-9]([ .-]?)\d\d(\1\d\d){3}", fullmatch=True)


@pytest.mark.regle("D-08")
@settings(max_examples=200, deadline=None)
@given(st.lists(TELEPHONES, min_size=1, max_size=3))
def test_phone_numbers_are_never_a_number(telephones):
    assert verifier(" ou ".join(telephones), sante=False).verdict == "ok"


melanges = st.text(
    st.one_of(st.characters(), st.sampled_from("0123456789OIlS .-/\u200b\u0301'’AB")), max_size=400
)
phrases = st.lists(
    st.sampled_from(
        "Mme cancer d i a b e t e rue de l’Hôpital sourd à nos 1 85 03 99 123 001 46 clé . ALD "
        "maladie CANCER du sein enceinte — \u200b n° sécu 06".split(" ")
    ),
    max_size=40,
).map(" ".join)


@settings(max_examples=300, deadline=None)
@given(st.one_of(melanges, phrases))
def test_any_text_is_checked_and_spans_point_at_their_words(texte):
    verdict = verifier(texte)
    fin_precedente = 0
    for motif in verdict.motifs:
        assert fin_precedente <= motif.debut < motif.fin <= len(texte)
        assert motif.extrait == texte[motif.debut : motif.fin]
        assert motif.extrait.strip() == motif.extrait
        fin_precedente = motif.fin
    assert (verdict.verdict == "ok") == (not verdict.motifs)
    segments = surligner(texte, verdict.motifs)
    assert "".join(morceau for _, morceau in segments) == texte
    assert [morceau for marque, morceau in segments if marque] == [
        m.extrait for m in verdict.motifs
    ]
    assert sum(
        marque for extrait in extraits(texte, verdict.motifs) for marque, _ in extrait
    ) == len(verdict.motifs)


def lignes_executees(action: Callable[[], object]) -> int:
    """Count the lines of the package that an action runs: its work, whatever the machine."""
    compte = 0

    def tracer(cadre: FrameType, evenement: str, _argument: object) -> object:
        nonlocal compte
        if "garde_fou" not in cadre.f_code.co_filename:
            return None
        compte += evenement == "line"
        return tracer

    precedent = sys.gettrace()
    sys.settrace(tracer)
    try:
        action()
    finally:
        sys.settrace(precedent)
    return compte


HOSTILES = [
    "1",
    "1 ",
    "1 85 03 99 123 001 ",
    "06 12 34 56 78 ",
    "l",
    "l ",
    "OIlS ",
    "a ",
    "a-",
    "é",
    "\u200b",
    "1\u200b",
    "cancer ",
    "cancer de la de ",
    "maladie de ",
    "il ne peut plus ",
    "Mme ",
    "rue de la ",
    "FR76 3000 ",
    "EP-1234-",
    "1 | ",
    "|1",
    "un ",
    "vingt et ",
    "quatre-vingt-",
    "zéro ",
    "2B",
    "1.",
    "|2",
    "12 ",
    "1 85 03 99 123 001|",
    "e\u0301\u0301",
    "１",
    "commande n° 1850399123001 ",
    "1850399123001 clé ",
    "n° sécu ",
    "perdu ses ",
    "shizophrènne ",
    "de ",
    "( ",
]


@pytest.mark.parametrize("motif", HOSTILES)
def test_the_work_grows_no_faster_than_the_text(motif):
    verifier("échauffement : 1850399123001")
    petit, grand = (motif * (taille // len(motif)) for taille in (1_000, 4_000))
    travail_petit = lignes_executees(lambda: verifier(petit))
    travail_grand = lignes_executees(lambda: verifier(grand))
    assert travail_grand <= 4.4 * travail_petit + 500


def test_a_long_hostile_text_is_checked_to_its_end():
    texte = "1 " * 20_000 + "l" * 20_000 + " cancer"
    assert verifier(texte).motifs[-1].extrait == "cancer"
