"""CPAM de l’Artois: the Département, consent by a box to tick (D-03). Invented people."""

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
    plan,
    prise,
    recontact,
    remise,
    reponse,
    reponse_contestee,
    reprise,
    sans_suite,
    tentative,
)

CAISSE = "cpam-artois"
CLEMENCE, MEHDI, ODILE = "clemence.prudhomme", "mehdi.saidi", "odile.vanhoutte"
GREGORY, HELENE, AMANDINE = "gregory.wartel", "helene.nowicki", "amandine.delcourt-ba"

ACCOMPAGNEES = (
    Dossier(
        CAISSE,
        CLEMENCE,
        GREGORY,
        Personne("monsieur", "Jean-Luc", "Dewitte", "08/03/1963", "62", "62"),
        "mas",
        "Monsieur, ancien mineur, vit seul à Liévin. Il a cessé toute démarche depuis la fermeture "
        "de l’accueil près de chez lui. Il accepte qu’un conseiller vienne à la maison des "
        "solidarités, le jeudi.",
        ouvres(50),
        (
            prise(1),
            jointe(0),
            bilan(3),
            recontact(2, "accueil"),
            plan(2),
            engage(3),
            message(4, "Monsieur est venu à la permanence ; la suite relève aussi de la CARSAT."),
            lecture(1),
            close(10, "orientation", "Le service social de la CARSAT prend le relais."),
        ),
        mas("droits", "numerique", "social", causes="demarches"),
    ),
    Dossier(
        CAISSE,
        MEHDI,
        HELENE,
        Personne("madame", "Karima", "Lounis", "19/05/1987", "59", "62"),
        "mas",
        "Madame n’a plus de téléphone fixe et change souvent de numéro. Ses droits semblent "
        "interrompus depuis la fin de son contrat. Je la revois chaque quinzaine.",
        ouvres(24),
        (
            prise(1),
            tentative(0),
            tentative(1),
            tentative(3, "sms"),
            tentative(5, "courrier"),
            sans_suite(
                6,
                "injoignable",
                "Quatre essais sans réponse. Déposez une nouvelle "
                "demande dès que Madame aura un numéro stable.",
            ),
            lecture(1),
        ),
        mas("droits", causes="droits"),
    ),
    Dossier(
        CAISSE,
        ODILE,
        AMANDINE,
        Personne("monsieur", "Kofi", "Mensah", "23/02/1995", "Ghana", "62"),
        "mas",
        "Monsieur a été embauché en CDI mais son affiliation n’a pas suivi. Il paie tout lui-même "
        "et a cessé d’acheter ce qui lui est prescrit.",
        ouvres(40),
        (
            prise(1),
            tentative(1),
            jointe(3),
            bilan(2),
            recontact(1),
            plan(1),
            engage(1),
            close(8, "droits_ouverts", "L’affiliation est rétablie à la date d’embauche."),
            lecture(1),
        ),
        mas("droits", "soins", soins="pharmacie", depuis="de_3_mois_a_1_an", causes="avance_frais"),
        pieces=("releve_ressources.csv", "piece_identite.jpeg"),
    ),
    Dossier(
        CAISSE,
        CLEMENCE,
        GREGORY,
        Personne("madame", "Ghislaine", "Caudron", "31/10/1955", "62", "62"),
        "mas",
        "Madame s’occupe de sa mère et repousse ce qui la concerne. Elle dispose d’une "
        "complémentaire mais n’ose pas demander de devis.",
        ouvres(33),
        (
            prise(1),
            jointe(1),
            bilan(4),
            recontact(3),
            plan(1),
            engage(2),
            remise(6),
            attribuee(0, AMANDINE),
            note(1, "Dossier repris. Prochain point prévu avec Madame dans quinze jours."),
        ),
        mas("soins", soins="acte", depuis="plus_2_ans", causes="reste_a_charge delais"),
    ),
    Dossier(
        CAISSE,
        MEHDI,
        HELENE,
        Personne("monsieur", "Florian", "Blarel", "14/01/1984", "62", "62"),
        "mas",
        "Monsieur a perdu son emploi et sa mutuelle le même mois. Il vit avec sa fille une semaine "
        "sur deux et craint de faire des dettes.",
        ouvres(20),
        (
            prise(1),
            jointe(0),
            bilan(3),
            recontact(2),
            plan(3),
            message(1, "Le plan proposé à Monsieur attend son accord. L’avez-vous revu ?"),
            lecture(2),
            reponse(1, "Oui, hier. Il est d’accord et demande comment étaler le reste dû."),
            reponse_contestee(
                0,
                "Son attestation d’employeur vient du foyer d’accueil pour autistes de Lens.",
                "Il y travaille : c’est son employeur.",
            ),
        ),
        mas("droits", "social", causes="reste_a_charge"),
    ),
)
EN_COURS = (
    Dossier(
        CAISSE,
        ODILE,
        GREGORY,
        Personne("madame", "Noémie", "Wattez", "02/08/1997", "62", "62"),
        "mas",
        "Étudiante boursière, logée en résidence. Elle ignorait qu’elle pouvait demander la "
        "Complémentaire santé solidaire et n’a pas consulté depuis son arrivée à Arras.",
        ouvres(11),
        (prise(1), jointe(1), bilan(4)),
        mas("droits", soins="consultation", depuis="plus_1_an", causes="droits reste_a_charge"),
        pieces=("avis_imposition.pdf",),
    ),
    Dossier(
        CAISSE,
        CLEMENCE,
        HELENE,
        Personne("monsieur", "Bachir", "Touati", "06/06/1969", "Tunisie", "62"),
        "mas",
        "Monsieur dit avoir reçu un refus pour sa complémentaire mais n’a pas gardé le courrier. "
        "Ses ressources ont pourtant baissé depuis l’été.",
        ouvres(9),
        (
            prise(1),
            jointe(0),
            complement(1, "Merci de joindre ses ressources des douze derniers mois."),
            lecture(1),
        ),
        mas("droits", causes="droits reste_a_charge"),
    ),
    Dossier(
        CAISSE,
        MEHDI,
        AMANDINE,
        Personne("madame", "Mariana", "Oliveira", "27/11/1980", "Brésil", "62"),
        "mas",
        "Madame parle portugais et un peu français ; une amie peut traduire. Elle garde des "
        "enfants le matin et reste joignable à partir de 14 h.",
        ouvres(4),
        (prise(presque(48)),),
        mas("droits", "numerique", causes="demarches"),
    ),
    Dossier(
        CAISSE,
        ODILE,
        AMANDINE,
        Personne("monsieur", "Romuald", "Hecquet", "18/09/1971", "62", "62"),
        "mas",
        "Monsieur refuse les démarches en ligne et se déplace peu. Il a reçu deux relances qu’il "
        "ne comprend pas. Je peux l’accompagner à un rendez-vous à Béthune.",
        ouvres(1),
        (),
        mas("numerique", "social", causes="demarches transport"),
    ),
    Dossier(
        CAISSE,
        CLEMENCE,
        GREGORY,
        Personne("madame", "Aminata", "Keïta", "13/04/1992", "Guinée", "62"),
        "urgence",
        "Madame doit présenter une attestation de droits lundi et son dossier est bloqué par une "
        "pièce d’état civil. L’original a été déposé à l’accueil de Lens.",
        presque(48),
        (),
        urgente=True,
        pieces=("attestation_droits.pdf",),
    ),
    Dossier(
        CAISSE,
        MEHDI,
        HELENE,
        Personne("monsieur", "Grzegorz", "Pawlak", "20/07/1957", "Pologne", "62"),
        "mas",
        "Les droits de Monsieur ont été fermés par erreur après un homonyme. Un rendez-vous "
        "attendu depuis huit mois a lieu la semaine prochaine.",
        ouvres(1),
        (prise(heures(2)),),
        mas("droits", "soins", soins="acte", depuis="de_3_mois_a_1_an", causes="droits delais"),
        urgente=True,
    ),
)
AUTRES_MOTIFS = (
    Dossier(
        CAISSE,
        ODILE,
        GREGORY,
        Personne("madame", "Emeline", "Sauvage-Roy", "09/09/1989", "80", "62"),
        "droits",
        "Madame revient de trois années passées au Canada. Sa demande de réaffiliation, faite en "
        "ligne, est affichée « en cours » depuis le début du trimestre.",
        heures(20),
        (),
    ),
    Dossier(
        CAISSE,
        CLEMENCE,
        AMANDINE,
        Personne("monsieur", "Arsène", "Lecoustre", "24/12/1966", "62", "62"),
        "suivi",
        "Feuilles de soins envoyées en deux fois, un seul remboursement reçu. Monsieur a gardé "
        "les copies et souhaite savoir quoi renvoyer.",
        ouvres(7),
        (
            prise(1),
            complement(1, "De quelles dates s’agit-il ? Une copie suffit."),
            reprise(2),
            message(0, "Un des deux envois est retrouvé. Reste à recevoir la copie du second."),
            lecture(0),
            ajout(heures(7), "releve_ressources.csv"),
        ),
    ),
    Dossier(
        CAISSE,
        MEHDI,
        GREGORY,
        Personne("madame", "Victoire", "Mbarga", "15/02/1978", "Cameroun", "62"),
        "dossier_complexe",
        "Madame travaille en Belgique et réside à Lens. Deux organismes se renvoient la prise en "
        "charge des frais depuis six mois.",
        ouvres(35),
        (
            prise(1),
            note(2, "Vu avec le pôle frontaliers : compétence de l’organisme belge."),
            close(
                3,
                "hors_champ",
                "La compétence revient à l’organisme belge : coordonnées "
                "transmises à Madame par courrier.",
            ),
            lecture(2),
        ),
    ),
)
DOSSIERS = (*ACCOMPAGNEES, *EN_COURS, *AUTRES_MOTIFS)
