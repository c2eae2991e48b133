"""Measures the guard: `make bench-garde-fou`, or `python -m bench.garde_fou.mesurer`.

`--json` writes the figures for a machine; `--ecarts` lists the texts of `reglage/` that were
judged wrongly, never those of `mesure/`, which nobody tunes on.
"""

import argparse
import json
import time
from collections import Counter
from typing import Any

from portail.garde_fou import verifier

from . import corpus, couts, nir, nombres

GRAINE = 20_241_122
PAR_FAMILLE = 200
ORDINAIRES = 20_000
LONGS = 200
HOSTILE = 10_000
DOSSIERS = ("reglage", "mesure")


def main() -> None:
    options = _options()
    debut = time.perf_counter()
    lus = {nom: corpus.lire(nom) for nom in DOSSIERS}
    scores = {nom: corpus.noter(lignes, _est_arrete) for nom, lignes in lus.items()}
    resultats: dict[str, Any] = {
        "graine": GRAINE,
        "nir": mesurer_nir(),
        "sante": {nom: _resumer(score, len(lus[nom])) for nom, score in scores.items()},
        "couts": mesurer_couts([ligne.texte for lignes in lus.values() for ligne in lignes]),
    }
    resultats["duree_s"] = time.perf_counter() - debut
    if options.json:
        print(json.dumps(resultats, ensure_ascii=False, indent=2))
    else:
        _imprimer(resultats)
    if options.ecarts:
        _imprimer_ecarts(scores["reglage"])


def _options() -> argparse.Namespace:
    lecteur = argparse.ArgumentParser(description="Measure the guard.")
    lecteur.add_argument("--json", action="store_true", help="figures for a machine")
    lecteur.add_argument("--ecarts", action="store_true", help="list the misses of reglage/")
    return lecteur.parse_args()


def _est_arrete(texte: str) -> bool:
    return verifier(texte).est_bloquant


def mesurer_nir() -> dict[str, Any]:
    """Return the recall per disguise, in percent, and the false blocks per 10,000 texts."""
    textes, arretes, couverts = Counter[str](), Counter[str](), 0
    for cas in nir.cas(GRAINE, PAR_FAMILLE):
        verdict = verifier(cas.texte, sante=False)
        textes[cas.famille] += 1
        arretes[cas.famille] += verdict.est_bloquant
        couverts += any(m.debut < cas.fin and m.fin > cas.debut for m in verdict.bloquants)
    faux = [t for t in nombres.textes(GRAINE, ORDINAIRES) if _arrete_un_nombre(t.texte)]
    return {
        "familles": {nom: 100 * arretes[nom] / total for nom, total in textes.items()},
        "rappel": 100 * arretes.total() / textes.total(),
        "surlignes": 100 * couverts / textes.total(),
        "textes": textes.total(),
        "faux_pour_10000": 10_000 * len(faux) / ORDINAIRES,
        "genres_des_faux": dict(Counter(g for t in faux for g in t.genres.split(" + "))),
        "ordinaires": ORDINAIRES,
    }


def _arrete_un_nombre(texte: str) -> bool:
    return verifier(texte, sante=False).est_bloquant


def _resumer(score: corpus.Score, textes: int) -> dict[str, Any]:
    return {
        "textes": textes,
        "precision": score.precision,
        "arretes": {attendu: score.part(attendu) for attendu in corpus.ATTENDUS},
        "par_categorie": {
            attendu: {nom: score.part(attendu, nom) for nom in score.categories(attendu)}
            for attendu in corpus.A_ARRETER
        },
    }


def mesurer_couts(textes: list[str]) -> dict[str, Any]:
    """Return milliseconds per text, the growth on hostile texts, and the memory."""
    verifier("échauffement")
    courts = couts.durees(verifier, textes[:2_000])
    longs = couts.durees(verifier, couts.longs_textes(textes, LONGS, GRAINE))
    return {
        "courts_ms": {"mediane": couts.quantile(courts, 0.5), "p99": couts.quantile(courts, 0.99)},
        "longs_ms": {"mediane": couts.quantile(longs, 0.5), "p99": couts.quantile(longs, 0.99)},
        "hostiles": {
            nom: dict(
                zip(("ms", "rapport"), couts.croissance(verifier, motif, HOSTILE), strict=True)
            )
            for nom, motif in couts.HOSTILES.items()
        },
        "charge": couts.charge(),
        "rss_du_banc_mo": couts.rss_mo(),
    }


def _imprimer(resultats: dict[str, Any]) -> None:
    print(f"seed {resultats['graine']}")
    _imprimer_nir(resultats["nir"])
    for nom, score in resultats["sante"].items():
        _imprimer_sante(nom, score)
    _imprimer_couts(resultats["couts"])
    print(f"\nmeasured in {resultats['duree_s']:.0f} s")


def _imprimer_nir(mesure: dict[str, Any]) -> None:
    print(f"\nNIR: recall in %, per disguise ({mesure['textes']} texts)")
    for famille, rappel in mesure["familles"].items():
        print(f"  {famille:<44}{rappel:7.1f}")
    print(f"  {'all disguises (target 99.5)':<44}{mesure['rappel']:7.2f}")
    print(f"  {'span on the digits':<44}{mesure['surlignes']:7.2f}")
    print(
        f"NIR: {mesure['faux_pour_10000']:.1f} false blocks per 10,000 ordinary texts "
        f"({mesure['ordinaires']} texts, target 1) {mesure['genres_des_faux'] or ''}"
    )


def _imprimer_sante(nom: str, score: dict[str, Any]) -> None:
    print(f"\nhealth, {nom}/: {score['textes']} texts")
    for attendu, categories in score["par_categorie"].items():
        for categorie, rappel in categories.items():
            print(f"  {attendu + ' · ' + categorie:<44}{rappel:7.1f}")
    for attendu, part in score["arretes"].items():
        if part is not None:
            print(f"  {attendu + ' stopped, %':<44}{part:7.1f}")
    if score["precision"] is not None:
        print(f"  {'precision, %':<44}{score['precision']:7.1f}")


def _imprimer_couts(mesure: dict[str, Any]) -> None:
    print("\nms per text: median, p99")
    for cle, nom in (("courts_ms", "texts of the corpora"), ("longs_ms", "5,000 characters")):
        print(f"  {nom:<44}{mesure[cle]['mediane']:7.2f}{mesure[cle]['p99']:9.2f}")
    print(f"hostile texts: ms for {2 * HOSTILE} characters, ratio to half as many")
    for nom, hostile in mesure["hostiles"].items():
        print(f"  {nom:<44}{hostile['ms']:7.0f}{hostile['rapport']:9.1f}")
    charge = mesure["charge"]
    print(
        f"load {charge['charge_s']:.2f} s (import {charge['import_s']:.2f} s), "
        f"memory {charge['tracemalloc_mo']:.1f} MB traced, "
        f"RSS {charge['rss_mo']:.0f} MB (bare Python {charge['rss_avant_mo']:.0f} MB), "
        f"this bench {mesure['rss_du_banc_mo']:.0f} MB"
    )


def _imprimer_ecarts(score: corpus.Score) -> None:
    """List the texts of reglage/ judged wrongly; hints stopped are among them."""
    print(f"\n{len(score.ecarts)} texts of reglage/ judged wrongly")
    for ligne in score.ecarts:
        print(f"  {ligne.attendu:<10} {ligne.categorie:<18} {ligne.fichier:<20} {ligne.texte!r}")


if __name__ == "__main__":
    main()
