"""CPAM de la Loire: the CCAS de Montbrison and an invented hospital. Invented people."""

from demonstration.agenda import heures, ouvres, presque
from demonstration.recit import (
    Dossier,
    Personne,
    bilan,
    close,
    complement,
    engage,
    jointe,
    lecture,
    mas,
    message,
    note,
    plan,
    prise,
    recontact,
    remise,
    reponse,
    reponse_contestee,
    tentative,
)

CAISSE = "cpam-loire"
BAPTISTE, JACQUELINE = "baptiste.chomat", "jacqueline.rolland-pons"
MATHILDE, HUGO = "mathilde.goutagny", "hugo.bernardin"
MAXIME, THI_MAI = "maxime.perrichon", "thi-mai.nguyen"

DOSSIERS = (
    # Closed for longer than this convention keeps it: the first sweep anonymises it (G-04).
    Dossier(
        CAISSE,
        JACQUELINE,
        MAXIME,
        Personne("madame", "Léonie", "Vialatte", "22/08/1962", "63", "42"),
        "suivi",
        "Madame a envoyé un changement d’adresse au début du mois et n’a reçu aucune confirmation.",
        ouvres(56),
        (prise(1), close(2, "information", "L’adresse est à jour depuis ce matin."), lecture(1)),
    ),
    Dossier(
        CAISSE,
        BAPTISTE,
        MAXIME,
        Personne("monsieur", "Louis-Marie", "Granjon", "13/07/1953", "42", "42"),
        "mas",
        "Monsieur vit en moyenne montagne, sans permis. Il a renoncé à changer d’équipement faute "
        "de savoir ce qui serait remboursé.",
        ouvres(42),
        (
            prise(1),
            jointe(0),
            bilan(3),
            recontact(3),
            plan(1),
            engage(2),
            note(5, "Transport du village organisé par le CCAS le premier mardi du mois."),
            close(9, "soins", "L’équipement est livré. Monsieur est satisfait du trajet proposé."),
            lecture(1),
        ),
        mas("soins", soins="dispositif", depuis="plus_2_ans", causes="transport reste_a_charge"),
    ),
    Dossier(
        CAISSE,
        JACQUELINE,
        THI_MAI,
        Personne("madame", "Djamila", "Ferhat", "06/12/1970", "42", "42"),
        "mas",
        "Madame aide sa sœur à temps plein et vit de peu. Elle a cessé ses démarches après deux "
        "refus qu’elle n’a pas contestés.",
        ouvres(26),
        (
            prise(1),
            jointe(1),
            bilan(4),
            recontact(2),
            plan(2),
            engage(3),
            message(
                4, "Le recours est envoyé ; une aide exceptionnelle est demandée en parallèle."
            ),
            lecture(2),
        ),
        mas("droits", "social", causes="droits demarches"),
        pieces=("avis_imposition.pdf",),
    ),
    Dossier(
        CAISSE,
        MATHILDE,
        MAXIME,
        Personne("monsieur", "Adrián", "Castillo", "27/02/1988", "Espagne", "42"),
        "mas",
        "Rencontré à la permanence sociale de l’établissement. Monsieur n’a pas de domicile fixe ; "
        "une domiciliation au CCAS est en cours.",
        ouvres(13),
        (
            prise(1),
            jointe(0, "accueil"),
            bilan(4),
            complement(1, "La domiciliation est-elle signée ?"),
            lecture(1),
            reponse(2, "Oui, depuis ce matin. Je vous joins l’attestation dès que je l’ai."),
            reponse_contestee(
                0,
                "Il sera au stand de Vaincre la mucoviscidose samedi, vous pourrez le croiser.",
                "C’est une association dont il est bénévole.",
            ),
        ),
        mas("droits", "social", causes="droits"),
    ),
    Dossier(
        CAISSE,
        HUGO,
        MAXIME,
        Personne("madame", "Régine", "Peyrard", "09/04/1956", "43", "42"),
        "mas",
        "Madame rentre chez elle en fin de semaine et ses droits sont suspendus pour une pièce "
        "manquante. Sa fille peut la transmettre dans la journée.",
        presque(48),
        (),
        mas("droits", causes="droits"),
        urgente=True,
    ),
    Dossier(
        CAISSE,
        BAPTISTE,
        THI_MAI,
        Personne("monsieur", "Quentin", "Verney", "21/11/1996", "69", "42"),
        "droits",
        "Monsieur, intérimaire, passe d’un organisme à l’autre selon ses missions. Il demande un "
        "relevé de ses droits sur les deux dernières années.",
        heures(9),
        (),
    ),
    Dossier(
        CAISSE,
        JACQUELINE,
        THI_MAI,
        Personne("madame", "Hawa", "Sissoko", "30/06/1981", "Mali", "42"),
        "mas",
        "Madame travaille tôt le matin et tard le soir. Elle demande à être rappelée entre midi et "
        "deux. Son dernier médecin a fermé son cabinet.",
        ouvres(5),
        (
            prise(1),
            tentative(0),
            tentative(1),
            note(0, "Fin de mon remplacement : je remets la demande dans la file."),
            remise(0),
        ),
        mas("soins", soins="consultation", depuis="de_3_mois_a_1_an", causes="delais"),
    ),
    Dossier(
        CAISSE,
        MATHILDE,
        MAXIME,
        Personne("monsieur", "Firmin", "Chazal", "02/10/1939", "42", "42"),
        "suivi",
        "La famille demande où en est la prise en charge déposée le mois dernier. Le numéro de "
        "dossier figure sur la pièce jointe.",
        ouvres(15),
        (
            prise(1),
            message(1, "Le dossier est complet, il est à l’étude."),
            lecture(1),
            close(2, "information", "L’accord est parti hier par courrier."),
        ),
        pieces=("attestation_droits.pdf",),
    ),
)
