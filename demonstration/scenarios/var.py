"""CPAM du Var: the CCAS de Fréjus and the guardianship body. Invented people."""

from demonstration.agenda import heures, ouvres, presque
from demonstration.recit import (
    Dossier,
    Personne,
    ajout,
    attribuee,
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
    refus,
    remise,
    reponse,
    reponse_contestee,
    tentative,
)

CAISSE = "cpam-var"
DAMIEN, CORINNE = "damien.roustan", "corinne.salvador.t"
EMILIE, RAYAN = "emilie.santoni", "rayan.kader"
YASMINE, JULIEN, MIREILLE = "yasmine.ferrat", "julien.castaldi", "mireille.andrieu-costa"

ACCOMPAGNEES = (
    Dossier(
        CAISSE,
        DAMIEN,
        YASMINE,
        Personne("madame", "Samira", "Benhaddou", "14/06/1979", "Algérie", "83"),
        "mas",
        "Madame vit seule avec deux enfants et n’a plus de complémentaire depuis son changement "
        "d’employeur. Elle repousse plusieurs rendez-vous faute de pouvoir avancer les frais. "
        "Dossier de Complémentaire santé solidaire préparé ensemble, joint à la demande.",
        ouvres(52),
        (
            prise(1),
            jointe(0),
            note(0, "Disponible plutôt le matin, avant 10 h. Préfère un appel au courrier."),
            bilan(3),
            recontact(2),
            plan(1),
            engage(4),
            message(6, "Les droits sont ouverts depuis lundi. Deux rendez-vous sont pris."),
            lecture(1),
            reponse(0, "Merci beaucoup, je préviens Madame et je vérifie qu’elle s’y rend."),
            close(12, "soins", "Les deux rendez-vous ont eu lieu, sans avance de frais."),
        ),
        mas(
            "droits", "soins", soins="consultation acte", depuis="plus_1_an", causes="avance_frais"
        ),
        pieces=("formulaire_c2s.pdf", "avis_imposition.pdf"),
    ),
    Dossier(
        CAISSE,
        CORINNE,
        JULIEN,
        Personne("monsieur", "Ousmane", "Diakité", "02/01/1991", "Mali", "83"),
        "mas",
        "Monsieur vient d’obtenir son titre de séjour et n’arrive pas à finaliser son affiliation. "
        "Trois courriers sont restés sans suite. Il ne dispose pas d’un accès à internet.",
        ouvres(48),
        (
            prise(0),
            jointe(1, "accueil"),
            complement(1, "Pouvez-vous joindre le titre de séjour recto verso ?"),
            lecture(1),
            ajout(0, "piece_identite.jpeg"),
            reponse(0, "Le document est joint. Monsieur passera aussi le déposer à l’accueil."),
            bilan(2),
            recontact(3, "accueil"),
            plan(1),
            engage(1),
            close(9, "droits_ouverts", "L’affiliation est faite, la carte Vitale est commandée."),
        ),
        mas("droits", "numerique", depuis="de_3_mois_a_1_an", causes="droits demarches"),
        pieces=("justificatif_domicile.png",),
    ),
    Dossier(
        CAISSE,
        DAMIEN,
        MIREILLE,
        Personne("madame", "Giovanna", "Lupardi", "23/09/1952", "Italie", "83"),
        "mas",
        "Madame, retraitée, a accepté que la caisse l’appelle pour faire le point sur ses droits. "
        "Sa famille souhaite surtout comprendre ce qui reste à sa charge.",
        ouvres(30),
        (
            prise(1),
            tentative(0),
            refus(1, "Madame préfère s’en occuper avec sa fille ; elle sait où nous joindre."),
            lecture(2),
        ),
        mas("droits", causes="reste_a_charge"),
    ),
    Dossier(
        CAISSE,
        DAMIEN,
        YASMINE,
        Personne("monsieur", "Stéphane", "Kerbrat", "30/11/1968", "29", "83"),
        "mas",
        "Monsieur est hébergé par un ami depuis la perte de son logement. Plus de médecin traitant "
        "depuis deux ans, le sien est parti. Il accepte l’idée d’un accompagnement.",
        ouvres(28),
        (
            prise(1),
            jointe(1),
            bilan(2),
            note(0, "Adresse du CCAS à utiliser pour les courriers, avec son accord."),
            recontact(4),
            plan(2),
            engage(2),
            message(5, "Un médecin traitant est trouvé à Fréjus, premier rendez-vous mardi."),
            lecture(1),
            reponse_contestee(
                0,
                "Merci. Il sera libre : il accompagne des enfants autistes le mercredi seulement.",
                "C’est son nouveau métier, pas sa santé.",
            ),
        ),
        mas("soins", "social", soins="consultation", depuis="plus_2_ans", causes="droits delais"),
    ),
    Dossier(
        CAISSE,
        EMILIE,
        JULIEN,
        Personne("madame", "Rose-May", "Hoareau", "07/04/1985", "974", "83"),
        "mas",
        "Majeure protégée, dont je suis la mandataire. Le devis qui lui a été remis dépasse ses "
        "moyens et elle renonce. Nous cherchons une aide et un professionnel plus proche.",
        ouvres(22),
        (prise(1), jointe(0), bilan(4), recontact(3), plan(4)),
        mas(
            "soins", soins="acte dispositif", depuis="plus_1_an", causes="reste_a_charge transport"
        ),
    ),
    Dossier(
        CAISSE,
        RAYAN,
        YASMINE,
        Personne("monsieur", "Tiago", "Ferreira-Leal", "19/12/1994", "Portugal", "83"),
        "mas",
        "Jeune majeur sous curatelle, sorti récemment de foyer. Il ne sait pas où en sont ses "
        "droits et ne répond pas aux courriers. Un appel en ma présence est possible le mercredi.",
        ouvres(15),
        (
            prise(1),
            note(0, "Appel à trois avec le mandataire : mercredi 14 h."),
            jointe(2),
            bilan(3),
            recontact(3),
            note_contestee(
                0,
                "Courrier à adresser à l’association Vaincre la mucoviscidose, où il est bénévole.",
                "C’est le nom de l’association.",
            ),
        ),
        mas("droits", "social", causes="droits demarches"),
    ),
)
EN_COURS = (
    Dossier(
        CAISSE,
        DAMIEN,
        JULIEN,
        Personne("madame", "Lucette", "Bourrelly", "11/08/1947", "83", "83"),
        "mas",
        "Madame n’a plus de voiture et vit loin du centre. Elle annule ses rendez-vous les uns "
        "après les autres. Sa complémentaire arrive à échéance le mois prochain.",
        ouvres(12),
        (
            prise(1),
            jointe(0),
            bilan(3),
            complement(1, "Avez-vous le dernier avis d’échéance de sa complémentaire ?"),
            lecture(2),
            ajout(0, "attestation_droits.pdf"),
            reponse(heures(5), "Voici l’attestation. L’avis d’échéance suivra dès réception."),
            note_contestee(
                heures(3),
                "Ne pas l’appeler avant midi : elle sort tout juste de sa dialyse.",
                "Utile pour choisir l’heure de l’appel.",
            ),
        ),
        mas("soins", "social", soins="consultation", causes="transport reste_a_charge"),
    ),
    Dossier(
        CAISSE,
        CORINNE,
        MIREILLE,
        Personne("monsieur", "Abdelkrim", "Zerrouki", "25/03/1960", "Maroc", "83"),
        "mas",
        "Monsieur reçoit deux caisses différentes dans ses courriers et ne sait plus à laquelle "
        "s’adresser. Il est à l’aise à l’oral, moins à l’écrit.",
        ouvres(8),
        (
            prise(1),
            jointe(1),
            complement(1, "Pourriez-vous nous transmettre le dernier courrier reçu de la MSA ?"),
        ),
        mas("droits", "numerique", causes="droits"),
    ),
    Dossier(
        CAISSE,
        DAMIEN,
        YASMINE,
        Personne("madame", "Océane", "Truffier", "16/05/1999", "83", "83"),
        "mas",
        "Madame travaille en horaires décalés dans la restauration. Elle n’a jamais déclaré de "
        "médecin traitant et paie ses consultations au tarif fort.",
        ouvres(5),
        (
            prise(1),
            tentative(0),
            tentative(1, "sms"),
            note(0, "Deux appels sans réponse ; réessayer entre 15 h et 17 h."),
        ),
        mas("droits", soins="consultation", depuis="moins_3_mois", causes="droits"),
    ),
    Dossier(
        CAISSE,
        EMILIE,
        JULIEN,
        Personne("monsieur", "Marcel", "Giraudo", "03/02/1941", "06", "83"),
        "mas",
        "Monsieur vit en résidence et ne comprend pas ses décomptes. Sa protection juridique vient "
        "d’être prononcée, je reprends son dossier. Merci de convenir d’un appel avec moi.",
        ouvres(4),
        (prise(presque(48)),),
        mas("droits", causes="demarches"),
    ),
    Dossier(
        CAISSE,
        DAMIEN,
        YASMINE,
        Personne("madame", "Fatou", "N’Diaye", "28/10/1988", "Sénégal", "83"),
        "mas",
        "Madame élève seule trois enfants et vient d’arriver dans le Var. Le transfert de son "
        "dossier n’est pas fait : elle avance tous les frais. Elle peut être appelée l’après-midi.",
        heures(3),
        (),
        mas("droits", "soins", soins="consultation pharmacie", causes="avance_frais droits"),
        pieces=("justificatif_domicile.png", "attestation_droits.pdf"),
    ),
    Dossier(
        CAISSE,
        RAYAN,
        JULIEN,
        Personne("monsieur", "Dimitri", "Vasilescu", "09/07/1976", "Roumanie", "83"),
        "urgence",
        "Les droits de Monsieur sont fermés depuis hier et un rendez-vous important a lieu en fin "
        "de semaine. Toutes les pièces demandées ont été envoyées il y a un mois.",
        heures(5),
        urgente=True,
        pieces=("justificatif_urgence.pdf",),
    ),
    Dossier(
        CAISSE,
        CORINNE,
        MIREILLE,
        Personne("madame", "Jacinthe", "Pélissou", "21/01/1973", "972", "83"),
        "mas",
        "Madame a quitté le domicile conjugal dans l’urgence et n’a plus aucun papier. Elle est "
        "mise à l’abri. Il faut rétablir ses droits sans passer par son ancienne adresse.",
        ouvres(3),
        (),
        mas("droits", "social", causes="droits"),
        urgente=True,
    ),
)
AUTRES_MOTIFS = (
    Dossier(
        CAISSE,
        DAMIEN,
        MIREILLE,
        Personne("monsieur", "Yann", "Le Dantec", "12/12/1982", "56", "83"),
        "droits",
        "Monsieur est auto-entrepreneur depuis janvier. Son compte ameli indique toujours ses "
        "anciens droits et sa carte Vitale n’est plus lue en pharmacie.",
        ouvres(10),
        (
            prise(1),
            note(3, "À reprendre par un collègue : absence jusqu’à la fin du mois."),
            remise(0),
        ),
    ),
    Dossier(
        CAISSE,
        EMILIE,
        MIREILLE,
        Personne("madame", "Solveig", "Karlsen", "05/06/1958", "Norvège", "83"),
        "dossier_complexe",
        "Carrière dans trois pays et rétroactivité demandée sur deux ans. Les relevés étrangers "
        "sont traduits. La personne ne comprend pas la dernière décision reçue.",
        ouvres(27),
        (
            prise(2),
            message(4, "Nous avons saisi le service des relations internationales."),
            lecture(3),
            note(6, "Relance envoyée au service des relations internationales."),
        ),
        pieces=("releve_ressources.csv",),
    ),
    Dossier(
        CAISSE,
        CORINNE,
        YASMINE,
        Personne("monsieur", "Enzo", "Marchetti", "17/02/2001", "13", "83"),
        "suivi",
        "Demande de Complémentaire santé solidaire déposée par Monsieur sur son compte il y a cinq "
        "semaines. Il voudrait savoir si son dossier est complet.",
        ouvres(6),
        (
            prise(1),
            close(1, "information", "Le dossier est complet ; la réponse part cette semaine."),
            lecture(1),
        ),
    ),
    Dossier(
        CAISSE,
        DAMIEN,
        JULIEN,
        Personne("madame", "Linh", "Phan-Duval", "26/04/1990", "Viêt Nam", "83"),
        "droits",
        "Madame n’a pas reçu l’attestation demandée pour la rentrée de son fils. Elle a déménagé "
        "de Saint-Raphaël à Fréjus au printemps.",
        ouvres(18),
        (
            prise(1),
            remise(1),
            attribuee(0, YASMINE),
            close(1, "doublon", "Une demande identique est déjà en cours, nous la poursuivons."),
        ),
    ),
)
DOSSIERS = (*ACCOMPAGNEES, *EN_COURS, *AUTRES_MOTIFS)
