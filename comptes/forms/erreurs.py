"""What an action refused, told at the fields of the form."""

from django.core.exceptions import ValidationError

from portail.formulaires import Formulaire


def reporter(form: Formulaire, erreur: ValidationError) -> None:
    """Each refusal at its field; one that has none here, above the form."""
    par_champ = getattr(erreur, "error_dict", None) or {"": erreur.error_list}
    for nom, erreurs in par_champ.items():
        for refus in erreurs:
            form.add_error(nom if nom in form.fields else None, refus.messages)
