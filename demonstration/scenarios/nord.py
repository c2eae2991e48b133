"""CPAM de Roubaix-Tourcoing: a proof is needed for what is urgent (D-10). Invented people."""

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
)

CAISSE = "cpam-roubaix-tourcoing"
LOIC, AISSATOU = "loic.dhaene", "aissatou.sow"
LEILA, BRUNO = "leila.haddouche", "bruno.vantorre"

DOSSIERS = (
    Dossier(
        CAISSE,
        LOIC,
        LEILA,
        Personne("madame", "Marie-Paule", "Destombes", "20/02/1951", "59", "59"),
        "mas",
        "Madame, veuve depuis peu, n’a plus de complémentaire : celle de son mari s’est arrêtée. "
        "Elle a un petit jardin et une petite retraite, et n’ose rien demander.",
        ouvres(36),
        (
            prise(1),
            jointe(1),
            bilan(2),
            recontact(3),
            plan(2),
            engage(1),
            message(6, "La Complémentaire santé solidaire est accordée, sans participation."),
            lecture(1),
            close(7, "droits_ouverts", "Madame a reçu son attestation et nous a remerciés."),
        ),
        mas("droits", causes="reste_a_charge"),
        pieces=("formulaire_c2s.pdf",),
    ),
    Dossier(
        CAISSE,
        AISSATOU,
        BRUNO,
        Personne("monsieur", "Mamadou", "Barry", "03/03/1972", "Guinée", "59"),
        "urgence",
        "Monsieur n’a plus de droits depuis le 1er du mois alors que son dossier a été déposé "
        "complet. Le justificatif demandé par la convention est joint.",
        heures(7),
        (),
        urgente=True,
        pieces=("justificatif_urgence.pdf", "attestation_droits.pdf"),
    ),
    Dossier(
        CAISSE,
        LOIC,
        BRUNO,
        Personne("madame", "Coralie", "Vandamme-Roux", "11/10/1994", "59", "59"),
        "mas",
        "Madame vient de s’installer à Bondues avec un nourrisson. Les rattachements ne sont pas "
        "faits et elle ne trouve pas de médecin qui accepte de nouveaux patients.",
        ouvres(9),
        (
            prise(1),
            jointe(0),
            complement(1, "Merci de nous adresser l’acte de naissance de l’enfant."),
            lecture(1),
            reponse(2, "L’acte est déposé ce matin à l’accueil de Tourcoing, à votre attention."),
            note_contestee(
                0,
                "Elle garde des enfants autistes le matin : rappeler après 14 h.",
                "C’est son travail d’assistante maternelle.",
            ),
        ),
        mas("droits", "soins", soins="consultation", depuis="moins_3_mois", causes="droits delais"),
    ),
    Dossier(
        CAISSE,
        AISSATOU,
        LEILA,
        Personne("monsieur", "Gauthier", "Lepoutre", "08/08/1978", "59", "59"),
        "mas",
        "Monsieur est chauffeur et rarement chez lui. Il a laissé passer le renouvellement de sa "
        "complémentaire. Le plus simple est de l’appeler pendant sa pause, vers 13 h.",
        ouvres(4),
        (prise(presque(48)),),
        mas("droits", causes="demarches"),
    ),
    Dossier(
        CAISSE,
        LOIC,
        BRUNO,
        Personne("madame", "Teresa", "Nowak-Silva", "25/05/1961", "Pologne", "59"),
        "dossier_complexe",
        "Rupture de droits de quatre mois entre deux régimes. Madame a payé des frais dont elle "
        "demande le remboursement rétroactif ; les factures sont prêtes.",
        ouvres(28),
        (
            prise(1),
            message(3, "Demande transmise au régime précédent pour accord."),
            lecture(2),
            note(
                9, "Toujours pas de retour du régime précédent. À réattribuer pendant mes congés."
            ),
            remise(0),
        ),
    ),
    Dossier(
        CAISSE,
        AISSATOU,
        LEILA,
        Personne("monsieur", "Nasser", "El Amrani", "14/09/1959", "Maroc", "59"),
        "mas",
        "Monsieur attend depuis un an un rendez-vous qu’il n’arrive pas à obtenir et a fini par y "
        "renoncer. Il se débrouille bien au téléphone.",
        ouvres(17),
        (prise(1), jointe(1), bilan(3), recontact(2), plan(3), lecture(1)),
        mas("soins", soins="acte", depuis="plus_1_an", causes="delais transport"),
    ),
    Dossier(
        CAISSE,
        LOIC,
        LEILA,
        Personne("madame", "Capucine", "Hennion", "19/01/2000", "59", "59"),
        "droits",
        "Apprentie depuis la rentrée, Madame dépend encore du dossier de ses parents et voudrait "
        "recevoir ses propres décomptes.",
        ouvres(6),
        (
            prise(1),
            complement(1, "Nous avons besoin d’un relevé d’identité bancaire à son nom."),
            lecture(1),
        ),
        pieces=("justificatif_domicile.png",),
    ),
)
