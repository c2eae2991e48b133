"""How many, in French, as a noun agrees with its number."""

from portail.templatetags.portail import nombre as en_chiffres


def denombrer(nombre: int, un: str, plusieurs: str) -> str:
    """« Aucune demande close », « 1 demande close », « 1 200 demandes closes ».

    `un` comes with its article, which tells its gender: « une demande close ».
    """
    article, _, nom = un.partition(" ")
    if nombre == 0:
        return f"Auc{article} {nom}"
    return f"{en_chiffres(nombre)}\u00a0{nom if nombre == 1 else plusieurs}"
