"""The check while typing: what will stop a text is told before it is sent (D-08, D-09).

A courtesy of the screens: the forms decide at submission. Nothing is stored, traced or logged.
"""

from typing import Any

from django.db import transaction
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from portail import garde_fou
from portail.garde_fou import presentation
from portail.garde_fou.categories import libelle

LONGUEUR_MAX = 20_000  # characters; no field takes as many
TROP_LONG = "Ce texte est trop long pour être vérifié pendant la saisie : raccourcissez-le."


@require_POST
@never_cache
@sensitive_post_parameters()
@transaction.non_atomic_requests
def verifier(request: HttpRequest) -> JsonResponse:
    """Check the posted `texte`. 413 beyond 20,000 characters.

    `sante=0` looks for NIRs only; `recours=0` tells that the field takes no explanation.
    """
    texte = request.POST.get("texte", "")
    if len(texte) > LONGUEUR_MAX:
        return JsonResponse({"raison": TROP_LONG}, status=413)
    sante = request.POST.get("sante") != "0"
    verdict = garde_fou.verifier(texte, sante=sante)
    confirmable = sante and request.POST.get("recours") != "0"
    return JsonResponse(presenter(texte, verdict, confirmable=confirmable))


def presenter(
    texte: str, verdict: garde_fou.Verdict, *, confirmable: bool = True
) -> dict[str, Any]:
    """What the page shows of a verdict: the text cut into segments, one message per kind.

    The segments joined give the text back; the `explications` of a message follow the order of
    the segments of its `genre`. Where nothing can be confirmed, a doubtful number is a NIR.
    """

    def genre_de(motif: garde_fou.Motif) -> presentation.Genre:
        genre = presentation.genre(motif)
        return "nir" if genre == "numero" and not confirmable else genre

    segments = [
        {"texte": morceau, "genre": motif and genre_de(motif)}
        for motif, morceau in presentation.decouper(texte, verdict.motifs)
    ]
    explications: dict[presentation.Genre, list[str]] = {}
    for motif in verdict.motifs:
        explications.setdefault(genre_de(motif), []).append(libelle(motif.categorie))
    messages = [
        {"genre": genre, "texte": presentation.message(genre), "explications": explications[genre]}
        for genre in presentation.GENRES
        if genre in explications
    ]
    return {"verdict": verdict.verdict, "segments": segments, "messages": messages}
