"""CPAM de la Côte-d’Or: three bodies of Dijon under one convention. Invented people."""

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
    note_contestee,
    plan,
    prise,
    recontact,
    remise,
    reponse,
    tentative,
)

CAISSE = "cpam-cote-or"
NOLWENN, PIERRE_YVES, CECILE = "nolwenn.garnier-lopes", "pierre-yves.marechal", "cecile.aubertin"
TAREK, FRANCOISE, HUGO = "tarek.meziane", "francoise.jobard", "hugo.bernardin"
PRISCILLA, ANNE_LISE = "priscilla.morizot", "anne-lise.grivot"

DOSSIERS = (
    # Filed by the hospital while its convention with this caisse was in force.
    Dossier(
        CAISSE,
        HUGO,
        ANNE_LISE,
        Personne("madame", "Ludivine", "Chevrot", "17/12/1974", "21", "21"),
        "mas",
        "Madame habite Dijon et s’est installée provisoirement chez son frère. Elle souhaite que "
        "son dossier reste suivi par sa caisse.",
        ouvres(50),
        (
            prise(1),
            jointe(1),
            bilan(2),
            recontact(2),
            plan(2),
            engage(2),
            close(6, "orientation", "Madame est orientée vers le service social de Dijon."),
            lecture(1),
        ),
        mas("droits", "social", causes="demarches"),
    ),
    Dossier(
        CAISSE,
        CECILE,
        PRISCILLA,
        Personne("monsieur", "Emre", "Yildirim", "28/01/1986", "Turquie", "21"),
        "mas",
        "Monsieur a créé son entreprise et ne sait plus de quel régime il dépend. Il n’a pas été "
        "remboursé depuis neuf mois.",
        ouvres(33),
        (
            prise(1),
            jointe(0),
            bilan(3),
            message(1, "Le changement de régime est enregistré, nous reprenons les factures."),
            lecture(1),
            recontact(3),
            plan(1),
            engage(1),
            close(8, "droits_ouverts", "Les remboursements en attente sont versés."),
        ),
        mas("droits", causes="droits avance_frais"),
        pieces=("releve_ressources.csv",),
    ),
    Dossier(
        CAISSE,
        PIERRE_YVES,
        PRISCILLA,
        Personne("madame", "Odette", "Roussillat", "05/03/1938", "71", "21"),
        "mas",
        "Madame vit en résidence autonomie. Elle ne lit plus son courrier seule et a laissé "
        "expirer plusieurs demandes. Sa nièce peut être présente lors des appels.",
        ouvres(16),
        (
            prise(1),
            jointe(1),
            bilan(3),
            recontact(3),
            message(1, "Sa nièce souhaite-t-elle recevoir une copie du plan ?"),
            lecture(1),
            reponse(1, "Oui, avec l’accord de Madame. Elle vous rappelle cette semaine."),
            note_contestee(
                0,
                "La nièce préside la section locale de Vaincre la mucoviscidose : très occupée.",
                "C’est l’engagement de la nièce, pas la santé de Madame.",
            ),
        ),
        mas("droits", "numerique", causes="demarches"),
    ),
    Dossier(
        CAISSE,
        TAREK,
        ANNE_LISE,
        Personne("monsieur", "Jordan", "Michaux", "10/05/1991", "21", "21"),
        "mas",
        "Monsieur loge en foyer de jeunes travailleurs à Chenôve. Il dit ne plus savoir à qui "
        "parler de ses droits et avoir abandonné.",
        ouvres(26),
        (
            prise(1),
            jointe(1),
            tentative(5),
            note(1, "Ne répond plus depuis le premier appel. Voir avec le foyer."),
            message(2, "Monsieur ne répond plus : pouvez-vous le prévenir de notre appel ?"),
        ),
        mas("droits", soins="consultation", depuis="plus_1_an", causes="droits delais"),
    ),
    Dossier(
        CAISSE,
        NOLWENN,
        PRISCILLA,
        Personne("madame", "Clarisse", "Ngo Bell", "12/08/1977", "Cameroun", "21"),
        "urgence",
        "Madame est mise à l’abri avec ses enfants depuis mardi. Elle n’a plus ses papiers et doit "
        "pouvoir justifier de ses droits dès cette semaine.",
        heures(6),
        (),
        urgente=True,
    ),
    Dossier(
        CAISSE,
        FRANCOISE,
        ANNE_LISE,
        Personne("monsieur", "Ludovic", "Parisot", "22/02/1967", "39", "21"),
        "dossier_complexe",
        "Indemnités journalières recalculées deux fois, avec une demande de remboursement que "
        "Monsieur ne comprend pas. Il a gardé tous ses bulletins de salaire.",
        ouvres(7),
        (
            prise(1),
            complement(2, "Merci de joindre les bulletins de salaire de mars à juin."),
            lecture(1),
        ),
    ),
    Dossier(
        CAISSE,
        CECILE,
        ANNE_LISE,
        Personne("madame", "Thérèse", "Vuillemin", "15/10/1950", "25", "21"),
        "mas",
        "Madame a perdu son compagnon qui gérait tous les papiers. Elle ne sait pas quelles "
        "démarches restent à faire et souhaite être aidée pas à pas.",
        ouvres(4),
        (prise(presque(48)),),
        mas("droits", "social", causes="demarches"),
    ),
    Dossier(
        CAISSE,
        NOLWENN,
        PRISCILLA,
        Personne("monsieur", "Bao", "Lefèvre-Tran", "24/06/2002", "75", "21"),
        "droits",
        "Jeune en service civique, sans carte Vitale depuis son déménagement. La photo et la pièce "
        "d’identité ont été envoyées deux fois.",
        ouvres(11),
        (
            prise(1),
            note(3, "Dossier à confier à un collègue de l’équipe affiliation."),
            remise(0),
        ),
        pieces=("piece_identite.jpeg",),
    ),
)
