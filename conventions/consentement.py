"""D-03: what the insured person accepts. A change of wording is a new version."""

VERSION = "2026-1"
TEXTES = {
    "2026-1": (
        "La personne concernée accepte que ses coordonnées soient transmises à sa caisse "
        "d'assurance maladie, afin que celle-ci puisse la contacter et l'accompagner."
    ),
}
